// SPDX-License-Identifier: GPL-3.0-or-later
// Stage 1 of the two-stage method: per row and group the grid p s with the least (ŵ − w) H_gg (ŵ − w)ᵀ, H_gg a diagonal block of H.
//
//   e(s) = s² A − 2 s B + C,   A = c H cᵀ,   B = c H wᵀ,   C = w H wᵀ,   c = code − z
//
// From one candidate to the next smaller one only few codes change, always away from 0, and each change δ of element i gives
//   A += δ (2 v_i + δ H_ii),   B += δ (H wᵀ)_i,   v += δ H_i:,   v = H cᵀ
// The scale at which an element changes next, |w| / (|c| + ½), says at which candidate it has to be looked at again.
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

/// Scratch of searchHessianGrids, kept from call to call.
struct HessianSearchScratch {
    /// Of one row: v and codes and next [count], first [steps].
    struct Row {
        double* v;
        float* codes;
        int *next, *first;
    };
    AlignedVector<double> wide, Hw, W, v;
    AlignedVector<float> codes;
    AlignedVector<int> next, first;
};

/// One row; rule.shrinkSteps at least 1.
HessianGrid searchHessianGrid(const GridRule& rule, const HessianSearchRow& row, const HessianSearchScratch::Row& scratch);

/// Grids [rows] of the rows of w [rows, count] on H [count, count], symmetric. Asymmetric grids try floor and ceil
/// of the unrounded zero point for each p. rule.norm is not used. `tick` is called now and then and may throw to stop.
void searchHessianGrids(const GridRule& rule, MatrixView<const float> w, MatrixView<const float> H, HessianSearchScratch& scratch,
                        const std::function<void()>& tick, HessianGrid* found);

}  // namespace qs

QS_ISA_DECLARE(::qs::HessianGrid, searchHessianGrid,
               (const ::qs::GridRule& rule, const ::qs::HessianSearchRow& row, const ::qs::HessianSearchScratch::Row& scratch))
