// SPDX-License-Identifier: GPL-3.0-or-later
#include "quant/gptaq.h"

#include "base/error.h"
#include "quant/asymmetric_factor.h"
#include "quant/hessian_factor.h"
#include "quant/rtn.h"
#include "quant/tile_solver.h"

namespace qs {

SolveResult solveGptaq(const SolveInput& input, const QuantSettings& settings, JobContext& context, ThreadPool& pool, Device device) {
    if (!input.factor && settings.onFailure == OnFailure::Rtn) return roundAfterFailure(input, settings, context, pool, device);
    if (!input.factor || !input.cross)
        throw Error(input.name + ": GPTAQ needs a factored Hessian and cross term; call factorize() and factorizeCross() first");
    if (input.H.rows != input.W.cols || input.H.cols != input.W.cols || input.cross->correction.rows() != input.W.cols)
        throw Error(input.name + ": the Hessian is " + std::to_string(input.H.rows) + " x " + std::to_string(input.H.cols) +
                    ", but the weight has " + std::to_string(input.W.cols) + " columns");
    if (device.kind == DeviceKind::Cuda && !input.cross->withinBlock.empty()) {
        context.event({Severity::Warning, "device-fallback", input.name,
                       "--wp official has no CUDA kernel; solved on the CPU. Use --wp pre to solve on " + textOf(device)});
        device = {};
    }
    SolveResult result = solveByTiles(input, input.factor, settings, context, pool, device);
    result.report.loss = 0;  // Σ e² − λ ‖D‖² is not the loss of an asymmetric solve
    if (input.energy) {
        result.report.loss = hessianLoss(result.quantized, input.W, input.H, context, pool);
        result.report.energy = hessianEnergy(input.W, input.H, context, pool);
    }
    return result;
}

}  // namespace qs
