// SPDX-License-Identifier: GPL-3.0-or-later
// Stage 1 of the two-stage method: per row and group the grid p s with the least (ŵ − w) H_gg (ŵ − w)ᵀ, H_gg a diagonal block of H.
//
//   e(s) = s² A − 2 s B + C,   A = c H cᵀ,   B = c H wᵀ,   C = w H wᵀ,   c = code − z
//
// From one candidate to the next smaller one only few codes change, always away from 0, and each change δ of element i gives
//   A += δ (2 v_i + δ H_ii),   B += δ (H wᵀ)_i,   v += δ H_i:,   v = H cᵀ
// The scale at which an element changes next, |w| / (|c| + ½), is kept, so a candidate costs a comparison an element and no division.
// H wᵀ comes from one product for all rows of a piece. All in double, because e cancels.
// Source: "two-stage optimisation for group scales", arXiv 2602.02126; the walk over changes is ours.
#pragma once

#include <cstddef>
#include <functional>

#include "base/array.h"
#include "kernels/grid.h"
#include "kernels/isa.h"

namespace qs {

/// One row of a group for the kernel.
struct HessianSearchRow {
    const float* w;     ///< [count]
    const float* H;     ///< [count, count] symmetric
    std::size_t count;  ///< columns of the group
    std::size_t stride;
    const double* Hw;  ///< [count]
};

/// What the search found: the scale as it will be stored, and the least error before that rounding.
struct HessianGrid {
    Grid<float> grid;
    double error;
};

/// `doubles`: count; `floats`: 3 · count + 48.
HessianGrid searchHessianGrid(const GridRule& rule, const HessianSearchRow& row, double* doubles, float* floats);

/// Scratch of searchHessianGrids, kept from call to call.
struct HessianSearchScratch {
    AlignedVector<double> wide, Hw, W;
    AlignedVector<float> narrow;
};

/// Grids [rows] of the rows of w [rows, count] on H [count, count], symmetric. Asymmetric grids try floor and ceil
/// of the unrounded zero point for each p. rule.norm is not used. `tick` is called now and then and may throw to stop.
void searchHessianGrids(const GridRule& rule, MatrixView<const float> w, MatrixView<const float> H, HessianSearchScratch& scratch,
                        const std::function<void()>& tick, HessianGrid* found);

}  // namespace qs

QS_ISA_DECLARE(::qs::HessianGrid, searchHessianGrid,
               (const ::qs::GridRule& rule, const ::qs::HessianSearchRow& row, double* doubles, float* floats))
