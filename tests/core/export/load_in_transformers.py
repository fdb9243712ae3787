#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Loads an exported directory in transformers and compares its logits with those of the dequantized export of the same run.

load_in_transformers.py EXPORT DEQUANTIZED: prints the largest difference relative to the largest logit; status 1 above 1e-4.
"""
import sys

import torch
from transformers import AutoModelForCausalLM

LIMIT = 1e-4


def logits(folder, ids):
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    with torch.no_grad():
        return model(ids).logits.double()


def main(exported, dequantized):
    torch.manual_seed(0)
    ids = torch.randint(0, 90, (2, 48))
    found, expected = logits(exported, ids), logits(dequantized, ids)
    difference = ((found - expected).abs().max() / expected.abs().max()).item()
    print(f"{difference:.3g}")
    return 0 if difference <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
