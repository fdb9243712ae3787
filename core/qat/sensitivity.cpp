// SPDX-License-Identifier: GPL-3.0-or-later
//   S_l = α Var(∇W_l) + β E|A_l − Q(A_l)|,  Q at `probe` bits over the range of A_l (qat/fake_quantize.cpp)
//   b_l = argmin_b S_l ε_b gain + λ C_b,  ε_b = 1 / (12 (2^(b−1) − 1)²): uniform noise relative to max|A| = 1,  C_b = b / 32
//   b and b' > b are equal at S = λ (C_b' − C_b) / (gain (ε_b − ε_b'))
// A_l [tokens, in] activations, ∇W_l [out, in] gradient of the weights of layer l. Means and the variance run over all entries.
// Source: dynamic sensitivity-aware quantization-aware training, which leaves ε, C and the normalisation open.
#include "qat/sensitivity.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "qat/fake_quantize.h"

namespace qs {

template <class R>
double varianceOf(std::span<const R> values) {
    if (values.empty()) return 0;
    const double count = static_cast<double>(values.size());
    double mean = 0, squares = 0;
    for (const R value : values) mean += static_cast<double>(value) / count;
    for (const R value : values) squares += (static_cast<double>(value) - mean) * (static_cast<double>(value) - mean);
    return squares / count;
}

template <class R>
double activationError(std::span<const R> activation, int probeBits) {
    const R step = static_cast<R>(stepOf(static_cast<double>(largestOf(activation)), probeBits));
    const std::vector<R> quantized = fakeQuantize(activation, step, probeBits);
    return roundingError(activation, std::span<const R>(quantized)).meanAbsolute;
}

std::vector<double> sensitivities(std::span<const double> variances, std::span<const double> activationErrors,
                                  const SensitivityWeights& weights) {
    std::vector<double> S(variances.size());
    for (std::size_t l = 0; l < S.size(); ++l) S[l] = weights.alpha * variances[l] + weights.beta * activationErrors[l];
    return S;
}

std::vector<double> dividedByMean(std::span<const double> values) {
    std::vector<double> divided(values.begin(), values.end());
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(std::max<std::size_t>(1, values.size()));
    if (mean != 0)
        for (double& value : divided) value /= mean;
    return divided;
}

namespace {

double epsilonOf(int bits) {
    const double step = stepOf(1, bits);
    return step * step / 12;
}
double costOf(int bits) { return bits / 32.0; }

}  // namespace

std::vector<WidthThreshold> widthThresholds(const WidthChoice& choice) {
    std::vector<int> widths = choice.widths;
    std::sort(widths.begin(), widths.end());
    std::vector<WidthThreshold> thresholds;
    for (std::size_t i = 0; i + 1 < widths.size(); ++i) {
        const int narrower = widths[i], wider = widths[i + 1];
        thresholds.push_back(
            {narrower, wider,
             choice.lambda * (costOf(wider) - costOf(narrower)) / (choice.errorGain * (epsilonOf(narrower) - epsilonOf(wider)))});
    }
    return thresholds;
}

WidthPlan chooseWidths(std::span<const double> sensitivity, const WidthChoice& choice) {
    const std::size_t layers = sensitivity.size(), widths = choice.widths.size();
    WidthPlan plan{{}, {}, Matrix<double>(layers, widths), std::vector<int>(layers)};
    for (const int b : choice.widths) {
        plan.epsilon.push_back(epsilonOf(b));
        plan.cost.push_back(costOf(b));
    }
    for (std::size_t l = 0; l < layers; ++l) {
        double* row = plan.objective.row(l);
        for (std::size_t i = 0; i < widths; ++i)
            row[i] = sensitivity[l] * plan.epsilon[i] * choice.errorGain + choice.lambda * plan.cost[i];
        std::size_t best = 0;
        for (std::size_t i = 1; i < widths; ++i)
            if (row[i] < row[best] || (row[i] == row[best] && choice.widths[i] < choice.widths[best])) best = i;
        plan.bits[l] = choice.widths[best];
    }
    return plan;
}

WidthSummary summarise(std::span<const int> bits, std::span<const double> weightCounts) {
    WidthSummary summary;
    double weights = 0;
    for (std::size_t l = 0; l < bits.size(); ++l) {
        summary.bits += bits[l] / static_cast<double>(bits.size());
        summary.energy += bits[l] * weightCounts[l];
        weights += weightCounts[l];
    }
    summary.weightedBits = summary.energy / weights;
    return summary;
}

template double varianceOf<double>(std::span<const double>);
template double varianceOf<float>(std::span<const float>);
template double activationError<double>(std::span<const double>, int);
template double activationError<float>(std::span<const float>, int);

}  // namespace qs
