#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Loads exports in another program and compares its logits with those of Quantoscope's own forward pass over the dequantized weights.

compare_logits.py transformers|gptqmodel IDS EXPORT LOGITS [EXPORT LOGITS …]: IDS is JSON, a list of lists; EXPORT a directory or a GGUF file;
LOGITS a safetensors file with logits.0, logits.1, …, named as the dequantized export beside it. Prints for each export the largest difference relative to the largest logit; status 1 if
one is above 1e-4 or does not load. "python -c 'import gptqmodel'" tells whether the second program is there.
"""
import json
import pathlib
import sys

import torch
from safetensors.torch import load_file

LIMIT = 1e-4


def in_transformers(export, dequantized):
    from transformers import AutoModelForCausalLM

    if export.suffix != ".gguf":
        return AutoModelForCausalLM.from_pretrained(export, dtype=torch.float32)
    return AutoModelForCausalLM.from_pretrained(export.parent, gguf_file=export.name, config=gguf_config(export, dequantized), dtype=torch.float32)


def gguf_config(export, dequantized):
    """The configuration from the file's keys; transformers leaves out the width of heads for some architectures, and knows neither Llama 3's
    divisors of frequencies nor Gemma 3's windows: for these two it takes the configuration of the dequantized export, and the tensors alone count."""
    from gguf import GGUFReader
    from transformers import AutoConfig

    reader = GGUFReader(export)
    keys = {name: field.contents() for name, field in reader.fields.items() if name.count(".") < 3 and not name.startswith("tokenizer")}
    kind = keys["general.architecture"]
    if kind == "gemma3" or any(tensor.name == "rope_freqs.weight" for tensor in reader.tensors):
        return AutoConfig.from_pretrained(dequantized)
    config = AutoConfig.from_pretrained(export.parent, gguf_file=export.name)
    config.head_dim = keys.get(f"{kind}.attention.key_length", config.hidden_size // config.num_attention_heads)
    return config


def in_gptqmodel(export, _):
    """Its own unpacking on the CPU; it loads in float16 only, and computes in float32 after that (AWQ: once its weights are unpacked)."""
    from gptqmodel import BACKEND, GPTQModel

    method = json.loads((export / "config.json").read_text())["quantization_config"]["quant_method"]
    backend = BACKEND.AWQ_TORCH if method == "awq" else BACKEND.GPTQ_TORCH
    model = GPTQModel.load(str(export), device="cpu", backend=backend, dtype=torch.float16).model.float()
    return with_plain_linears(model) if method == "awq" else model


def with_plain_linears(model):
    from gptqmodel.quantization.awq.utils.packing_utils import dequantize_gemm

    for name, module in list(model.named_modules()):
        if not hasattr(module, "qweight"):
            continue
        width = module.group_size if module.group_size > 0 else module.in_features
        weight = dequantize_gemm(module.qweight, module.qzeros, module.scales.float(), module.bits, width).T.contiguous()
        plain = torch.nn.Linear(weight.shape[1], weight.shape[0], bias=module.bias is not None)
        plain.weight = torch.nn.Parameter(weight)
        if module.bias is not None:
            plain.bias = torch.nn.Parameter(module.bias.float())
        model.get_submodule(name.rpartition(".")[0]).__setattr__(name.rpartition(".")[2], plain)
    return model


def difference(model, ids, expected):
    worst = largest = 0.0
    with torch.no_grad():
        for number, sequence in enumerate(ids):
            found, own = model.eval()(torch.tensor([sequence])).logits[0].double(), expected[f"logits.{number}"].double()
            worst, largest = max(worst, (found - own).abs().max().item()), max(largest, own.abs().max().item())
    return worst / largest


def main(program, ids, *pairs):
    load, failed = {"transformers": in_transformers, "gptqmodel": in_gptqmodel}[program], 0
    ids = json.loads(pathlib.Path(ids).read_text())
    for export, logits in zip(pairs[::2], pairs[1::2], strict=True):
        try:
            found = difference(load(pathlib.Path(export), pathlib.Path(logits).with_suffix("")), ids, load_file(logits))
            verdict = f"{found:.3g}"
        except Exception as error:  # said with the name of the export; the others are tried all the same
            found, verdict = float("inf"), f"{type(error).__name__}: {error}"
        failed += not found <= LIMIT
        print(f"{pathlib.Path(export).name}: {verdict}{'' if found <= LIMIT else '   <- FAILED'}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
