// SPDX-License-Identifier: GPL-3.0-or-later
// Grids of one group of columns for a tile of rows (rows as lanes) by absmax or squared-error search, and by the Hessian error of one row.
// Formulas: kernels/grid.h.
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

/// One row and group: the candidate with the least (ŵ − w) H (ŵ − w)ᵀ, w [count], H [count, count] symmetric with row stride `stride`;
/// asymmetric grids try floor and ceil of the unrounded zero point for each p. rule.norm is not used. `workspace`: 3 · count doubles.
///
/// e(s) = s² A − 2 s B + C with A = c H cᵀ, B = c H wᵀ, C = w H wᵀ; from one candidate to the next only few codes c change, and
/// A, B and v = H cᵀ follow each change. All in double, because the form cancels.
Grid<float> searchHessianGrid(const GridRule& rule, const float* w, std::size_t count, const float* H, std::size_t stride,
                              double* workspace);

}  // namespace qs

QS_ISA_DECLARE(void, searchGrids,
               (const ::qs::GridRule& rule, const float* x, std::size_t count, std::size_t stride, std::size_t lanes, float* scales,
                float* zeros))
QS_ISA_DECLARE(::qs::Grid<float>, searchHessianGrid,
               (const ::qs::GridRule& rule, const float* w, std::size_t count, const float* H, std::size_t stride, double* workspace))
