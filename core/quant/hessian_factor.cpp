// SPDX-License-Identifier: GPL-3.0-or-later
// Factorisation for GPTQ without an inverse.
//
//   dead = {d: H_dd = 0};  m = mean of the live diagonal;  H_dd = m for dead d;  λ = damping · m;  H + λ I = R Rᵀ, R upper
//   act-order: columns in descending order of the undamped diagonal, stable, dead ones last
//
// Reversing rows and columns turns R Rᵀ into Uᵀ U of the library, and reversing both axes of a contiguous matrix is reversing
// its flat array; so rows of U, reversed, are the columns of R.
// Source: Frantar et al., arXiv 2210.17323; differs in averaging over live columns only.
#include "quant/hessian_factor.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>

#include "base/error.h"
#include "kernels/blocked_cholesky.h"
#include "quant/quantizer.h"

namespace qs {
namespace {

constexpr std::size_t kRowsPerItem = 64;

/// Mean of the diagonal over columns with H_dd ≠ 0; 1 if all are dead.
double liveMean(MatrixView<const float> H) {
    double sum = 0;
    std::size_t live = 0;
    for (std::size_t i = 0; i < H.rows; ++i)
        if (H(i, i) != 0) {
            sum += static_cast<double>(H(i, i));
            ++live;
        }
    return live ? sum / static_cast<double>(live) : 1;
}

std::vector<std::int32_t> actOrder(MatrixView<const float> H) {
    std::vector<std::int32_t> order(H.rows);
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) {
        const auto i = static_cast<std::size_t>(a), j = static_cast<std::size_t>(b);
        return H(i, i) > H(j, j);
    });
    return order;
}

/// Looks at columns [first, last) of row i.
void requireFinite(MatrixView<const float> H, std::size_t i, std::size_t first, std::size_t last, const std::string& subject) {
    for (std::size_t j = first; j < last; ++j)
        if (!std::isfinite(H(i, j)))
            throw Error(subject + ": the Hessian is not finite at [" + std::to_string(i) + ", " + std::to_string(j) +
                        "]; check the calibration text and the model");
}

/// A[n−1−a][n−1−b] = (H + λ I)[order[a]][order[b]], upper triangle of A; H_dd of dead columns is `mean`.
void reverseDamped(MatrixView<const float> H, const std::vector<std::int32_t>& order, double mean, double lambda,
                   const std::string& subject, Matrix<float>& A, JobContext& context, ThreadPool& pool) {
    const std::size_t n = H.rows;
    pool.run((n + kRowsPerItem - 1) / kRowsPerItem, [&](std::size_t item, int) {
        context.check();
        for (std::size_t r = item * kRowsPerItem; r < std::min(n, (item + 1) * kRowsPerItem); ++r) {
            const std::size_t natural = order.empty() ? n - 1 - r : static_cast<std::size_t>(order[n - 1 - r]);
            const float* from = H.row(natural);
            float* to = A.row(r);
            if (order.empty()) std::reverse_copy(from, from + (n - r), to + r);
            else
                for (std::size_t c = r; c < n; ++c) to[c] = from[order[n - 1 - c]];
            float notFinite = 0;  // x − x is 0, or NaN if x is NaN or infinite
            for (std::size_t c = r; c < n; ++c) notFinite += to[c] - to[c];
            if (!(notFinite == 0)) requireFinite(H, natural, 0, n, subject);
            const double own = static_cast<double>(from[natural]);
            to[r] = static_cast<float>((own == 0 ? mean : own) + lambda);
        }
    });
}

/// From U of the reversed matrix to the rows of the unit lower triangle and the diagonal of R.
void unitLowerInPlace(Matrix<float>& A, std::vector<float>& diagonal, ThreadPool& pool) {
    const std::size_t n = A.rows(), half = (n + 1) / 2;
    const auto scaleRow = [&](std::size_t j) {
        const float d = diagonal[j] = A(j, j);
        for (std::size_t i = 0; i < j; ++i) A(j, i) /= d;
    };
    pool.run((half + kRowsPerItem - 1) / kRowsPerItem, [&](std::size_t item, int) {
        for (std::size_t a = item * kRowsPerItem; a < std::min(half, (item + 1) * kRowsPerItem); ++a) {
            const std::size_t b = n - 1 - a;
            float *top = A.row(a), *bottom = A.row(b);
            if (a == b) std::reverse(top, top + n);
            else
                for (std::size_t c = 0; c < n; ++c) std::swap(top[c], bottom[n - 1 - c]);
            scaleRow(a);
            if (a != b) scaleRow(b);
        }
    });
}

std::string number(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", value);
    return text;
}

void reportDead(const HessianFactor& factor, const std::string& subject, JobContext& context) {
    if (factor.deadColumns.empty()) return;
    context.event({Severity::Info, "dead-columns", subject,
                   std::to_string(factor.deadColumns.size()) + " of " + std::to_string(factor.size()) +
                       " input columns were always zero in calibration; their weights are set to zero"});
}

/// The fractions to try, in order.
std::vector<double> dampingSteps(const QuantSettings& settings) {
    std::vector<double> steps{settings.damping};
    for (double next = settings.damping > 0 ? settings.damping * 10 : 1e-4; next <= settings.maxDamping * (1 + 1e-9); next *= 10)
        steps.push_back(next);
    return steps;
}

}  // namespace

std::shared_ptr<const HessianFactor> factorize(MatrixView<const float> H, const QuantSettings& settings, const std::string& subject,
                                               JobContext& context, ThreadPool& pool) {
    const std::size_t n = H.rows;
    if (n == 0 || H.cols != n) throw Error(subject + ": the Hessian is not a square matrix");
    for (std::size_t i = 0; i < n; ++i) requireFinite(H, i, i, i + 1, subject);
    auto factor = std::make_shared<HessianFactor>();
    if (settings.actOrder) {
        factor->order = actOrder(H);
        factor->position.resize(n);
        for (std::size_t j = 0; j < n; ++j) factor->position[static_cast<std::size_t>(factor->order[j])] = static_cast<std::int32_t>(j);
    }
    factor->diagonal.resize(n);
    for (std::size_t i = 0; i < n; ++i)
        if (H(i, i) == 0) factor->deadColumns.push_back(static_cast<std::int32_t>(i));
    reportDead(*factor, subject, context);
    const double mean = liveMean(H);
    factor->unitLower = Matrix<float>(n, n);
    std::string failure;
    for (const double fraction : dampingSteps(settings)) {
        if (!failure.empty())
            context.event({Severity::Warning, "damping-retry", subject, failure + "; damping raised to " + number(fraction)});
        factor->damping = fraction * mean;
        reverseDamped(H, factor->order, mean, factor->damping, subject, factor->unitLower, context, pool);
        const int info = blockedCholesky(n, factor->unitLower.data(), n, context, pool);
        if (info == 0) {
            unitLowerInPlace(factor->unitLower, factor->diagonal, pool);
            return factor;
        }
        const std::size_t at = n - static_cast<std::size_t>(info);
        const std::size_t column = factor->order.empty() ? at : static_cast<std::size_t>(factor->order[at]);
        failure = "the Hessian is not positive definite at column " + std::to_string(column) + " with damping " + number(fraction);
    }
    if (settings.onFailure == OnFailure::Rtn) {
        context.event({Severity::Failure, "factorization-failed", subject, failure});
        return nullptr;
    }
    throw Error(subject + ": " + failure + "; raise --damp or --max-damp, calibrate on more text, or use --on-failure rtn",
                ErrorKind::Stopped);
}

}  // namespace qs
