// SPDX-License-Identifier: GPL-3.0-or-later
// See kernels/gptq_columns.h. One thread a row; neighbouring threads read neighbouring lanes. The columns before the block come in
// through `compensation` (kernels/tile_product_cuda.cu), so a thread looks back over the columns of its block only.
#include "kernels/cuda_check.h"
#include "kernels/gptq_columns.h"

namespace qs {
namespace {

constexpr unsigned kThreads = 128;

__global__ void solveColumnsKernel(ColumnBlock b, double* sums) {
    const std::size_t lane = blockIdx.x * std::size_t(blockDim.x) + threadIdx.x;
    double e2 = 0, d2 = 0;
    if (lane < b.lanes) {
        const float maxq = static_cast<float>((1 << b.bits) - 1);
        for (std::size_t j = 0; j < b.count; ++j) {
            const std::size_t at = j * b.lanes + lane, group = static_cast<std::size_t>(b.groups[j]) * b.lanes + lane;
            const float w = b.weights[at];
            float v = b.compensation ? w + b.compensation[at] : w;
            if (b.unitLower)
                for (std::size_t i = 0; i < j; ++i) v += b.weights[i * b.lanes + lane] * b.unitLower[j * b.unitLowerStride + i];
            if (b.correction) {
                for (std::size_t i = 0; i < j; ++i) v += b.values[i * b.lanes + lane] * b.correction[j * b.unitLowerStride + i];
                b.values[at] = v;
            }
            const QuantizedColumn<float> q = quantizeColumn(v, w, b.scales[group], b.zeros[group], maxq, b.diagonal ? b.diagonal[j] : 1.0f);
            b.weights[at] = q.difference;
            b.codes[at] = static_cast<std::uint8_t>(q.code);
            e2 += static_cast<double>(q.error) * static_cast<double>(q.error);
            d2 += static_cast<double>(q.difference) * static_cast<double>(q.difference);
        }
    }
    __shared__ double e2s[kThreads], d2s[kThreads];
    e2s[threadIdx.x] = e2;
    d2s[threadIdx.x] = d2;
    for (unsigned half = kThreads / 2; half > 0; half /= 2) {
        __syncthreads();
        if (threadIdx.x < half) {
            e2s[threadIdx.x] += e2s[threadIdx.x + half];
            d2s[threadIdx.x] += d2s[threadIdx.x + half];
        }
    }
    if (threadIdx.x == 0) {
        atomicAdd(&sums[0], e2s[0]);
        atomicAdd(&sums[1], d2s[0]);
    }
}

}  // namespace

void solveColumnsOnCuda(const ColumnBlock& block, double* sums) {
    solveColumnsKernel<<<blocksFor(block.lanes, kThreads), kThreads>>>(block, sums);
    requireLaunched("solving columns");
}

}  // namespace qs
