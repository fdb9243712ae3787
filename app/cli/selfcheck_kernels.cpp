// SPDX-License-Identifier: GPL-3.0-or-later
// S = XᵀX, X [tokens, dim]. Tolerance 2e-6 relative to √(S_ii S_jj): the bound for float32 sums over chunks of tokens (kernels/gram.h).
#include <algorithm>
#include <cmath>
#include <random>

#include "base/array.h"
#include "cli/selfcheck_cases.h"
#include "kernels/gram.h"

namespace qs::cli {
namespace {

constexpr std::size_t kTokens = 1200, kDim = 150;  // multiples of no tile
constexpr double kTolerance = 2e-6;

double valueOf(float x) { return x; }
double valueOf(BFloat16 x) { return toFloat(x); }

template <class T>
Matrix<double> plainGram(const Matrix<T>& X) {
    Matrix<double> S(X.cols(), X.cols());
    for (std::size_t t = 0; t < X.rows(); ++t)
        for (std::size_t i = 0; i < X.cols(); ++i)
            for (std::size_t j = 0; j < X.cols(); ++j) S(i, j) += valueOf(X(t, i)) * valueOf(X(t, j));
    return S;
}

template <class T>
CheckRow compareGram(const std::string& name, const Matrix<T>& X, ThreadPool& pool) {
    std::vector<const T*> rows;
    for (std::size_t t = 0; t < X.rows(); ++t) rows.push_back(X.row(t));
    Matrix<float> fast(kDim, kDim);
    addGram(std::span<const T* const>(rows), kDim, fast.data(), kDim, pool);
    mirrorUpper(fast.data(), kDim, kDim, pool);
    const Matrix<double> plain = plainGram(X);
    double worst = 0;
    for (std::size_t i = 0; i < kDim; ++i)
        for (std::size_t j = 0; j < kDim; ++j) {
            const double difference = std::abs(fast(i, j) - plain(i, j)) / std::sqrt(plain(i, i) * plain(j, j));
            worst = std::isnan(difference) ? difference : std::max(worst, difference);
        }
    return {name, worst, kTolerance};
}

}  // namespace

std::vector<CheckRow> checkGramMatrices(ThreadPool& pool) {
    std::mt19937 random(1);
    std::normal_distribution<float> normal;
    Matrix<float> X(kTokens, kDim);
    Matrix<BFloat16> narrow(kTokens, kDim);
    for (std::size_t t = 0; t < kTokens; ++t)
        for (std::size_t i = 0; i < kDim; ++i) {
            X(t, i) = normal(random) * (i % 17 == 3 ? 20.0F : 1.0F);  // outlier channels, as activations have them
            narrow(t, i) = toBFloat16(X(t, i));
        }
    return {compareGram("Gram matrix, bfloat16", narrow, pool), compareGram("Gram matrix, float32", X, pool)};
}

}  // namespace qs::cli
