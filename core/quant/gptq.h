// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "quant/quantizer.h"

namespace qs {

/// GPTQ (Frantar et al., arXiv 2210.17323) in the form without an inverse (kernels/gptq_columns.h). With input.factor null and
/// settings.onFailure Rtn, factorize() has failed: rounds to nearest, with the event "rtn-fallback" and report.failed.
SolveResult solveGptq(const SolveInput& input, const QuantSettings& settings, JobContext& context, ThreadPool& pool, Device device);

}  // namespace qs
