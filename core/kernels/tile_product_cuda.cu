// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/cuda_check.h"
#include "kernels/tile_product_cuda.h"

namespace qs {
namespace {

constexpr unsigned kTile = 64, kDepth = 16, kEach = 4;  // a block of 16 × 16 threads makes 64 × 64 results, each thread 4 × 4

/// Classic shared-memory product: both operands pass through shared memory in slices of kDepth.
__global__ void productKernel(std::size_t m, std::size_t lanes, std::size_t k, const float* L, std::size_t ldl, const float* D, float beta,
                              float* out) {
    __shared__ float left[kDepth][kTile + 1], right[kDepth][kTile];
    const unsigned x = threadIdx.x, y = threadIdx.y, thread = y * 16 + x;
    const std::size_t row0 = blockIdx.y * std::size_t(kTile), lane0 = blockIdx.x * std::size_t(kTile);
    float sum[kEach][kEach] = {};
    for (std::size_t k0 = 0; k0 < k; k0 += kDepth) {
        for (unsigned i = thread; i < kTile * kDepth; i += 256) {
            const unsigned r = i / kDepth, d = i % kDepth;
            left[d][r] = row0 + r < m && k0 + d < k ? L[(row0 + r) * ldl + k0 + d] : 0;
            const unsigned dr = i / kTile, lane = i % kTile;
            right[dr][lane] = k0 + dr < k && lane0 + lane < lanes ? D[(k0 + dr) * lanes + lane0 + lane] : 0;
        }
        __syncthreads();
        for (unsigned d = 0; d < kDepth; ++d)
            for (unsigned i = 0; i < kEach; ++i)
                for (unsigned j = 0; j < kEach; ++j) sum[i][j] += left[d][y + 16 * i] * right[d][x + 16 * j];
        __syncthreads();
    }
    for (unsigned i = 0; i < kEach; ++i)
        for (unsigned j = 0; j < kEach; ++j) {
            const std::size_t row = row0 + y + 16 * i, lane = lane0 + x + 16 * j;
            if (row >= m || lane >= lanes) continue;
            float& target = out[row * lanes + lane];
            target = beta == 0 ? sum[i][j] : beta * target + sum[i][j];
        }
}

__global__ void lookAheadKernel(std::size_t m, std::size_t lanes, const float* L, std::size_t ldl, const float* w, float* x) {
    const std::size_t lane = blockIdx.x * std::size_t(blockDim.x) + threadIdx.x;
    if (lane >= lanes) return;
    for (std::size_t j = 1; j < m; ++j) {
        float value = x[j * lanes + lane];
        for (std::size_t i = 0; i < j; ++i) value -= L[j * ldl + i] * x[i * lanes + lane];
        x[j * lanes + lane] = value;
    }
    for (std::size_t j = 0; j < m; ++j) x[j * lanes + lane] += w[j * lanes + lane];
}

/// One thread an element of W; reads are contiguous, writes go to lane rows.
__global__ void rowsToLanesKernel(const float* W, std::size_t rows, std::size_t cols, std::size_t lanes, const std::int32_t* position,
                                  float* tile) {
    const std::size_t c = blockIdx.x * std::size_t(blockDim.x) + threadIdx.x, r = blockIdx.y;
    if (c < cols) tile[(position ? static_cast<std::size_t>(position[c]) : c) * lanes + r] = r < rows ? W[r * cols + c] : 0;
}

__global__ void lanesToRowsKernel(const std::uint8_t* tile, std::size_t cols, std::size_t lanes, const std::int32_t* position,
                                  std::uint8_t* codes) {
    const std::size_t c = blockIdx.x * std::size_t(blockDim.x) + threadIdx.x, r = blockIdx.y;
    if (c < cols) codes[r * cols + c] = tile[(position ? static_cast<std::size_t>(position[c]) : c) * lanes + r];
}

}  // namespace

void tileProductOnCuda(std::size_t m, std::size_t lanes, std::size_t k, const float* L, std::size_t ldl, const float* D, float beta,
                       float* out) {
    productKernel<<<dim3(blocksFor(lanes, kTile), blocksFor(m, kTile)), dim3(16, 16)>>>(m, lanes, k, L, ldl, D, beta, out);
    requireLaunched("multiplying");
}

void tileLookAheadOnCuda(std::size_t m, std::size_t lanes, const float* L, std::size_t ldl, const float* w, float* x) {
    lookAheadKernel<<<blocksFor(lanes, 128), 128>>>(m, lanes, L, ldl, w, x);
    requireLaunched("looking ahead");
}

void rowsToLanesOnCuda(const float* W, std::size_t rows, std::size_t cols, std::size_t lanes, const std::int32_t* position, float* tile) {
    rowsToLanesKernel<<<dim3(blocksFor(cols, 256), static_cast<unsigned>(lanes)), 256>>>(W, rows, cols, lanes, position, tile);
    requireLaunched("transposing weights");
}

void lanesToRowsOnCuda(const std::uint8_t* tile, std::size_t rows, std::size_t cols, std::size_t lanes, const std::int32_t* position,
                       std::uint8_t* codes) {
    lanesToRowsKernel<<<dim3(blocksFor(cols, 256), static_cast<unsigned>(rows)), 256>>>(tile, cols, lanes, position, codes);
    requireLaunched("transposing codes");
}

}  // namespace qs
