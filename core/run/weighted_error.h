// SPDX-License-Identifier: GPL-3.0-or-later
// Errors per length under one weighting: the same combination of the sums per length as H itself, so that
//   loss = Σ_L c_L (error without first token + weight of it · error of first tokens) = tr(ΔW H ΔWᵀ),   energy = tr(W H Wᵀ) likewise.
#pragma once

#include <span>

#include "hessian/weighting.h"
#include "run/run_data.h"

namespace qs {

struct WeightedError {
    double loss = 0, energy = 0;
    double relative() const { return energy > 0 ? loss / energy : 0; }
};

/// `errors` of one linear, ascending length. Throws Error if the weighting names a length that is not among them.
WeightedError weightedError(std::span<const LengthError> errors, const Weighting& weighting);

}  // namespace qs
