// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/trained_activations.h"

#include "qat/fake_quantize.h"

namespace qs {

std::string trainingOption(const RunFile& run, const std::string& name, const std::string& otherwise) {
    const auto& options = run.provenance().options;
    const auto found = options.find(name);
    return found == options.end() ? otherwise : found->second;
}

TrainedActivations trainedActivations(const RunFile& run) {
    TrainedActivations activations;
    for (const LinearRecord& linear : run.linears()) {
        if (linear.activationBits == 0) continue;
        LayerGrid& grid = activations.grids[linear.name];
        grid.bits = linear.activationBits;
        grid.tokens = linear.activationMax == 0;
        grid.tokenFactor = linear.activationFactor;
        if (!grid.tokens) grid.activationStep = linear.activationMax * stepOf(1, linear.activationBits);
    }
    activations.attentionOperands = trainingOption(run, "attention-operands", "true") == "true";
    return activations;
}

LinearWrapper TrainedActivations::wrapper() const {
    return [copy = *this](const LinearSpec& spec, const at::Tensor& x, const LinearFn& plain) {
        const auto grid = copy.grids.find(spec.name);
        if (grid == copy.grids.end()) return plain(spec, x);
        const at::Tensor y = plain(spec, roundedInput(x, grid->second));
        return copy.attentionOperands && makesAttentionOperand(spec.role) ? roundedOperand(y, grid->second) : y;
    };
}

}  // namespace qs
