// SPDX-License-Identifier: GPL-3.0-or-later
//   m = β1 m + (1 − β1) g,  v = β2 v + (1 − β2) g²,  w −= η (m̂ / (sqrt(v̂) + ε) + decay · w),  m̂ = m / (1 − β1^t), v̂ = v / (1 − β2^t)
//   g scaled by min(1, clipNorm / ‖g‖), ‖g‖ over all parameters;  β1 = 0.9, β2 = 0.999, ε = 1e-8
//   η_t = rate (t + 1) / warm for t < warm = warmup · steps, then final + (rate − final) (1 + cos(π (t − warm) / (steps − warm))) / 2
// Sources: Loshchilov, Hutter, arXiv 1711.05101 (decay apart from the gradient), 1608.03983 (cosine).
#include "qat/adamw.h"

#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros_like.h>

#include <cmath>
#include <numbers>
#include <set>
#include <utility>

namespace qs {

double scheduledRate(const QatSettings& settings, std::int64_t step) {
    const auto steps = static_cast<double>(settings.steps), t = static_cast<double>(step);
    const double warm = std::floor(settings.warmup * steps), least = settings.finalRate * settings.learningRate;
    if (t < warm) return settings.learningRate * (t + 1) / warm;
    const double way = std::min(1.0, (t - warm) / std::max(1.0, steps - warm));
    return least + (settings.learningRate - least) * (1 + std::cos(std::numbers::pi * way)) / 2;
}

AdamW::AdamW(std::vector<at::Tensor> parameters, std::vector<bool> decays, std::vector<double> factors, const QatSettings& settings)
    : m_settings(settings), m_parameters(std::move(parameters)), m_decays(std::move(decays)), m_factors(std::move(factors)) {
    for (const at::Tensor& parameter : m_parameters) {
        m_means.push_back(at::zeros_like(parameter));
        m_squares.push_back(at::zeros_like(parameter));
    }
}

void AdamW::step(std::vector<at::Tensor>& gradients, double norm, double rate, ThreadPool& pool) {
    ++m_steps;
    const bool clips = m_settings.clipNorm > 0 && norm > m_settings.clipNorm;
    if (!m_parameters.empty() && !m_parameters.front().is_cpu()) return stepTogether(gradients, clips ? norm : 0, rate);
    pool.run(m_parameters.size(), [&](std::size_t i, int) {
        if (!gradients[i].defined()) return;
        const auto options = at::TensorOptions().dtype(at::kFloat).device(m_parameters[i].device());
        const at::Tensor count = at::full({}, static_cast<double>(m_steps), options);
        std::optional<at::Tensor> divisor;
        if (clips) divisor = at::full({}, norm / m_settings.clipNorm, options);
        at::_fused_adamw_(m_parameters[i], gradients[i].contiguous(), m_means[i], m_squares[i], at::TensorList{}, count,
                          rate * m_factors[i], 0.9, 0.999, m_decays[i] ? m_settings.weightDecay : 0.0, 1e-8, /*amsgrad=*/false,
                          /*maximize=*/false, divisor);
    });
}

/// On a GPU all parameters with the same decay and rate in one call: hundreds of small ones take longer to begin than to run. `norm` 0: no
/// clipping.
void AdamW::stepTogether(const std::vector<at::Tensor>& gradients, double norm, double rate) {
    const auto options = m_parameters.front().options().dtype(at::kFloat);
    const at::Tensor count = at::full({}, static_cast<double>(m_steps), options);
    std::optional<at::Tensor> divisor;
    if (norm > 0) divisor = at::full({}, norm / m_settings.clipNorm, options);
    std::set<std::pair<bool, double>> kinds;
    for (std::size_t i = 0; i < m_parameters.size(); ++i) kinds.insert({m_decays[i], m_factors[i]});
    for (const auto& [decays, factor] : kinds) {
        std::vector<at::Tensor> parameters, given, means, squares;
        for (std::size_t i = 0; i < m_parameters.size(); ++i) {
            if (!gradients[i].defined() || m_decays[i] != decays || m_factors[i] != factor) continue;
            parameters.push_back(m_parameters[i]);
            given.push_back(gradients[i].contiguous());
            means.push_back(m_means[i]);
            squares.push_back(m_squares[i]);
        }
        if (parameters.empty()) continue;
        const std::vector<at::Tensor> counts(parameters.size(), count);
        at::_fused_adamw_(parameters, given, means, squares, at::TensorList{}, counts, rate * factor, 0.9, 0.999,
                          decays ? m_settings.weightDecay : 0.0, 1e-8, /*amsgrad=*/false, /*maximize=*/false, divisor);
    }
}

}  // namespace qs
