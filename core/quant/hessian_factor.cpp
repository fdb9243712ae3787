// SPDX-License-Identifier: GPL-3.0-or-later
// Factorisation for GPTQ without an inverse.
//
//   H_dd = m for dead columns d;  H + λ I = R Rᵀ, R upper triangular (dead, m, λ, order: quant/damping.h)
//
// Reversing rows and columns turns R Rᵀ into the Uᵀ U of the library, and reversing both axes of a contiguous matrix is reversing its
// flat array; so the reversed rows of U are the columns of R.
#include "quant/hessian_factor.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "kernels/blocked_cholesky.h"
#include "quant/damping.h"
#include "quant/quantizer.h"

namespace qs {
namespace {

constexpr std::size_t kFactorRowsPerItem = 64;

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
    pool.run((n + kFactorRowsPerItem - 1) / kFactorRowsPerItem, [&](std::size_t item, int) {
        context.check();
        for (std::size_t r = item * kFactorRowsPerItem; r < std::min(n, (item + 1) * kFactorRowsPerItem); ++r) {
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
    pool.run((half + kFactorRowsPerItem - 1) / kFactorRowsPerItem, [&](std::size_t item, int) {
        for (std::size_t a = item * kFactorRowsPerItem; a < std::min(half, (item + 1) * kFactorRowsPerItem); ++a) {
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

}  // namespace

std::shared_ptr<const HessianFactor> factorize(MatrixView<const float> H, const QuantSettings& settings, const std::string& subject,
                                               JobContext& context, ThreadPool& pool, std::span<const std::int32_t> order) {
    const std::size_t n = H.rows;
    if (n == 0 || H.cols != n) throw Error(subject + ": the Hessian is not a square matrix");
    std::vector<double> diagonal(n);
    for (std::size_t i = 0; i < n; ++i) {
        requireFinite(H, i, i, i + 1, subject);
        diagonal[i] = static_cast<double>(H(i, i));
    }
    HessianColumns columns = examineColumns(diagonal, settings, subject, context);
    if (!columns.order.empty() && !order.empty()) {
        if (order.size() != n)
            throw Error(subject + ": an order of " + std::to_string(order.size()) + " columns was given for " + std::to_string(n));
        columns.order.assign(order.begin(), order.end());
    }
    auto factor = std::make_shared<HessianFactor>();
    factor->order = columns.order;
    factor->deadColumns = columns.deadColumns;
    factor->position.resize(columns.order.size());
    for (std::size_t j = 0; j < columns.order.size(); ++j)
        factor->position[static_cast<std::size_t>(columns.order[j])] = static_cast<std::int32_t>(j);
    factor->diagonal.resize(n);
    factor->unitLower = Matrix<float>(n, n);
    factor->damping = factorWithRetries(columns, settings, subject, context, [&](double lambda) {
        reverseDamped(H, columns.order, columns.liveMean, lambda, subject, factor->unitLower, context, pool);
        const int info = blockedCholesky(n, factor->unitLower.data(), n, context, pool);
        if (info == 0) return 0;
        const std::size_t at = n - static_cast<std::size_t>(info);
        return static_cast<int>(columns.order.empty() ? at : static_cast<std::size_t>(columns.order[at])) + 1;
    });
    if (factor->damping < 0) return nullptr;
    unitLowerInPlace(factor->unitLower, factor->diagonal, pool);
    return factor;
}

}  // namespace qs
