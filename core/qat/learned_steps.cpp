// SPDX-License-Identifier: GPL-3.0-or-later
#include "qat/learned_steps.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/zeros.h>

#include <cmath>

namespace qs {

LearnedSteps::LearnedSteps(const TrainableModel& model, const QatSettings& settings) : m_model(model), m_settings(settings) {
    if (settings.method != QatMethod::Lsq) return;
    for (const LinearSpec* layer : model.layers()) {
        const std::vector<std::int64_t> shape =
            roundsChannels(settings) ? std::vector<std::int64_t>{layer->out, 1} : std::vector<std::int64_t>{};
        m_tensors.push_back(at::zeros(shape, model.options()));
    }
    for (std::size_t l = 0; l < model.layers().size(); ++l) m_tensors.push_back(at::zeros({}, model.options()));
    m_passes.resize(model.layers().size());
}

void LearnedSteps::begin(const at::Tensor& ids, ThreadPool& pool) {
    const std::vector<at::Tensor> values = m_model.values();
    pool.run(m_passes.size(), [&](std::size_t l, int) {
        const at::NoGradGuard noGradient;
        m_tensors[weightIndex(l)].copy_(
            firstLearnedStep(values[m_model.layerParameter(l)], m_settings.bits, roundsChannels(m_settings)).log());
    });
    const at::NoGradGuard noGradient;
    const LinearFn plain = m_model.fullPrecision(values);
    m_model.forward(values, ids, [&](const LinearSpec& spec, const at::Tensor& x) {
        // Relative to its range every token counts alike.
        const at::Tensor input = roundsTokens(m_settings) ? x.div(tokenUnits(x, m_settings.bits)) : x;
        m_tensors[activationIndex(m_model.layerOf(spec))].copy_(firstLearnedStep(input, m_settings.bits, false).log());
        return plain(spec, x);
    });
    m_begun = true;
}

std::vector<float> LearnedSteps::weightSteps(std::size_t layer) const {
    const at::Tensor steps = m_tensors[weightIndex(layer)].exp().cpu().contiguous();
    return {steps.const_data_ptr<float>(), steps.const_data_ptr<float>() + steps.numel()};
}

double LearnedSteps::activationStep(std::size_t layer) const { return std::exp(m_tensors[activationIndex(layer)].item().toDouble()); }

at::Tensor LearnedSteps::quantizeInput(const at::Tensor& x, const at::Tensor& logarithm, const at::Tensor& units) const {
    return learnedStepQuantized(x, {logarithm, units}, m_settings.bits, learnedStepScale(x.numel(), m_settings.bits),
                                m_settings.straightThrough);
}

void LearnedSteps::quantizeWeights(std::vector<at::Tensor>& values, ThreadPool& pool) {
    pool.run(m_passes.size(), [&](std::size_t l, int) {
        const at::AutoGradMode differentiates(true);
        at::Tensor& value = values[m_model.layerParameter(l)];
        Pass& pass = m_passes[l];
        pass.weight = value.detach().requires_grad_(true);
        pass.step = m_tensors[weightIndex(l)].detach().requires_grad_(true);
        const std::int64_t sharing = value.numel() / pass.step.numel();
        pass.quantized = learnedStepQuantized(pass.weight, {pass.step, {}}, m_settings.bits, learnedStepScale(sharing, m_settings.bits),
                                              m_settings.straightThrough);
        value = pass.quantized.detach();
    });
}

LearnedSteps::Gradients LearnedSteps::passWeightGradient(std::size_t layer, const at::Tensor& gradient) {
    Pass& pass = m_passes[layer];
    pass.quantized.backward(gradient);
    Gradients gradients{pass.weight.grad(), pass.step.grad()};
    pass = {};
    return gradients;
}

}  // namespace qs
