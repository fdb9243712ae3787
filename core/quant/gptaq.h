// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "quant/quantizer.h"

namespace qs {

/// GPTAQ (Li et al., ICML 2025): minimises ‖ŴX − WX̃‖², X̃ the inputs of the untouched model, in the form without an inverse
/// (asymmetric_factor.h). report.loss is that of GPTQ, Σ (ŵ−w) H (ŵ−w)ᵀ, which the method does not minimise; it costs 2 rows · in² flops
/// and is 0 without input.energy. A failed factorisation is handled as in solveGptq().
SolveResult solveGptaq(const SolveInput& input, const QuantSettings& settings, JobContext& context, ThreadPool& pool, Device device);

}  // namespace qs
