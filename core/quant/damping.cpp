// SPDX-License-Identifier: GPL-3.0-or-later
#include "quant/damping.h"

#include <algorithm>
#include <cstdio>
#include <numeric>

#include "base/error.h"

namespace qs {
namespace {

std::string number(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", value);
    return text;
}

/// The fractions to try, in order.
std::vector<double> dampingSteps(const QuantSettings& settings) {
    constexpr double least = 1e-4;  // what follows no damping at all
    std::vector<double> steps{settings.damping};
    double next = settings.damping > 0 ? settings.damping * 10 : least;
    while (next <= settings.maxDamping * (1 + 1e-9)) {
        steps.push_back(next);
        next *= 10;
    }
    return steps;
}

}  // namespace

HessianColumns examineColumns(const std::vector<double>& diagonal, const QuantSettings& settings, const std::string& subject,
                              JobContext& context) {
    HessianColumns columns;
    const std::size_t n = diagonal.size();
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) {
        if (diagonal[i] == 0) columns.deadColumns.push_back(static_cast<std::int32_t>(i));
        sum += diagonal[i];
    }
    const std::size_t dead = columns.deadColumns.size();
    if (dead < n) columns.liveMean = sum / static_cast<double>(n - dead);
    if (dead > 0)
        context.event({Severity::Info, "dead-columns", subject,
                       std::to_string(dead) + " of " + std::to_string(n) +
                           " input columns were always zero in calibration; their weights are set to zero"});
    if (settings.actOrder) {
        columns.order.resize(n);
        std::iota(columns.order.begin(), columns.order.end(), 0);
        std::stable_sort(columns.order.begin(), columns.order.end(), [&](std::int32_t a, std::int32_t b) {
            return diagonal[static_cast<std::size_t>(a)] > diagonal[static_cast<std::size_t>(b)];
        });
    }
    return columns;
}

double factorWithRetries(const HessianColumns& columns, const QuantSettings& settings, const std::string& subject, JobContext& context,
                         const std::function<int(double)>& attempt) {
    std::string failure;
    for (const double fraction : dampingSteps(settings)) {
        if (!failure.empty())
            context.event({Severity::Warning, "damping-retry", subject, failure + "; damping raised to " + number(fraction)});
        const double lambda = fraction * columns.liveMean;
        const int column = attempt(lambda);
        if (column == 0) return lambda;
        failure = "the Hessian is not positive definite at column " + std::to_string(column - 1) + " with damping " + number(fraction);
    }
    if (settings.onFailure == OnFailure::Stop)
        throw Error(subject + ": " + failure + "; raise --damp or --max-damp, calibrate on more text, or use --on-failure rtn",
                    ErrorKind::Stopped);
    context.event({Severity::Failure, "factorization-failed", subject, failure});
    return -1;
}

}  // namespace qs
