// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/cuda_check.h"
#include "kernels/dequantize.h"
#include "kernels/grid.h"

namespace qs {
namespace {

__global__ void dequantizeKernel(const std::uint8_t* codes, std::size_t in, const float* scales, const std::uint8_t* zeros,
                                 std::size_t groups, const std::int32_t* groupOf, float* out) {
    const std::size_t column = blockIdx.x * std::size_t(blockDim.x) + threadIdx.x, row = blockIdx.y;
    if (column >= in) return;
    const std::size_t group = row * groups + static_cast<std::size_t>(groupOf[column]), at = row * in + column;
    out[at] = dequantized(codes[at], zeros[group], scales[group]);
}

}  // namespace

void dequantizeOnCuda(const std::uint8_t* codes, std::size_t rows, std::size_t in, const float* scales, const std::uint8_t* zeros,
                      std::size_t groups, const std::int32_t* groupOf, float* out) {
    constexpr unsigned threads = 256, mostRows = 32768;  // rows of one launch: a grid has at most 65535 in y
    for (std::size_t first = 0; first < rows; first += mostRows) {
        const dim3 grid(blocksFor(in, threads), static_cast<unsigned>(rows - first < mostRows ? rows - first : mostRows));
        dequantizeKernel<<<grid, threads>>>(codes + first * in, in, scales + first * groups, zeros + first * groups, groups, groupOf,
                                            out + first * in);
        requireLaunched("dequantizing");
    }
}

}  // namespace qs
