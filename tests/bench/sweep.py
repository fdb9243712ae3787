#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the time and memory of a quantization grow: CPU seconds and peak memory of `quantoscope-cli quantize` on seeded random Qwen3-shaped models.

    sweep.py --cli build/release/bin/quantoscope-cli [--what tokens|blocks|hidden|8b]

tokens, blocks, hidden: one of them is doubled at a time, W4 g128 GPTQ on sequences of 512 tokens. 8b: two blocks of a Llama-3-8B shape (hidden 4096, inter 14336,
32/8 heads of 128, vocabulary 128 256), 8 sequences of 2048 tokens; seconds per block are extrapolated to 32 blocks.
"""
import argparse, importlib.util, json, tempfile
from pathlib import Path

peer = importlib.util.spec_from_file_location("peer", Path(__file__).with_name("compare_llm_compressor.py"))
common = importlib.util.module_from_spec(peer)
peer.loader.exec_module(common)

BASE = dict(hidden=256, inter=768, blocks=6, heads=4, kv=2, vocab=4096)
EIGHT_B = dict(hidden=4096, inter=14336, blocks=2, heads=32, kv=8, vocab=128256, head_dim=128)


def measure(cli, shape, count, length, extra=()):
    import numpy as np
    with tempfile.TemporaryDirectory() as t:
        folder = Path(t)
        (folder / "model").mkdir()
        common.write_model(folder / "model", **shape)
        ids = np.random.default_rng(3).integers(0, shape["vocab"], (count, length)).tolist()
        (folder / "ids.json").write_text(json.dumps(ids))
        command = [cli, "quantize", folder / "model", "--ids", folder / "ids.json", "--bits", "4", "--group-size", "128", "--threads", "2", "--no-spectra",
                   "--weighting", "token", "--out", folder / "run.qsrun", *extra]
        return common.timed([str(c) for c in command], folder / "log")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cli", required=True)
    parser.add_argument("--what", choices=["tokens", "blocks", "hidden", "8b"])
    a = parser.parse_args()
    cases = {"tokens": [(f"{n * 512} tokens", BASE, n) for n in (32, 64, 128)],
             "blocks": [(f"{b} blocks", {**BASE, "blocks": b}, 64) for b in (3, 6, 12)],
             "hidden": [(f"hidden {h}", {**BASE, "hidden": h, "inter": 3 * h, "heads": h // 64, "kv": h // 128}, 64) for h in (256, 512, 1024)]}
    for what, rows in cases.items():
        if a.what not in (None, what):
            continue
        before = None
        for label, shape, count in rows:
            wall, cpu, peak = measure(a.cli, shape, count, 512)
            print(f"{label:16} wall {wall:7.2f} s   CPU {cpu:7.2f} s   peak {peak:6.0f} MiB" + (f"   CPU x {cpu / before:.2f}" if before else ""))
            before = cpu
    if a.what in (None, "8b"):
        wall, cpu, peak = measure(a.cli, EIGHT_B, 8, 2048)
        print(f"8B shape, 2 blocks, 16 384 tokens: wall {wall:.1f} s   CPU {cpu:.1f} s   peak {peak / 1024:.2f} GiB; 32 blocks by extrapolation: {wall * 16 / 60:.0f} min")


if __name__ == "__main__":
    main()
