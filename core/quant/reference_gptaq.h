// SPDX-License-Identifier: GPL-3.0-or-later
// GPTAQ, plainly. Formula and readings: reference_gptaq.cpp.
#pragma once

#include "quant/reference_solver.h"

namespace qs {

/// What GPTAQ adds to GPTQ.
struct CrossTerm {
    MatrixView<const double> D;  ///< [in, in] E[(x̃ − x) xᵀ] in the unit of H: row = residual, column = input
    double alpha = 1;            ///< 1: the derived objective; 0.25: the constant of the published code
    CorrectionWeight weight = CorrectionWeight::Before;
};

/// P = α striu(D Uᵀ) U [in, in] in solve order, from D in natural order; columns of D at dead inputs count as zero. Row q right of q equals
/// α D[q, >q] (H[>q, >q])⁻¹ with the damped H; the rest is 0.
template <class R>
Matrix<R> correctionMatrix(MatrixView<const double> D, double alpha, const ReferenceFactor<R>& factor);

/// As referenceGptq; report.loss = Σ (ŵ−w) H (ŵ−w)ᵀ − 2 w D (ŵ−w)ᵀ (D, not α D), which lacks the constant w C wᵀ of ‖ŵX − wX̃‖² and can
/// be negative.
template <class R>
SolveResult referenceGptaq(const ReferenceProblem& problem, const CrossTerm& cross, const QuantSettings& settings, JobContext& context,
                           ThreadPool& pool);

}  // namespace qs
