// SPDX-License-Identifier: GPL-3.0-or-later
// The algorithms as their papers define them, plainly, in float64 or float32: what `solve` runs by default and what the fast kernels
// are tested against. Formulas and readings: reference_solver.cpp, reference_columns.cpp.
#pragma once

#include "quant/quantizer.h"
#include "quant/reference_columns.h"

namespace qs {

/// All in float64; float32 numbers are exact in it.
struct ReferenceProblem {
    MatrixView<const double> W;  ///< [out, in]
    MatrixView<const double> H;  ///< [in, in] symmetric, undamped; empty for RTN
    std::string name;
    const QuantizedLinear* grids = nullptr;  ///< if given, its scales and zeros are kept: natural groups of the settings' size
};

/// Result with scales as R holds them; report.loss is ‖ŵ−w‖².
template <class R>
SolveResult referenceRtn(const ReferenceProblem& problem, const QuantSettings& settings, JobContext& context, ThreadPool& pool);

/// Result, and report.loss = Σ (ŵ−w) H (ŵ−w)ᵀ evaluated in float64. Damping is retried as in factorize(); throws the same errors.
template <class R>
SolveResult referenceGptq(const ReferenceProblem& problem, const QuantSettings& settings, JobContext& context, ThreadPool& pool);

/// The column loop with a given factor and, where not empty, correction P [in, in] in solve order: what referenceGptq does after its
/// factorisation.
template <class R>
SolveResult solveWithFactor(const ReferenceProblem& problem, const QuantSettings& settings, const ReferenceFactor<R>& factor,
                            const Matrix<R>& correction, CorrectionWeight weight, JobContext& context, ThreadPool& pool);

}  // namespace qs
