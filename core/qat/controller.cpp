// SPDX-License-Identifier: GPL-3.0-or-later
//   v_l = Var(∇W_l) over the entries of all steps since the last update,  e_l = mean |A_l − Q(A_l)| over the same steps
//   S_l = α v_l / mean(v) + β e_l / mean(e),   S̄_l = ρ S̄_l + (1 − ρ) S_l   (S̄ = S at the first update)
//   b* = argmin_b J_l(b), J_l(b) = S̄_l ε_b + λ C_b (sensitivity.cpp);  b_l becomes b* if J_l(b_l) − J_l(b*) ≥ h J_l(b_l)
// Of the layers that would become narrower only the n ν with the largest relative gain do (n layers, share ν, rounded up), and none while
// the mean task loss since the last update exceeds its lowest such mean by more than the margin: a model that many layers are taken from at
// once does not find back, one that loses them step by step does.
// Both terms are divided by their mean over layers: gradients and activations have units of their own, and λ keeps its meaning while
// gradients shrink. At the start every layer has the largest width.
// Moments of portions: Chan, Golub, LeVeque, Updating formulae and a pairwise algorithm for computing sample variances, 1979.
#include "qat/controller.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"

namespace qs {

void RunningMoments::add(double n, double sum, double sumSquares) {
    if (n <= 0) return;
    const double portionMean = sum / n, portionSquares = std::max(0.0, sumSquares - sum * portionMean);
    const double difference = portionMean - mean, total = count + n;
    squares += portionSquares + difference * difference * count * n / total;
    mean += difference * n / total;
    count = total;
}

PrecisionController::PrecisionController(const QatSettings& settings, std::size_t layers)
    : m_settings(settings),
      m_bits(layers, *std::max_element(settings.widths.begin(), settings.widths.end())),
      m_before(m_bits),
      m_gradients(layers),
      m_activationCounts(layers),
      m_activationSums(layers) {}

void PrecisionController::addGradient(std::size_t layer, double count, double sum, double sumSquares) {
    m_gradients[layer].add(count, sum, sumSquares);
}

void PrecisionController::addActivation(std::size_t layer, double count, double sumAbsolute) {
    m_activationCounts[layer] += count;
    m_activationSums[layer] += sumAbsolute;
}

void PrecisionController::addLoss(double loss) { m_loss.add(1, loss, loss * loss); }

WidthRecord PrecisionController::update(std::int64_t step) {
    WidthRecord record;
    record.step = step;
    const std::size_t layers = m_bits.size();
    for (std::size_t l = 0; l < layers; ++l) {
        record.gradientVariance.push_back(m_gradients[l].variance());
        record.activationError.push_back(m_activationSums[l] / std::max(1.0, m_activationCounts[l]));
    }
    const std::vector<double> now = sensitivities(dividedByMean(record.gradientVariance), dividedByMean(record.activationError),
                                                  {m_settings.alpha, m_settings.beta, m_settings.probeBits});
    if (m_sensitivity.empty()) m_sensitivity = now;
    for (std::size_t l = 0; l < layers; ++l)
        m_sensitivity[l] = m_settings.smoothing * m_sensitivity[l] + (1 - m_settings.smoothing) * now[l];
    record.sensitivity = m_sensitivity;

    const WidthPlan plan = chooseWidths(m_sensitivity, {m_settings.widths, m_settings.lambda, 1});
    std::vector<int> bits = m_bits;
    for (std::size_t l = 0; l < layers; ++l) {
        if (plan.bits[l] == m_bits[l]) continue;
        const double present = objectiveOf(plan, l, m_bits[l]);
        if (present - objectiveOf(plan, l, plan.bits[l]) < m_settings.hysteresis * present)
            record.suppressed.push_back(static_cast<int>(l));
        else bits[l] = plan.bits[l];
    }
    limitNarrowing(plan, bits, record);
    for (std::size_t l = 0; l < layers; ++l)
        if (m_updates > 0 && bits[l] != m_bits[l] && m_before[l] == bits[l]) record.flickers.push_back(static_cast<int>(l));
    m_before = std::exchange(m_bits, bits);
    record.bits = m_bits;
    m_suppressed += static_cast<std::int64_t>(record.suppressed.size());
    m_flickers += static_cast<std::int64_t>(record.flickers.size());
    startAnew();
    return record;
}

double PrecisionController::objectiveOf(const WidthPlan& plan, std::size_t layer, int bits) const {
    const auto i = std::find(m_settings.widths.begin(), m_settings.widths.end(), bits) - m_settings.widths.begin();
    return plan.objective(layer, static_cast<std::size_t>(i));
}

void PrecisionController::limitNarrowing(const WidthPlan& plan, std::vector<int>& bits, WidthRecord& record) {
    if (m_loss.count > 0) {
        m_leastLoss = m_updates == 0 ? m_loss.mean : std::min(m_leastLoss, m_loss.mean);
        record.heldByLoss = m_settings.lossMargin > 0 && m_loss.mean > m_leastLoss + m_settings.lossMargin;
    }
    std::vector<std::pair<double, std::size_t>> narrowed;  // relative gain
    for (std::size_t l = 0; l < bits.size(); ++l)
        if (bits[l] < m_bits[l]) narrowed.emplace_back(1 - objectiveOf(plan, l, bits[l]) / objectiveOf(plan, l, m_bits[l]), l);
    std::stable_sort(narrowed.begin(), narrowed.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    const double share = m_settings.narrowing > 0 ? m_settings.narrowing : 1;
    const auto most = static_cast<std::size_t>(std::ceil(share * static_cast<double>(bits.size())));
    for (std::size_t i = record.heldByLoss ? 0 : most; i < narrowed.size(); ++i) {
        bits[narrowed[i].second] = m_bits[narrowed[i].second];
        record.waiting.push_back(static_cast<int>(narrowed[i].second));
    }
    std::sort(record.waiting.begin(), record.waiting.end());
}

void PrecisionController::startAnew() {
    ++m_updates;
    m_loss = {};
    std::fill(m_gradients.begin(), m_gradients.end(), RunningMoments{});
    std::fill(m_activationCounts.begin(), m_activationCounts.end(), 0.0);
    std::fill(m_activationSums.begin(), m_activationSums.end(), 0.0);
}

std::vector<double> PrecisionController::state() const {
    std::vector<double> state{static_cast<double>(m_updates),
                              static_cast<double>(m_suppressed),
                              static_cast<double>(m_flickers),
                              m_loss.count,
                              m_loss.mean,
                              m_loss.squares,
                              m_leastLoss};
    for (std::size_t l = 0; l < m_bits.size(); ++l) {
        const RunningMoments& g = m_gradients[l];
        const double sensitivity = m_sensitivity.empty() ? 0 : m_sensitivity[l];
        state.insert(state.end(), {static_cast<double>(m_bits[l]), static_cast<double>(m_before[l]), g.count, g.mean, g.squares,
                                   m_activationCounts[l], m_activationSums[l], sensitivity});
    }
    return state;
}

void PrecisionController::setState(const std::vector<double>& state) {
    constexpr std::size_t kHead = 7, kPerLayer = 8;
    if (state.size() != kHead + kPerLayer * m_bits.size()) throw Error("the state of the widths is of another number of layers");
    for (std::size_t l = 0; l < m_bits.size(); ++l)
        for (const std::size_t field : {0u, 1u})
            if (std::find(m_settings.widths.begin(), m_settings.widths.end(), state[kHead + kPerLayer * l + field]) ==
                m_settings.widths.end())
                throw Error("the state of the widths holds a width that is not among --widths");
    m_updates = static_cast<std::int64_t>(state[0]);
    m_suppressed = static_cast<std::int64_t>(state[1]);
    m_flickers = static_cast<std::int64_t>(state[2]);
    m_loss = {state[3], state[4], state[5]};
    m_leastLoss = state[6];
    m_sensitivity.assign(m_updates > 0 ? m_bits.size() : 0, 0);
    for (std::size_t l = 0; l < m_bits.size(); ++l) {
        const double* s = state.data() + kHead + kPerLayer * l;
        m_bits[l] = static_cast<int>(s[0]);
        m_before[l] = static_cast<int>(s[1]);
        m_gradients[l] = {s[2], s[3], s[4]};
        m_activationCounts[l] = s[5];
        m_activationSums[l] = s[6];
        if (m_updates > 0) m_sensitivity[l] = s[7];
    }
}

}  // namespace qs
