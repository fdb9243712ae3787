// SPDX-License-Identifier: GPL-3.0-or-later
// Grids of one group of columns for a tile of rows (rows as lanes) by absmax or squared-error search.
// Formulas: kernels/grid.h. By the Hessian error: kernels/hessian_search.h.
#pragma once

#include <cstddef>

#include "kernels/grid.h"
#include "kernels/isa.h"

namespace qs {

/// scales[r], zeros[r] of the numbers x[j · stride + r], j < count, for every lane r < lanes, a multiple of kLaneMultiple.
/// Sums of 64 terms are taken in float32, everything beyond in double: candidates closer than about 1e-6 relative are ties.
void searchGrids(const GridRule& rule, const float* x, std::size_t count, std::size_t stride, std::size_t lanes, float* scales,
                 float* zeros);

/// searchGrids with stride = lanes on the current CUDA device, all pointers there; sums in double.
void searchGridsOnCuda(const GridRule& rule, const float* x, std::size_t count, std::size_t lanes, float* scales, float* zeros);

}  // namespace qs

QS_ISA_DECLARE(void, searchGrids,
               (const ::qs::GridRule& rule, const float* x, std::size_t count, std::size_t stride, std::size_t lanes, float* scales,
                float* zeros))
