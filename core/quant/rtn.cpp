// SPDX-License-Identifier: GPL-3.0-or-later
#include "quant/rtn.h"

#include "quant/tile_solver.h"

namespace qs {

SolveResult solveRtn(const SolveInput& input, const QuantSettings& settings, JobContext& context, ThreadPool& pool, Device device) {
    SolveResult result = solveByTiles(input, nullptr, settings, context, pool, device);
    if (!input.H.empty()) {
        result.report.loss = hessianLoss(result.quantized, input.W, input.H, context, pool);
        if (input.energy) result.report.energy = hessianEnergy(input.W, input.H, context, pool);
    }
    return result;
}

}  // namespace qs
