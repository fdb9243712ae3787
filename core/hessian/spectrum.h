// SPDX-License-Identifier: GPL-3.0-or-later
// Statistics of symmetric positive semi-definite matrices.
#pragma once

#include <vector>

#include "base/array.h"

namespace qs {

struct Spectrum {
    std::vector<float> eigenvalues;  ///< descending; rounding noise below zero is set to 0
    double trace = 0;                ///< Σ λ
    int rank = 0;                    ///< eigenvalues above n · 2⁻²⁴ · λ_max, the noise of a float32 matrix
    double conditionNumber = 0;      ///< λ_max / smallest eigenvalue counted in `rank`; 0 for the zero matrix
    double effectiveRank = 0;        ///< exp(−Σ p ln p), p = λ / trace (Roy & Vetterli 2007)
    double topShare = 0;             ///< λ_max / trace
};
/// Eigenvalue statistics of H [n, n]. Costs 4/3 n³ flops on one thread: run several at once.
/// Throws Error if H holds a NaN or infinity or the iteration does not converge.
Spectrum spectrumOf(MatrixView<const float> H);

/// Relative distance of two Hessians scaled to equal trace: ‖A/tr A − B/tr B‖_F / ‖B/tr B‖_F ("drift" from the longest length).
/// Throws Error if the shapes differ or a trace is not positive.
double driftBetween(MatrixView<const float> A, MatrixView<const float> B);

}  // namespace qs
