// SPDX-License-Identifier: GPL-3.0-or-later
// Precision "float32" of `solve`: the quantizers and kernels that jobs run.
#pragma once

#include "base/array.h"
#include "quant/quantizer.h"
#include "run/solve_request.h"

namespace qs {

struct ProductionProblem {
    MatrixView<const double> W;  ///< [out, in]
    MatrixView<const double> H;  ///< [in, in]; empty for methods that need none
    MatrixView<const double> D;  ///< [in, in]; empty without a cross term
};

/// The method of the settings on the problem rounded to float32, without --refine. Errors name the tensors W, H and D.
SolveResult solveInProduction(const SolveRequest& request, const ProductionProblem& problem, const QuantSettings& settings);

}  // namespace qs
