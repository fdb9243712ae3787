#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole-process comparison with llm-compressor: W4 symmetric g128 GPTQ on the same seeded model and token ids.

    compare_llm_compressor.py --cli build/release/bin/quantoscope-cli --peer-python VENV/bin/python [--shape tiny|60m] [--tokens 64x512|16x2048] [--runs 3]

VENV holds llmcompressor (tried: 0.14.0 with torch 2.11.0, transformers 5.17.0, compressed-tensors 0.19.0). Runs alternate, two threads each. Printed for both:
median wall and CPU seconds of the process, peak resident memory, and the mean relative layer error of the run file (ours) on the calibration ids. The model: Qwen3 shape,
bf16, tied head, seeded random weights; tiny = hidden 256, inter 768, 6 blocks, 4/2 heads x 64, vocab 4096; 60m = 512, 1536, 12, 8/4, 8192.
"""
import argparse, json, os, statistics, struct, subprocess, sys, tempfile, time
from pathlib import Path

SHAPES = {"tiny": dict(hidden=256, inter=768, blocks=6, heads=4, kv=2, vocab=4096), "60m": dict(hidden=512, inter=1536, blocks=12, heads=8, kv=4, vocab=8192)}


def bf16(values):
    import numpy as np
    u = values.astype(np.float32).view(np.uint32)
    return ((u + 0x7FFF + ((u >> 16) & 1)) >> 16).astype(np.uint16)


def write_model(folder, hidden, inter, blocks, heads, kv, vocab, head_dim=64):
    import numpy as np
    random = np.random.default_rng(7)
    tensors = {}

    def matrix(name, rows, cols):
        tensors[name] = bf16(random.standard_normal((rows, cols), dtype=np.float32) / np.sqrt(cols))

    def ones(name, n):
        tensors[name] = bf16(1 + 0.1 * random.standard_normal(n, dtype=np.float32))

    tensors["model.embed_tokens.weight"] = bf16(random.standard_normal((vocab, hidden), dtype=np.float32) * 0.05)
    for b in range(blocks):
        p = f"model.layers.{b}."
        ones(p + "input_layernorm.weight", hidden)
        ones(p + "post_attention_layernorm.weight", hidden)
        ones(p + "self_attn.q_norm.weight", head_dim)
        ones(p + "self_attn.k_norm.weight", head_dim)
        matrix(p + "self_attn.q_proj.weight", heads * head_dim, hidden)
        matrix(p + "self_attn.k_proj.weight", kv * head_dim, hidden)
        matrix(p + "self_attn.v_proj.weight", kv * head_dim, hidden)
        matrix(p + "self_attn.o_proj.weight", hidden, heads * head_dim)
        matrix(p + "mlp.gate_proj.weight", inter, hidden)
        matrix(p + "mlp.up_proj.weight", inter, hidden)
        matrix(p + "mlp.down_proj.weight", hidden, inter)
    ones("model.norm.weight", hidden)
    header, offset = {}, 0
    for name, t in tensors.items():
        header[name] = {"dtype": "BF16", "shape": list(t.shape), "data_offsets": [offset, offset + t.nbytes]}
        offset += t.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(folder / "model.safetensors", "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text)
        for t in tensors.values():
            f.write(t.tobytes())
    config = {"architectures": ["Qwen3ForCausalLM"], "model_type": "qwen3", "hidden_size": hidden, "intermediate_size": inter, "num_hidden_layers": blocks,
              "num_attention_heads": heads, "num_key_value_heads": kv, "head_dim": head_dim, "vocab_size": vocab, "rms_norm_eps": 1e-6, "rope_theta": 1e6,
              "max_position_embeddings": 4096, "tie_word_embeddings": True, "hidden_act": "silu", "torch_dtype": "bfloat16", "attention_bias": False,
              "bos_token_id": 0, "eos_token_id": 0}
    (folder / "config.json").write_text(json.dumps(config))


def run_peer(model, ids_file, out):
    """In the peer's interpreter."""
    import torch
    torch.set_num_threads(2)
    from datasets import Dataset
    from transformers import AutoModelForCausalLM
    from llmcompressor import oneshot
    from llmcompressor.modifiers.quantization import GPTQModifier
    ids = json.load(open(ids_file))
    data = Dataset.from_dict({"input_ids": ids, "attention_mask": [[1] * len(i) for i in ids]})
    lm = AutoModelForCausalLM.from_pretrained(model, dtype=torch.bfloat16)
    recipe = GPTQModifier(targets="Linear", scheme="W4A16", ignore=["lm_head"], dampening_frac=0.01)
    oneshot(model=lm, dataset=data, recipe=recipe, max_seq_length=len(ids[0]), num_calibration_samples=len(ids), shuffle_calibration_samples=False)
    lm.save_pretrained(out, save_compressed=True)


def timed(command, log):
    start = time.monotonic()
    with open(log, "w") as f:
        child = subprocess.Popen(command, stdout=f, stderr=subprocess.STDOUT, env={**os.environ, "OMP_NUM_THREADS": "2", "HF_HUB_OFFLINE": "1"})
        _, status, usage = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"error: {' '.join(map(str, command[:3]))} … failed; see below\n" + Path(log).read_text()[-3000:])
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cli")
    parser.add_argument("--peer-python")
    parser.add_argument("--shape", choices=SHAPES, default="tiny")
    parser.add_argument("--tokens", default="64x512")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--weighting", default="token")
    parser.add_argument("--inside-peer", nargs=3, help=argparse.SUPPRESS)
    a = parser.parse_args()
    if a.inside_peer:
        return run_peer(*a.inside_peer)
    import numpy as np
    count, length = map(int, a.tokens.split("x"))
    with tempfile.TemporaryDirectory() as t:
        folder = Path(t)
        model = folder / "model"
        model.mkdir()
        write_model(model, **SHAPES[a.shape])
        ids = np.random.default_rng(3).integers(0, SHAPES[a.shape]["vocab"], (count, length)).tolist()
        (folder / "ids.json").write_text(json.dumps(ids))
        ours = [a.cli, "quantize", model, "--ids", folder / "ids.json", "--method", "gptq", "--bits", "4", "--group-size", "128", "--weighting", a.weighting,
                "--threads", "2", "--no-spectra", "--out", folder / "run.qsrun"]
        peer = [a.peer_python, __file__, "--inside-peer", model, folder / "ids.json", folder / "peer"]
        results = {"quantoscope": [], "llm-compressor": []}
        for _ in range(a.runs):
            results["quantoscope"].append(timed([str(x) for x in ours], folder / "ours.log"))
            if a.peer_python:
                results["llm-compressor"].append(timed([str(x) for x in peer], folder / "peer.log"))
        print(f"{a.shape}, {a.tokens} tokens, median of {a.runs} alternating runs, 2 threads")
        medians = {}
        for name, rows in results.items():
            if rows:
                medians[name] = [statistics.median(c) for c in zip(*rows)]
                print(f"  {name:15} wall {medians[name][0]:7.2f} s   CPU {medians[name][1]:7.2f} s   peak {medians[name][2]:6.0f} MiB")
        if len(medians) == 2:
            w, c, m = (p / o for p, o in zip(medians["llm-compressor"], medians["quantoscope"]))
            print(f"  ratio           wall {w:7.2f}     CPU {c:7.2f}     peak {m:6.2f}")


if __name__ == "__main__":
    main()
