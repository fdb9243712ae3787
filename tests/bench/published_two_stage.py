#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Time of both stages of group scales as the published algorithm does them, with torch on one thread, for comparison with
two_stage_bench.cpp.

Written from the paper (arXiv 2602.02126, Algorithm 1). Stage 1: for every group, every point of the grid and all rows at once, the error
(q - w) H_ii (q - w). Stage 2: one sweep over the groups, each after the others' new scales:
s_i += c_i H_{i,:} (w - q) / (c_i H_ii c_i).

    published_two_stage.py [--repeat N] [--bits B] [--group G] [--shape OUTxIN]

Prints one line: out, in, best CPU seconds of stage 1, of stage 2.
"""
import argparse
import time

import torch
from published_gptq import problem

POINTS = 100


def stage_one(W, H, group, maxq):
    zero = (maxq + 1) / 2
    scales = []
    for first in range(0, W.shape[1], group):
        w, own = W[:, first : first + group], H[first : first + group, first : first + group]
        base = 2 * w.abs().amax(1, keepdim=True) / maxq
        least = torch.full((W.shape[0],), float("inf"))
        best = base.clone()
        for i in range(POINTS):
            scale = base * (1 - i / POINTS)
            difference = scale * (torch.clamp(torch.round(w / scale) + zero, 0, maxq) - zero) - w
            error = (difference.matmul(own) * difference).sum(1)
            better = error < least
            least[better] = error[better]
            best[better] = scale[better]
        scales.append(best)
    return torch.cat(scales, 1)


def stage_two(W, H, codes, scales, group):
    """`codes` are code - zero."""
    scales = scales.clone()
    remaining = W - codes * scales.repeat_interleave(group, 1)
    for g in range(scales.shape[1]):
        own = slice(g * group, (g + 1) * group)
        c = codes[:, own]
        step = (c * remaining.matmul(H[:, own])).sum(1) / (c.matmul(H[own, own]) * c).sum(1).clamp(min=1e-30)
        scales[:, g] += step
        remaining[:, own] = W[:, own] - codes[:, own] * scales[:, g : g + 1]
    return scales


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--bits", type=int, default=2)
    parser.add_argument("--group", type=int, default=128)
    parser.add_argument("--shape", default="1024x4096")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    rows, columns = (int(n) for n in options.shape.split("x"))
    maxq = 2**options.bits - 1
    zero = (maxq + 1) / 2
    W, H = problem(rows, columns)
    first = second = float("inf")
    for _ in range(options.repeat):
        start = time.process_time()
        scales = stage_one(W, H, options.group, maxq)
        first = min(first, time.process_time() - start)
        codes = torch.clamp(torch.round(W / scales.repeat_interleave(options.group, 1)) + zero, 0, maxq) - zero
        start = time.process_time()
        stage_two(W, H, codes, scales, options.group)
        second = min(second, time.process_time() - start)
    print(f"{rows} {columns} {first:.4f} {second:.4f}", flush=True)


if __name__ == "__main__":
    main()
