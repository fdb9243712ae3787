// SPDX-License-Identifier: GPL-3.0-or-later
#include "quant/gptq.h"

#include "base/error.h"
#include "quant/hessian_factor.h"
#include "quant/rtn.h"
#include "quant/tile_solver.h"

namespace qs {
namespace {

SolveResult roundInstead(const SolveInput& input, QuantSettings settings, JobContext& context, ThreadPool& pool, Device device) {
    context.event({Severity::Failure, "rtn-fallback", input.name, "the Hessian could not be factored; this linear is rounded to nearest"});
    settings.staticGroups = true;  // nothing is compensated, so there are no other weights to take scales from
    SolveResult result = solveRtn(input, settings, context, pool, device);
    result.report.failed = true;
    return result;
}

}  // namespace

SolveResult solveGptq(const SolveInput& input, const QuantSettings& settings, JobContext& context, ThreadPool& pool, Device device) {
    if (input.H.rows != input.W.cols || input.H.cols != input.W.cols)
        throw Error(input.name + ": the Hessian is " + std::to_string(input.H.rows) + " x " + std::to_string(input.H.cols) +
                    ", but the weight has " + std::to_string(input.W.cols) + " columns");
    if (!input.factor && settings.onFailure == OnFailure::Rtn) return roundInstead(input, settings, context, pool, device);
    if (!input.factor) throw Error(input.name + ": GPTQ needs a factored Hessian; call factorize() first");
    SolveResult result = solveByTiles(input, input.factor, settings, context, pool, device);
    SolveReport& report = result.report;
    // Σ e² − λ ‖D‖² loses digits where damping outweighs the loss.
    if (report.loss < 0.05 * 2 * report.lossInner) report.loss = hessianLoss(result.quantized, input.W, input.H, context, pool);
    if (input.energy) report.energy = hessianEnergy(input.W, input.H, context, pool);
    return result;
}

}  // namespace qs
