#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads exports with the libraries of their formats and compares with the dequantized export of the same run.

read_with_libraries.py gguf FILE DEQUANTIZED …   every tensor of GGUF files of a qwen3 or gemma-like model without row permutation
read_with_libraries.py safetensors FOLDER        opens every safetensors file and counts its tensors
Prints what was compared; status 1 at the first difference.
"""
import json
import pathlib
import sys

import numpy as np
from safetensors import safe_open

NAMES = {
    "token_embd": "model.embed_tokens", "output_norm": "model.norm", "output": "lm_head", "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj", "attn_q_norm": "self_attn.q_norm",
    "attn_k_norm": "self_attn.k_norm", "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj",
    "attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm",
}


def original_name(name):
    parts = name.split(".")
    if parts[0] != "blk":
        return f"{NAMES[parts[0]]}.{parts[1]}"
    return f"model.layers.{parts[1]}.{NAMES[parts[2]]}.{parts[3]}"


def read_numbers(path):
    """All tensors of a safetensors file as float32; bfloat16 by hand, since NumPy has none."""
    data = pathlib.Path(path).read_bytes()
    size = int.from_bytes(data[:8], "little")
    tensors = {}
    for name, entry in json.loads(data[8:8 + size]).items():
        if name == "__metadata__":
            continue
        begin, end = (8 + size + offset for offset in entry["data_offsets"])
        if entry["dtype"] == "BF16":
            values = (np.frombuffer(data[begin:end], "<u2").astype(np.uint32) << 16).view(np.float32)
        else:
            values = np.frombuffer(data[begin:end], {"F32": "<f4", "F16": "<f2"}[entry["dtype"]]).astype(np.float32)
        tensors[name] = values.reshape(entry["shape"])
    return tensors


def compare_gguf(path, dequantized):
    import gguf

    expected = read_numbers(pathlib.Path(dequantized) / "model.safetensors")
    reader = gguf.GGUFReader(path)
    for tensor in reader.tensors:
        values = np.asarray(gguf.dequantize(tensor.data, tensor.tensor_type), dtype=np.float32)
        other = expected.pop(original_name(tensor.name))
        if not np.array_equal(values.reshape(other.shape), other):
            print(f"{tensor.name} ({tensor.tensor_type.name}) differs from the dequantized weights by up to {np.abs(values.reshape(other.shape) - other).max()}")
            return 1
    print(f"{len(reader.tensors)} tensors, {len(reader.fields)} keys, {len(expected)} left over")
    return 1 if expected else 0


def compare_all(*files):
    failed = 0
    for path, dequantized in zip(files[::2], files[1::2], strict=True):
        print(pathlib.Path(path).name, end=": ")
        failed += compare_gguf(path, dequantized)
    return 1 if failed else 0


def open_safetensors(folder):
    count = 0
    for path in sorted(pathlib.Path(folder).glob("*.safetensors")):
        with safe_open(path, framework="np") as file:
            for name in file.keys():
                count += 1
                file.get_slice(name).get_shape()
    print(f"{count} tensors")
    return 0 if count else 1


if __name__ == "__main__":
    sys.exit(compare_all(*sys.argv[2:]) if sys.argv[1] == "gguf" else open_safetensors(sys.argv[2]))
