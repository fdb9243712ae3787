// SPDX-License-Identifier: GPL-3.0-or-later
#include "qat/quantized_linear.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/linear.h>

#include <utility>

#include "qat/fake_quantize.h"

namespace qs {
namespace {

at::Tensor onGrid(const at::Tensor& x, int bits, double step, bool rows) {
    if (bits == 0) return x;
    FakeQuantization how;
    how.bits = bits;
    how.rows = rows;
    how.maxAbs = step > 0 ? step / stepOf(1, bits) : 0;
    return fakeQuantized(x, how);
}

}  // namespace

at::Tensor roundedInput(const at::Tensor& x, const LayerGrid& grid) {
    if (grid.bits > 0 && grid.tokens && grid.tokenFactor != 1)
        return roundedBySteps(x, tokenUnits(x, grid.bits).mul_(grid.tokenFactor), grid.bits);
    return onGrid(x, grid.bits, grid.activationStep, grid.tokens);
}
at::Tensor roundedOperand(const at::Tensor& y, const LayerGrid& grid) { return onGrid(y, grid.bits, 0, grid.tokens); }

std::vector<at::Tensor> quantizedValues(const TrainableModel& model, const std::vector<LayerGrid>& grids) {
    const at::NoGradGuard noGradient;
    std::vector<at::Tensor> values = model.values();
    for (std::size_t l = 0; l < grids.size(); ++l) {
        at::Tensor& weight = values[model.layerParameter(l)];
        const std::vector<float>& steps = grids[l].channelSteps;
        if (grids[l].channels && !steps.empty()) {
            const at::Tensor column =
                at::from_blob(const_cast<float*>(steps.data()), {std::ssize(steps), 1}, at::TensorOptions().dtype(at::kFloat));
            weight = roundedBySteps(weight, column.to(weight.device()), grids[l].bits);
        } else {
            weight = onGrid(weight, grids[l].bits, grids[l].weightStep, grids[l].channels);
        }
    }
    return values;
}

LinearFn quantizedLinears(const TrainableModel& model, std::vector<at::Tensor> quantized, std::vector<LayerGrid> grids,
                          bool attentionOperands) {
    return
        [&model, values = std::move(quantized), grids = std::move(grids), attentionOperands](const LinearSpec& spec, const at::Tensor& x) {
            const at::NoGradGuard noGradient;
            const std::size_t layer = model.layerOf(spec);
            const LayerGrid& grid = grids[layer];
            const at::Tensor y = at::linear(roundedInput(x, grid), values[model.layerParameter(layer)], model.bias(values, layer));
            return attentionOperands && makesAttentionOperand(spec.role) ? roundedOperand(y, grid) : y;
        };
}

}  // namespace qs
