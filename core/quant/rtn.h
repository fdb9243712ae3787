// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "quant/quantizer.h"

namespace qs {

/// Round to nearest: q = quant(w) on the grid of each group. The loss uses H where it is given.
SolveResult solveRtn(const SolveInput& input, const QuantSettings& settings, JobContext& context, ThreadPool& pool, Device device);

}  // namespace qs
