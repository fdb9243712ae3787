// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/norm.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/kernels/forward_support.h"

namespace qs {
namespace {

using testing::alignedValues;
using testing::roundingOf;
using testing::widened;

/// The formula of norm.h in double.
std::vector<double> plainNorm(const std::vector<double>& x, const float* w, double epsilon) {
    double squares = 0;
    for (const double v : x) squares += v * v;
    std::vector<double> y;
    for (std::size_t j = 0; j < x.size(); ++j) y.push_back(x[j] / std::sqrt(squares / static_cast<double>(x.size()) + epsilon) * w[j]);
    return y;
}

template <class T>
void expectNear(double actual, double expected, const std::string& where) {
    EXPECT_NEAR(actual, expected, roundingOf<T>() * std::abs(expected) + 1e-6) << where;
}

TEST(Norm, WorkedByHand) {
    // mean of squares of (3, 4) is 12.5; with epsilon 3.5 the root is 4.
    const float x[] = {3, 4}, w[] = {1, 2};
    for (const auto& [isa, norm] : QS_ALL_ISAS(rmsNormF32)) {
        float y[2];
        norm(x, w, 3.5f, 1, 2, y);
        EXPECT_FLOAT_EQ(y[0], 0.75f) << isa;
        EXPECT_FLOAT_EQ(y[1], 2) << isa;
    }
}

template <class In, class Out, class Forms>
void checkNorm(const Forms& forms) {
    for (const auto& [isa, norm] : forms)
        for (const std::size_t dim : {1, 5, 16, 96, 172, 256}) {
            constexpr std::size_t rows = 3;
            const auto x = alignedValues<In>(rows * dim, 1);
            const auto w = alignedValues(dim, 2);
            std::vector<Out> y(rows * dim);
            norm(x.data(), w.data(), 1e-5f, rows, dim, y.data());
            for (std::size_t i = 0; i < rows; ++i) {
                std::vector<double> row;
                for (std::size_t j = 0; j < dim; ++j) row.push_back(widened(x[i * dim + j]));
                const auto expected = plainNorm(row, w.data(), 1e-5);
                for (std::size_t j = 0; j < dim; ++j) expectNear<Out>(widened(y[i * dim + j]), expected[j], isa);
            }
        }
}

TEST(Norm, AgreesWithTheFormula) {
    checkNorm<float, float>(QS_ALL_ISAS(rmsNormF32));
    checkNorm<BFloat16, BFloat16>(QS_ALL_ISAS(rmsNormBf16));
    checkNorm<BFloat16, float>(QS_ALL_ISAS(rmsNormBf16ToF32));
}

template <class T, class Forms>
void checkStep(const Forms& forms, bool withBias, bool withPost, bool withNext) {
    constexpr std::size_t rows = 3, dim = 75;
    for (const auto& [isa, step] : forms) {
        auto y = alignedValues(rows * dim, 1);
        auto h = alignedValues<T>(rows * dim, 2);
        const auto bias = alignedValues(dim, 3), post = alignedValues(dim, 4), next = alignedValues(dim, 5);
        AlignedVector<T> x(rows * dim);
        const auto y0 = y;
        const auto h0 = h;
        step(ResidualStep<T>{y.data(), withBias ? bias.data() : nullptr, withPost ? post.data() : nullptr, h.data(),
                             withNext ? next.data() : nullptr, x.data(), 1e-5f, rows, dim});
        for (std::size_t i = 0; i < rows; ++i) {
            std::vector<double> row;
            for (std::size_t j = 0; j < dim; ++j) row.push_back(y0[i * dim + j] + (withBias ? static_cast<double>(bias[j]) : 0));
            if (withPost) row = plainNorm(row, post.data(), 1e-5);
            for (std::size_t j = 0; j < dim; ++j) row[j] += widened(h0[i * dim + j]);
            const auto normed = plainNorm(row, next.data(), 1e-5);
            for (std::size_t j = 0; j < dim; ++j) {
                expectNear<T>(widened(h[i * dim + j]), row[j], isa + " h");
                expectNear<T>(widened(x[i * dim + j]), withNext ? normed[j] : 0.0, isa + " x");
            }
        }
    }
}

TEST(Norm, ResidualStepWithEveryPartPresentOrNot) {
    for (const bool bias : {false, true})
        for (const bool post : {false, true})
            for (const bool next : {false, true}) {
                checkStep<float>(QS_ALL_ISAS(residualStepF32), bias, post, next);
                checkStep<BFloat16>(QS_ALL_ISAS(residualStepBf16), bias, post, next);
            }
}

}  // namespace
}  // namespace qs
