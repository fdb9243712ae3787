// SPDX-License-Identifier: GPL-3.0-or-later
// AWQ by hand: grids over the range, activation scales, scale search, clip search.
#include "quant/awq.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/quant/quant_support.h"

namespace qs {
namespace {

using testing::matrixOf;

std::vector<int> codesOf(const QuantizedLinear& q) { return {q.codes.values().begin(), q.codes.values().end()}; }

TEST(RangeGrid, ZeroNeedNotLieInTheRange) {
    // range 1 … 4, scale 1, z = −1 clamped to 0; codes 1, 2, 3 and 4 clamped to 3
    const QuantizedLinear q = quantizeOnRanges(matrixOf<double>(1, 4, {1, 2, 3, 4}), 2, 0);
    EXPECT_EQ(q.scales(0, 0), 1);
    EXPECT_EQ(q.zeros(0, 0), 0);
    EXPECT_EQ(codesOf(q), (std::vector<int>{1, 2, 3, 3}));
}

TEST(RangeGrid, SymmetricRangesAndZeros) {
    // −1 … 1: z is the tie 1.5, taken as 2; −1 / s = −1.5 becomes −2
    const QuantizedLinear q = quantizeOnRanges(matrixOf<double>(2, 3, {-1, 1, 0.5, 0, 0, 0}), 2, 2);
    EXPECT_NEAR(q.scales(0, 0), 2.0 / 3, 1e-15);
    EXPECT_EQ(q.zeros(0, 0), 2);
    EXPECT_EQ(q.codes(0, 0), 0);
    EXPECT_EQ(q.codes(0, 1), 3);
    ASSERT_EQ(q.scales.cols(), 2u);                // the last group has one column
    EXPECT_NEAR(q.scales(0, 1), 1e-5 / 3, 1e-20);  // a range without width has the least scale
    EXPECT_NEAR(q.scales(1, 0), 1e-5 / 3, 1e-20);
    EXPECT_EQ(q.zeros(1, 0), 2);
    EXPECT_EQ(q.codes(1, 0), 2);
}

TEST(ActivationScale, WeightsTokens) {
    const Matrix<double> X = matrixOf<double>(3, 1, {-1, 2, -6});
    EXPECT_NEAR(activationScale(X.view(), {1.0 / 3, 1.0 / 3, 1.0 / 3})[0], 3, 1e-15);
    EXPECT_NEAR(activationScale(X.view(), {0.5, 0.25, 0.25})[0], 2.5, 1e-15);  // sequences of 1 and 2 tokens
}

struct ScaleSearchTest : ::testing::Test {
    JobContext context;
    ThreadPool pool{2, beginSingleThreadedMath};
};

/// Σ_t weight_t mean over rows of ((w' − w) xᵀ)², w' = Q(w ∘ s) / s.
double directLoss(const Matrix<double>& W, const Matrix<double>& X, const std::vector<double>& weights, const std::vector<double>& s,
                  int bits, int group) {
    Matrix<double> scaled = W;
    for (std::size_t r = 0; r < W.rows(); ++r)
        for (std::size_t c = 0; c < W.cols(); ++c) scaled(r, c) *= s[c];
    const QuantizedLinear q = quantizeOnRanges(scaled, bits, group);
    double loss = 0;
    for (std::size_t t = 0; t < X.rows(); ++t)
        for (std::size_t r = 0; r < W.rows(); ++r) {
            double error = 0;
            for (std::size_t c = 0; c < W.cols(); ++c) {
                const auto g = static_cast<std::size_t>(q.groupOf(static_cast<int>(c)));
                error += (q.scales(r, g) * (q.codes(r, c) - q.zeros(r, g)) / s[c] - W(r, c)) * X(t, c);
            }
            loss += weights[t] * error * error / static_cast<double>(W.rows());
        }
    return loss;
}

TEST_F(ScaleSearchTest, TriesEveryRatio) {
    const Matrix<double> W = testing::toDouble(testing::randomMatrix(5, 7, 1)), X = testing::toDouble(testing::randomMatrix(11, 7, 2));
    const std::vector<double> weights(11, 1.0 / 11);
    std::vector<double> a{16, 4, 1, 1, 1, 1, 0};
    const ScaleSearchResult result = searchInputScales<double>(W.view(), X.view(), weights, a, {3, 4, 2, 1e-2}, context, pool);
    // r = 0: a^0 = 1 (0 too). r = ½: 4, 2, 1, 1, 1, 1 and the bound 0.01, divided by √(4 · 0.01) = 0.2.
    const std::vector<double> ones(7, 1), roots{20, 10, 5, 5, 5, 5, 0.05};
    EXPECT_NEAR(result.history[0], directLoss(W, X, weights, ones, 3, 4), 1e-12);
    EXPECT_NEAR(result.history[1], directLoss(W, X, weights, roots, 3, 4), 1e-12);
    EXPECT_EQ(result.best, result.history[0] <= result.history[1] ? 0u : 1u);
    for (std::size_t c = 0; c < 7; ++c) EXPECT_NEAR(result.s[c], (result.best == 0 ? ones : roots)[c], 1e-12);
}

TEST_F(ScaleSearchTest, TheFirstOfEqualLossesWins) {
    const Matrix<double> W = matrixOf<double>(1, 2, {1, 1}), X = matrixOf<double>(1, 2, {0, 0});
    const ScaleSearchResult result = searchInputScales<double>(W.view(), X.view(), {1}, {2, 3}, {}, context, pool);
    EXPECT_EQ(result.best, 0u);
    EXPECT_EQ(result.history, std::vector<double>(20, 0));
}

TEST(ClipSearch, ShrinksWhereTheLargestWeightMeetsNoInput) {
    // The second channel is never active: only the others count, and a smaller range serves them better.
    const Matrix<double> W = matrixOf<double>(1, 4, {0.21, 8, 3.9, -0.1}),
                         X = matrixOf<double>(4, 4, {1, 0, 2, 1, 9, 9, 9, 9, -1, 0, 1, 0, 9, 9, 9, 9});
    JobContext context;
    ThreadPool pool(1, beginSingleThreadedMath);
    const ClipSearchResult result = searchClipping<double>(W.view(), X.view(), {3, 0, 20, 0.5, 2}, context, pool);  // tokens 0 and 2
    double least = HUGE_VAL;
    std::int32_t best = -1;
    for (int i = 0; i < 10; ++i) {
        const double m = 8 * (1 - i / 20.0);
        const QuantizedLinear q = quantizeOnRanges(matrixOf<double>(1, 4, {0.21, m, std::min(3.9, m), -0.1}), 3, 0);
        double error = 0;
        for (const std::size_t t : {0, 2}) {
            double y = 0;
            for (std::size_t c = 0; c < 4; ++c) y += X(t, c) * (q.scales(0, 0) * (q.codes(0, c) - q.zeros(0, 0)) - W(0, c));
            error += y * y / 2;
        }
        if (error < least) {
            least = error;
            best = i;
        }
    }
    EXPECT_GT(best, 0);
    EXPECT_EQ(result.index(0, 0), best);
    EXPECT_NEAR(result.maxVal(0, 0), 8 * (1 - best / 20.0), 1e-12);
    EXPECT_NEAR(result.error(0, 0), least, 1e-12);
}

TEST(ClipSearch, AGroupOfZerosIsNoTie) {
    const Matrix<double> W(1, 3), X = matrixOf<double>(1, 3, {1, 2, 3});
    JobContext context;
    ThreadPool pool(1, beginSingleThreadedMath);
    const ClipSearchResult result = searchClipping<double>(W.view(), X.view(), {}, context, pool);
    EXPECT_EQ(result.error(0, 0), 0);
    EXPECT_TRUE(std::isinf(result.gap(0, 0)));
    EXPECT_EQ(result.tie(0, 0), 0);
    EXPECT_EQ(result.maxVal(0, 0), 0);
}

}  // namespace
}  // namespace qs
