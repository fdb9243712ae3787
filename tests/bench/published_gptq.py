#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Time of one GPTQ solve as the published algorithm does it, with torch on one thread, for comparison with solve_bench.cpp.

Written from the paper's Algorithm 1 (Frantar et al., arXiv 2210.17323): U = upper Cholesky factor of the inverse of the damped H by way of
cholesky and cholesky_inverse; blocks of 128 columns, in each a loop over columns; scales of a group when its first column is reached.

    published_gptq.py [--repeat N] [--shape OUTxIN ...]

Prints one line a shape: out, in, best CPU seconds.
"""
import argparse
import time

import torch

BITS, GROUP, BLOCK = 4, 128, 128


def find_params(x, maxq):
    """Symmetric scale of every row: 2 max|x| / maxq."""
    largest = torch.clamp(x.abs().amax(1), min=1e-30)
    scale = 2 * largest / maxq
    return scale.unsqueeze(1), torch.full_like(scale, (maxq + 1) / 2).unsqueeze(1)


def quantize(x, scale, zero, maxq):
    code = torch.clamp(torch.round(x / scale) + zero, 0, maxq)
    return scale * (code - zero)


def solve(weight, hessian, damping=0.01):
    maxq = torch.tensor(2**BITS - 1)
    W, H = weight.clone(), hessian.clone()
    rows, columns = W.shape
    dead = torch.diag(H) == 0
    H[dead, dead] = 1
    W[:, dead] = 0
    H.diagonal().add_(damping * torch.diag(H).mean())
    U = torch.linalg.cholesky(torch.cholesky_inverse(torch.linalg.cholesky(H)), upper=True)
    Q, losses = torch.zeros_like(W), torch.zeros_like(W)
    for first in range(0, columns, BLOCK):
        last = min(first + BLOCK, columns)
        block = W[:, first:last].clone()
        quantized, errors, block_losses = torch.zeros_like(block), torch.zeros_like(block), torch.zeros_like(block)
        factor = U[first:last, first:last]
        for i in range(last - first):
            w, d = block[:, i], factor[i, i]
            if (first + i) % GROUP == 0:
                scale, zero = find_params(W[:, first + i : first + i + GROUP], maxq)
            q = quantize(w.unsqueeze(1), scale, zero, maxq).flatten()
            quantized[:, i] = q
            block_losses[:, i] = (w - q) ** 2 / d**2
            error = (w - q) / d
            block[:, i:] -= error.unsqueeze(1).matmul(factor[i, i:].unsqueeze(0))
            errors[:, i] = error
        Q[:, first:last] = quantized
        losses[:, first:last] = block_losses / 2
        W[:, last:] -= errors.matmul(U[first:last, last:])
    return Q, losses.sum().item()


def problem(rows, columns):
    generator = torch.Generator().manual_seed(3)
    X = torch.randn(2 * columns, columns, generator=generator) * (1 + torch.arange(columns) % 17)
    return torch.randn(rows, columns, generator=generator), X.T.matmul(X) * (2 / (2 * columns))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--shape", nargs="*", default=["1024x1024", "4096x1024", "1024x4096", "4096x4096"])
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    for shape in options.shape:
        rows, columns = (int(n) for n in shape.split("x"))
        W, H = problem(rows, columns)
        best = float("inf")
        for _ in range(options.repeat):
            start = time.process_time()
            solve(W, H)
            best = min(best, time.process_time() - start)
        print(f"{rows} {columns} {best:.4f}", flush=True)


if __name__ == "__main__":
    main()
