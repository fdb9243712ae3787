// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/cost_model.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/array.h"
#include "base/clock.h"
#include "kernels/blas.h"
#include "quant/grid_rule.h"

namespace qs {
namespace {

/// float32 matrix products of this thread, flops a second: the fastest of those of 50 ms, so that other programs, which interrupt some of
/// them, do not make the forecast.
double measuredGemmRate() {
    constexpr std::size_t n = 512;
    Matrix<float> a(n, n), b(n, n), c(n, n);
    std::fill(a.values().begin(), a.values().end(), 0.5f);
    std::fill(b.values().begin(), b.values().end(), 0.25f);
    const auto product = [&] {
        const auto start = Clock::now();
        gemm(Transpose::No, Transpose::No, n, n, n, 1.f, a.data(), n, b.data(), n, 0.f, c.data(), n);
        return secondsSince(start);
    };
    product();  // wakes library and caches
    const auto start = Clock::now();
    double fastest = product();
    while (secondsSince(start) < 0.05) fastest = std::min(fastest, product());
    return 2.0 * std::pow(static_cast<double>(n), 3) / fastest;
}

double tokensOf(std::span<const int> lengths) { return std::accumulate(lengths.begin(), lengths.end(), 0.0); }

double parametersOf(const BlockSpec& block, InputTag tag) {
    double parameters = 0;
    for (const LinearSpec& linear : block.linears)
        if (linear.tag == tag) parameters += static_cast<double>(linear.out) * linear.in;
    return parameters;
}

/// Pairs of a token and one that it sees, over all sequences.
double seenPairs(const BlockSpec& block, std::span<const int> lengths) {
    double pairs = 0;
    for (const int length : lengths) {
        const double seen = block.window > 0 ? std::min(block.window, length) : length;
        pairs += length * seen - seen * seen / 2;  // a token sees itself and what is before it, at most the window
    }
    return pairs;
}

}  // namespace

CostModel CostModel::measured(Compute compute, int threads, int ranks) {
    CostModel model;
    model.threads = std::max(1, threads);
    model.ranks = ranks;
    constexpr double kReference = 225e9;  // float32 product rate of the machine on which the defaults above were measured
    const double level = measuredGemmRate() / kReference;
    for (double* rate : {&model.linear, &model.gram, &model.attention, &model.attended, &model.factor, &model.solve, &model.errors,
                         &model.spectrum, &model.search})
        *rate *= level;
    if (compute != Compute::BFloat16) {
        model.linear = std::min(model.linear, 215e9 * level);
        model.gram = std::min(model.gram, 370e9 * level);
        model.attended = std::min(model.attended, 190e9 * level);
        model.attention = std::min(model.attention, (compute == Compute::Reference ? 50e9 : 100e9) * level);
    }
    return model;
}

double CostModel::forward(const BlockSpec& block, InputTag upTo, std::span<const int> lengths) const {
    const double tokens = tokensOf(lengths);
    if (upTo == InputTag::AttentionIn) return tokens * block.hidden * 20 / linear / threads;  // one norm
    if (upTo == InputTag::MlpIn) return 2 * parametersOf(block, InputTag::AttentionOut) * tokens / linear / threads;
    if (upTo == InputTag::MlpDown) return 2 * parametersOf(block, InputTag::MlpIn) * tokens / linear / threads;
    return (2 * parametersOf(block, InputTag::AttentionIn) * tokens / linear +
            4 * seenPairs(block, lengths) * block.heads * block.headDim / attention) /
           threads;
}

double CostModel::finish(const BlockSpec& block, std::span<const int> lengths) const {
    return 2 * parametersOf(block, InputTag::MlpDown) * tokensOf(lengths) / linear / threads;
}

double CostModel::bank(int dim, std::span<const int> lengths) const { return 2 * tokensOf(lengths) * dim * dim / gram / threads; }

double CostModel::cross(int dim, CrossPart part, bool differences, std::span<const int> lengths) const {
    return bank(dim, lengths) * ((part == CrossPart::Whole ? 2 : 1) + (differences ? 1 : 0));
}

double CostModel::spectra(int dim, std::size_t lengthCount) const {
    const double rounds = std::ceil(static_cast<double>(lengthCount) / (threads * ranks));
    return rounds * 4 / 3 * std::pow(static_cast<double>(dim), 3) / spectrum;
}

double CostModel::factorize(int dim, bool cross) const { return (cross ? 2 : 1) * std::pow(static_cast<double>(dim), 3) / 3 / factor; }

double CostModel::scaleStages(const LinearSpec& linearSpec, const QuantSettings& settings, bool recorded) const {
    const double weights = static_cast<double>(linearSpec.out) * linearSpec.in;
    double seconds = 0;
    if (settings.search == SearchKind::Hessian) {
        const double group = static_cast<double>(groupWidth(settings, static_cast<std::size_t>(linearSpec.in)));
        // Every weight: its first code and a share of its group's; every change of a code: a fixed part and one over the group.
        const double changes = std::min(0.45 + 0.68 * std::pow(2.0, settings.bits - 2), static_cast<double>(searchStepsOf(settings)));
        const double once = weights * (72 + 1540 / group + changes * (13 + (group > 128 ? 0.9 : 0.6) * group));
        seconds += (schemeOf(settings) == Scheme::Asymmetric ? 2 : 1) * once / search;
        if (recorded) seconds += weights * linearSpec.in / errors;
    }
    if (settings.refine != Refine::None) {
        const double groups = static_cast<double>(groupCount(settings, static_cast<std::size_t>(linearSpec.in)));
        seconds += 2 * weights * linearSpec.in / solve;
        if (settings.refine == Refine::Joint) seconds += linearSpec.out * std::pow(groups, 3) / 3 / search;
    }
    return seconds / (threads * ranks);
}

double CostModel::inputScales(const LinearSpec& linearSpec, const QuantSettings& settings, bool scaled) const {
    const double weights = static_cast<double>(linearSpec.out) * linearSpec.in;
    const double group = static_cast<double>(groupWidth(settings, static_cast<std::size_t>(linearSpec.in)));
    const bool clipped = settings.clip && settings.search == SearchKind::AbsMax;
    return weights * 20 * ((scaled ? linearSpec.in + 300 : 0) + (clipped ? group + 100 : 0)) / errors / (threads * ranks);
}

double CostModel::headHessians(const BlockSpec& block, std::span<const int> lengths) const {
    const double width = static_cast<double>(block.heads + block.keyValueHeads) * block.headDim;
    return 2 * tokensOf(lengths) * width * (block.hidden + block.headDim) / errors / threads;
}

double CostModel::attendedInputs(const BlockSpec& block, bool cross, std::span<const int> lengths) const {
    const double sums = 2 * seenPairs(block, lengths) * block.heads * (block.hidden + block.headDim) / attended / threads;
    return ((cross ? 2 : 1) * sums + (cross ? 3 : 1) * block.heads * bank(block.hidden, lengths)) +
           block.keyValueHeads * factorize(block.hidden, cross);
}

double CostModel::solveLinear(const LinearSpec& linearSpec, bool cross) const {
    const double work = static_cast<double>(linearSpec.out) * linearSpec.in * linearSpec.in;
    return (work * (cross ? 2.4 : 1.4) / solve + 2 * work / errors) / (threads * ranks);
}

}  // namespace qs
