// SPDX-License-Identifier: GPL-3.0-or-later
#include "qat/learned_steps.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/ones.h>

#include "qat/straight_through.h"

namespace qs {
namespace {
constexpr double kLeastStep = 1e-8;
}

LearnedSteps::LearnedSteps(const TrainableModel& model, const QatSettings& settings) : m_model(model), m_settings(settings) {
    if (settings.method != QatMethod::Lsq) return;
    for (std::size_t i = 0; i < 2 * model.layers().size(); ++i) m_tensors.push_back(at::ones({}, model.options()));
    m_passes.resize(model.layers().size());
}

void LearnedSteps::begin(const at::Tensor& ids) {
    const at::NoGradGuard noGradient;
    const std::vector<at::Tensor> values = m_model.values();
    const LinearFn plain = m_model.fullPrecision(values);
    m_model.forward(values, ids, [&](const LinearSpec& spec, const at::Tensor& x) {
        const std::size_t layer = m_model.layerOf(spec);
        m_tensors[weightIndex(layer)].fill_(firstLearnedStep(values[m_model.layerParameter(layer)], m_settings.bits));
        m_tensors[activationIndex(layer)].fill_(firstLearnedStep(x, m_settings.bits));
        return plain(spec, x);
    });
    m_begun = true;
}

void LearnedSteps::quantizeWeights(std::vector<at::Tensor>& values) {
    for (std::size_t l = 0; l < m_passes.size(); ++l) {
        at::Tensor& value = values[m_model.layerParameter(l)];
        Pass& pass = m_passes[l];
        pass.weight = value.detach().requires_grad_(true);
        pass.step = m_tensors[weightIndex(l)].detach().requires_grad_(true);
        pass.quantized = learnedStepQuantized(pass.weight, pass.step, m_settings.bits, learnedStepScale(value.numel(), m_settings.bits),
                                              m_settings.straightThrough);
        value = pass.quantized.detach();
    }
}

LearnedSteps::Gradients LearnedSteps::passWeightGradient(std::size_t layer, const at::Tensor& gradient) {
    Pass& pass = m_passes[layer];
    pass.quantized.backward(gradient);
    Gradients gradients{pass.weight.grad(), pass.step.grad()};
    pass = {};
    return gradients;
}

void LearnedSteps::keepPositive() {
    const at::NoGradGuard noGradient;
    for (at::Tensor& step : m_tensors) step.clamp_min_(kLeastStep);
}

}  // namespace qs
