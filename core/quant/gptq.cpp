// SPDX-License-Identifier: GPL-3.0-or-later
#include "quant/gptq.h"

#include "base/error.h"
#include "quant/hessian_factor.h"
#include "quant/rtn.h"
#include "quant/tile_solver.h"

namespace qs {

SolveResult solveGptq(const SolveInput& input, const QuantSettings& settings, JobContext& context, ThreadPool& pool, Device device) {
    if (input.H.rows != input.W.cols || input.H.cols != input.W.cols)
        throw Error(input.name + ": the Hessian is " + std::to_string(input.H.rows) + " x " + std::to_string(input.H.cols) +
                    ", but the weight has " + std::to_string(input.W.cols) + " columns");
    if (!input.factor && settings.onFailure == OnFailure::Rtn) return roundAfterFailure(input, settings, context, pool, device);
    if (!input.factor) throw Error(input.name + ": GPTQ needs a factored Hessian; call factorize() first");
    SolveResult result = solveByTiles(input, input.factor, settings, context, pool, device);
    SolveReport& report = result.report;
    // Σ e² − λ ‖D‖² loses digits where damping outweighs the loss.
    if (report.loss < 0.05 * 2 * report.lossInner) report.loss = hessianLoss(result.quantized, input.W, input.H, context, pool);
    if (input.energy) report.energy = hessianEnergy(input.W, input.H, context, pool);
    return result;
}

}  // namespace qs
