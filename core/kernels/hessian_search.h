// SPDX-License-Identifier: GPL-3.0-or-later
// Stage 1 of the two-stage method: per row and group the grid p s with the least (ŵ − w) H_gg (ŵ − w)ᵀ, H_gg a diagonal block of H.
//
//   e(s) = s² A − 2 s B + C,   A = c H cᵀ,   B = c H wᵀ,   C = w H wᵀ,   c = code − z
//
// From one candidate to the next smaller one only few codes change, always away from 0, and each change δ of element i gives
//   A += δ (2 v_i + δ H_ii),   B += δ (H wᵀ)_i,   v += δ H_i:,   v = H cᵀ
// The scale at which an element changes next, |w| / (|c| + ½), says at which candidate. H wᵀ comes from one product for all rows of a
// piece. A, B and e in double, because e cancels.
//
// No scale up to s can win once C − s G > √(C e_best), G = Σ_j max(0, end_j (H wᵀ)_j), end the last code on the side of w_j: since c lies
// between 0 and end, s B ≤ s G, and by Cauchy-Schwarz e ≥ (C − s B)² / C. So a walk ends early, for uncorrelated inputs and 3 bits at 0.4
// of the range.
//
// Narrow groups: row by row, v in double, every change of a code adds a row of H to it. All changes are found and sorted by candidate
// beforehand, so that the walk over them has no branches.
// Wide ones: v_i when it is needed, as a product of a row of H with the codes, which reads and stores less. The codes are small integers,
// so these products round in their sums only and are made of floats: e comes out within 1e-6 C. All rows of a piece go side by side and
// share the rows of H, which no cache holds.
// Source: "two-stage optimisation for group scales", arXiv 2602.02126; the walk over changes is ours.
#pragma once

#include <cstddef>
#include <cstdint>
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

/// G of a row on codes from low to high.
QS_INLINE double reachOf(const float* w, const double* Hw, std::size_t count, float low, float high) {
    double reach = 0;
    for (std::size_t j = 0; j < count; ++j) {
        const double term = static_cast<double>(w[j] < 0 ? low : high) * Hw[j];
        reach += term > 0 ? term : 0;
    }
    return reach;
}

/// Whether no scale up to `scale` can have an error of `best` or less. The margin is for an H that rounding left a little indefinite.
QS_INLINE bool isBeyondReach(double scale, double reach, double C, double best) {
    const double left = C - scale * reach;
    return left > 0 && left * left > C * (best + 1e-5 * C);
}

/// Rows of a wide group for the kernel.
struct WideSearchRows {
    const float* w;  ///< [rows, count]
    std::size_t rows, count, wStride;
    const float* H;  ///< [count, count] symmetric
    std::size_t stride;
    const double* Hw;  ///< [rows, count]
};

/// One row on one zero point, on its way over the candidates.
struct WideSearchWalk {
    static constexpr std::size_t kBatch = 4;
    std::size_t row;
    float base, low, high;  ///< the largest scale; the ends of the codes
    double A, B, reach;     ///< reach: G; 0 at the end of the walk
    std::size_t waiting;    ///< changes that are not in A and in the codes yet
    std::size_t element[kBatch];
    float code[kBatch], delta[kBatch];
};

/// Scratch of searchHessianGrids, kept from call to call.
struct HessianSearchScratch {
    /// Of one row. Vectors over its elements are filled up with zeros to whole vectors of the machine.
    struct Row {
        double* v;                       ///< H cᵀ
        float *size, *codes, *ends;      ///< |w|; |c| on the largest scale; |c| at the end of the codes on the side of w
        std::uint32_t* places;           ///< 2 element + (1 if w < 0)
        std::uint32_t *found, *changes;  ///< changes as they are found, with their candidate; their places in order
        double *A, *B;                   ///< behind every number of changes
        int* upTo;                       ///< [steps] changes up to a candidate
        const float* factors;            ///< [steps] p
    };
    Row roomFor(const GridRule& rule, std::size_t count);
    /// Of wide rows, at most two walks each: codes [walks, count], turns [walks · count rounded up to whole vectors], C [rows].
    struct Wide {
        WideSearchWalk* walks;
        float* codes;  ///< c
        float* turns;  ///< the scale at which an element changes next
        double* C;
    };
    Wide roomFor(std::size_t rows, std::size_t count);

    AlignedVector<double> wide, Hw, W, v, C, A, B;
    AlignedVector<float> size, codes, ends, turns, factors;
    AlignedVector<std::uint32_t> places, found, changes;
    AlignedVector<int> upTo;
    AlignedVector<WideSearchWalk> walks;
};

/// Called between candidates with its argument; may throw to stop.
struct HessianSearchTick {
    void (*call)(const void*);
    const void* argument;
};

/// One row; rule.shrinkSteps at least 1.
HessianGrid searchHessianGrid(const GridRule& rule, const HessianSearchRow& row, const HessianSearchScratch::Row& scratch);

/// Grids [rows] of wide rows; rule.shrinkSteps at least 1.
void searchWideHessianGrids(const GridRule& rule, const WideSearchRows& rows, const HessianSearchScratch::Wide& scratch,
                            const HessianSearchTick& tick, HessianGrid* found);

/// Grids [rows] of the rows of w [rows, count] on H [count, count], symmetric. Asymmetric grids try floor and ceil
/// of the unrounded zero point for each p. rule.norm is not used. `tick` is called now and then and may throw to stop.
void searchHessianGrids(const GridRule& rule, MatrixView<const float> w, MatrixView<const float> H, HessianSearchScratch& scratch,
                        const std::function<void()>& tick, HessianGrid* found);

}  // namespace qs

QS_ISA_DECLARE(::qs::HessianGrid, searchHessianGrid,
               (const ::qs::GridRule& rule, const ::qs::HessianSearchRow& row, const ::qs::HessianSearchScratch::Row& scratch))
QS_ISA_DECLARE(void, searchWideHessianGrids,
               (const ::qs::GridRule& rule, const ::qs::WideSearchRows& rows, const ::qs::HessianSearchScratch::Wide& scratch,
                const ::qs::HessianSearchTick& tick, ::qs::HessianGrid* found))
