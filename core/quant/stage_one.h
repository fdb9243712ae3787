// SPDX-License-Identifier: GPL-3.0-or-later
// Stage 1 of the two-stage method: all group scales before the column loop, by the Hessian error of each group (kernels/hessian_search.h).
#pragma once

#include <cstdint>
#include <vector>

#include "quant/quantizer.h"

namespace qs {

struct StageOneGrids {
    Matrix<float> scales, zeros;  ///< [groups, out]
    double groupwiseLoss = 0;     ///< Σ over rows and groups of the least (ŵ − w)_g H_gg (ŵ − w)_gᵀ, scales not yet rounded
};

/// Over the original W and the undamped H of the input; weights of `deadColumns` (natural) count as 0. Does not depend on the number of
/// threads. Throws Error if H does not fit W.
StageOneGrids chooseStageOneGrids(const SolveInput& input, const std::vector<std::int32_t>& deadColumns, const QuantSettings& settings,
                                  JobContext& context, ThreadPool& pool);

}  // namespace qs
