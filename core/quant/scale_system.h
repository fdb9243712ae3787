// SPDX-License-Identifier: GPL-3.0-or-later
// The scales of one row as unknowns. Codes are frozen, so the loss is a quadratic form in the change δ = s − s⁰ of the k group scales:
//
//   A_gh = c_g H_gh c_hᵀ,   r_g = c_g H_g: (w − ŵ⁰)ᵀ + w D_:g c_gᵀ,   loss(δ) − loss(0) = δᵀ A δ − 2 rᵀ δ
//
// A sweep is a Gauss-Seidel step on A δ = r (Algorithm 1 of arXiv 2602.02126 is one), the joint solution solves it. A group keeps its scale
// where A_gg is lost in rounding (all its codes at the zero point, or a direction that H does not see) and, unless signs are free, where
// its scale would not be positive. Starting from s⁰ keeps r small, so nothing cancels.
#pragma once

#include <cstddef>
#include <vector>

#include "base/array.h"

namespace qs {

struct ScaleSystem {
    MatrixView<double> A;              ///< [k, k] symmetric
    std::vector<double> r;             ///< [k]
    std::vector<double> start;         ///< [k] s⁰; empty: signs are free
    std::vector<unsigned char> fixed;  ///< [k] 1: A_gg says nothing

    bool allows(std::size_t g, double delta) const { return start.empty() || start[g] + delta > 0; }
};

/// Scales of a row on their way.
struct ScaleChange {
    std::vector<double> delta;               ///< [k] δ
    std::vector<unsigned char> nonPositive;  ///< [k] 1: a step to s ≤ 0 was not taken
};

/// No change yet.
ScaleChange unchangedScales(const ScaleSystem& system);

/// δᵀ A δ − 2 rᵀ δ.
double lossChange(const ScaleSystem& system, const std::vector<double>& delta);

/// Once over all groups, first to last. `residual` = r − A δ, kept up to date.
void sweepScales(const ScaleSystem& system, ScaleChange& change, std::vector<double>& residual);

/// The minimum over all groups that are neither fixed nor would get a scale ≤ 0; those keep s⁰. Pivots below `noise` · A_gg count as lost.
/// Overwrites system.A only in its lower triangle's copy `workspace` [k, k].
ScaleChange solveScales(const ScaleSystem& system, double noise, Matrix<double>& workspace);

}  // namespace qs
