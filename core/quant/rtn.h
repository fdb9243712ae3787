// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "quant/quantizer.h"

namespace qs {

/// Round to nearest: q = quant(w) on the grid of each group. The loss uses H where it is given.
SolveResult solveRtn(const SolveInput& input, const QuantSettings& settings, JobContext& context, ThreadPool& pool, Device device);
/// What methods with a factor do where factorize() has failed and settings.onFailure is Rtn: the same with the event "rtn-fallback" and
/// report.failed.
SolveResult roundAfterFailure(const SolveInput& input, QuantSettings settings, JobContext& context, ThreadPool& pool, Device device);

}  // namespace qs
