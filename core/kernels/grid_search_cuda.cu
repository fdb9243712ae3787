// SPDX-License-Identifier: GPL-3.0-or-later
// One thread a row runs chooseGrid of kernels/grid.h.
#include "kernels/cuda_check.h"
#include "kernels/grid_search.h"

namespace qs {
namespace {

__global__ void searchGridsKernel(GridRule rule, const float* x, std::size_t count, std::size_t lanes, float* scales, float* zeros) {
    const std::size_t lane = blockIdx.x * std::size_t(blockDim.x) + threadIdx.x;
    if (lane >= lanes) return;
    const Grid<float> grid = chooseGrid(x + lane, lanes, count, rule);
    scales[lane] = grid.scale;
    zeros[lane] = grid.zero;
}

}  // namespace

void searchGridsOnCuda(const GridRule& rule, const float* x, std::size_t count, std::size_t lanes, float* scales, float* zeros) {
    constexpr unsigned threads = 128;
    searchGridsKernel<<<blocksFor(lanes, threads), threads>>>(rule, x, count, lanes, scales, zeros);
    requireLaunched("searching grids");
}

}  // namespace qs
