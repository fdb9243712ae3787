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

SolveResult roundAfterFailure(const SolveInput& input, QuantSettings settings, JobContext& context, ThreadPool& pool, Device device) {
    context.event({Severity::Failure, "rtn-fallback", input.name, "the Hessian could not be factored; this linear is rounded to nearest"});
    settings.staticGroups = true;  // nothing is compensated, so there are no other weights to take scales from
    SolveResult result = solveRtn(input, settings, context, pool, device);
    result.report.failed = true;
    return result;
}

}  // namespace qs
