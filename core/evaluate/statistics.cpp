// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluate/statistics.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "text/random.h"

namespace qs {
namespace {

constexpr int kBootstrapDraws = 10000;

bool isTruth(double x) { return x == 0 || x == 1; }

}  // namespace

Mean meanOf(std::span<const double> values) {
    if (values.empty()) return {};
    const auto n = static_cast<double>(values.size());
    double sum = 0, squares = 0;
    for (const double x : values) sum += x - values[0];  // exact where all are equal
    const double mean = values[0] + sum / n;
    for (const double x : values) squares += (x - mean) * (x - mean);
    return {mean, values.size() > 1 ? std::sqrt(squares / (n - 1)) / std::sqrt(n) : 0};
}

double deviationOf(std::span<const double> values) { return meanOf(values).standardError * std::sqrt(static_cast<double>(values.size())); }

double exactMcNemar(std::int64_t first, std::int64_t second) {
    const std::int64_t n = first + second, less = std::min(first, second);
    double tail = 0;
    const auto count = static_cast<double>(n);
    for (std::int64_t k = 0; k <= less; ++k) {
        const auto i = static_cast<double>(k);
        tail += std::exp(std::lgamma(count + 1) - std::lgamma(i + 1) - std::lgamma(count - i + 1) - count * std::log(2.0));
    }
    return std::min(1.0, 2 * tail);
}

PairedDifference pairedDifference(std::span<const double> a, std::span<const double> b, std::uint64_t seed) {
    const std::size_t n = a.size();
    std::vector<double> differences(n);
    bool truths = true;
    PairedDifference result;
    for (std::size_t i = 0; i < n; ++i) {
        differences[i] = a[i] - b[i];
        truths = truths && isTruth(a[i]) && isTruth(b[i]);
        result.aOnly += a[i] > b[i];
        result.bOnly += b[i] > a[i];
    }
    const Mean mean = meanOf(differences);
    result.value = mean.value;
    result.standardError = mean.standardError;
    Random random(seed);
    std::vector<double> means(kBootstrapDraws);
    for (double& m : means) {
        double sum = 0;
        for (std::size_t i = 0; i < n; ++i) sum += differences[random.below(n)];
        m = sum / static_cast<double>(n);
    }
    std::sort(means.begin(), means.end());
    result.low = means[kBootstrapDraws / 40];
    result.high = means[kBootstrapDraws - 1 - kBootstrapDraws / 40];
    if (truths) result.pValue = exactMcNemar(result.aOnly, result.bOnly);
    else if (mean.standardError > 0) result.pValue = std::erfc(std::abs(mean.value) / mean.standardError / std::sqrt(2.0));
    return result;
}

}  // namespace qs
