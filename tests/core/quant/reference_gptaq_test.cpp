// SPDX-License-Identifier: GPL-3.0-or-later
// GPTAQ by hand, and the identity that defines its correction.
#include "quant/reference_gptaq.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/quant/quant_support.h"

namespace qs {
namespace {

using testing::matrixOf;
using testing::randomHessian;
using testing::randomMatrix;
using testing::toDouble;

struct ByHand : ::testing::Test {
    SolveResult solve(double alpha, CorrectionWeight weight, int block) {
        settings.blockSize = block;
        return referenceGptaq<double>({W.view(), H.view(), "layer"}, {D.view(), alpha, weight}, settings, context, pool);
    }

    ByHand() {
        settings.groupSize = 0;
        settings.damping = 0;
    }
    JobContext context;
    ThreadPool pool{1, beginSingleThreadedMath};
    QuantSettings settings;
    const Matrix<double> W = matrixOf<double>(1, 2, {7.5, 1.4}), H = matrixOf<double>(2, 2, {2, 1, 1, 2}),
                         D = matrixOf<double>(2, 2, {0, 0.5, 0, 0});
};

// Scale 1: 7.5 becomes 7. P₁₂ = D₁₂ / H₂₂ = 0.25. v₂ = 1.4 + 0.25 (GPTQ) + 7.5 · 0.25 = 3.525 becomes 4.
// ΔW = (−0.5, 2.6): ΔW H ΔWᵀ = 0.5 − 2.6 + 13.52 = 11.42; w D = (0, 3.75), −2 · 3.75 · 2.6 = −19.5.
TEST_F(ByHand, MultipliesByTheWeightBeforeQuantization) {
    const SolveResult result = solve(1, CorrectionWeight::Before, 1);
    EXPECT_EQ(result.quantized.codes(0, 0), 15);
    EXPECT_EQ(result.quantized.codes(0, 1), 12);
    EXPECT_NEAR(result.report.loss, 11.42 - 19.5, 1e-12);
}

// Beyond the block 7 · 0.25: v₂ = 3.4 becomes 3, ΔW = (−0.5, 1.6): 0.5 − 1.6 + 5.12 − 12.
TEST_F(ByHand, PublishedCodeMultipliesByTheQuantizedWeightBeyondTheBlock) {
    EXPECT_EQ(solve(1, CorrectionWeight::Published, 2).quantized.codes(0, 1), 12);
    const SolveResult result = solve(1, CorrectionWeight::Published, 1);
    EXPECT_EQ(result.quantized.codes(0, 1), 11);
    EXPECT_NEAR(result.report.loss, 4.02 - 12, 1e-12);
}

TEST_F(ByHand, AlphaZeroIsGptq) {
    const SolveResult result = solve(0, CorrectionWeight::Before, 128);
    EXPECT_EQ(result.quantized.codes(0, 1), 10);
    EXPECT_NEAR(result.report.loss, 0.62 - 2 * 3.75 * 0.6, 1e-12);
}

/// Row q of P right of q solves P[q, >q] H[>q, >q] = α D[q, >q]; the rest is 0. In solve order, with a dead column.
TEST(CorrectionMatrix, SolvesWithTheTrailingHessian) {
    const std::size_t n = 9, dead = 4;
    const Matrix<double> H = toDouble(randomHessian(n, 40, {dead})), D = toDouble(randomMatrix(n, n, 3));
    QuantSettings settings;
    settings.actOrder = true;
    JobContext context;
    const ReferenceFactor<double> factor = referenceFactor<double>(H.view(), settings, "layer", context);
    const Matrix<double> P = correctionMatrix(D.view(), 0.5, factor), damped = dampedHessian(H.view(), factor);
    for (std::size_t q = 0; q < n; ++q)
        for (std::size_t k = 0; k < n; ++k) {
            if (k <= q) {
                EXPECT_NEAR(P(q, k), 0, 1e-12);
                continue;
            }
            double sum = 0;
            for (std::size_t m = q + 1; m < n; ++m) sum += P(q, m) * damped(factor.natural(m), factor.natural(k));
            const double expected = factor.natural(k) == dead ? 0 : 0.5 * D(factor.natural(q), factor.natural(k));
            EXPECT_NEAR(sum, expected, 1e-9);
        }
}

TEST(Gptaq, DeadColumnsStayZeroAndBlocksDoNotMatter) {
    const std::size_t n = 37;
    const Matrix<double> H = toDouble(randomHessian(n, 90, {3, 36})), D = toDouble(randomMatrix(n, n, 5)),
                         W = toDouble(randomMatrix(6, n, 6));
    QuantSettings settings;
    settings.groupSize = 10;
    settings.scheme = Scheme::Asymmetric;
    JobContext context;
    ThreadPool pool(2, beginSingleThreadedMath);
    const auto solve = [&](int block) {
        settings.blockSize = block;
        return referenceGptaq<double>({W.view(), H.view(), "layer"}, {D.view(), 0.25}, settings, context, pool);
    };
    const SolveResult result = solve(128);
    EXPECT_EQ(result.report.deadColumns, (std::vector<std::int32_t>{3, 36}));
    for (std::size_t r = 0; r < 6; ++r) EXPECT_EQ(result.quantized.codes(r, 36), result.quantized.zeros(r, 3));
    EXPECT_EQ(result.quantized.codes, solve(5).quantized.codes);
}

}  // namespace
}  // namespace qs
