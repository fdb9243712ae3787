// SPDX-License-Identifier: GPL-3.0-or-later
// BoA by hand, and against GPTQ where the output Hessian says nothing about other rows.
#include "quant/boa.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/quant/quant_support.h"

namespace qs {
namespace {

using testing::matrixOf;
using testing::randomHessian;
using testing::randomMatrix;
using testing::toDouble;

struct Boa : ::testing::Test {
    SolveResult solve(const TwoSidedProblem& problem, const TwoSidedOrder& order) {
        return referenceTwoSided<double>(problem, settings, order, context, pool);
    }
    JobContext context;
    ThreadPool pool{2, beginSingleThreadedMath};
    QuantSettings settings;
};

// One column: 1.5 has scale 0.2 and becomes 1.4. H_out + 0.02 I = [2.02 1; 1 2.02]: row 2 becomes 3 + 0.1 / 2.02. With D = 0.5 and
// H_in = 2 the residual is 0.1 + 1.5 · 0.25.
TEST_F(Boa, RowsByHand) {
    settings.groupSize = 0;
    settings.damping = 0;
    const Matrix<double> W = matrixOf<double>(2, 1, {1.5, 3}), Hin = matrixOf<double>(1, 1, {2}),
                         Hout = matrixOf<double>(2, 2, {2, 1, 1, 2}), D = matrixOf<double>(1, 1, {0.5});
    TwoSidedProblem problem{W.view(), Hin.view(), {Hout.view()}, {}, 1, "layer"};
    const SolveResult plain = solve(problem, {false, 1});
    EXPECT_NEAR(plain.quantized.scales(1, 0), 2 * (3 + 0.1 / 2.02) / 15, 1e-12);
    const double e0 = -0.1, e1 = 7 * plain.quantized.scales(1, 0) - 3;
    EXPECT_NEAR(plain.report.loss, 2 * (2 * e0 * e0 + 2 * e0 * e1 + 2 * e1 * e1), 1e-12);
    EXPECT_NEAR(solve(problem, {false, 2}).quantized.scales(1, 0), 0.4, 1e-12);  // one block: no compensation
    problem.D = D.view();
    EXPECT_NEAR(solve(problem, {false, 1}).quantized.scales(1, 0), 2 * (3 + (0.1 + 1.5 * 0.25) / 2.02) / 15, 1e-12);
}

TEST_F(Boa, RowOrderFollowsTheDiagonal) {
    settings.groupSize = 0;
    settings.damping = 0;
    const Matrix<double> W = matrixOf<double>(2, 1, {1.5, 3}), Hin = matrixOf<double>(1, 1, {2}),
                         Hout = matrixOf<double>(2, 2, {2, 1, 1, 4});
    const TwoSidedProblem problem{W.view(), Hin.view(), {Hout.view()}, {}, 1, "layer"};
    const SolveResult result = solve(problem, {true, 1});  // row 2 first: 3 becomes 2.8; H_out + 0.03 I
    EXPECT_NEAR(result.quantized.scales(1, 0), 0.4, 1e-12);
    EXPECT_NEAR(result.quantized.scales(0, 0), 2 * (1.5 + 0.2 / 2.03) / 15, 1e-12);
}

TEST_F(Boa, DiagonalOutputHessiansGiveGptq) {
    const std::size_t n = 30, dim = 7, heads = 2;
    settings.groupSize = 8;
    settings.bits = 3;
    const Matrix<double> W = toDouble(randomMatrix(heads * dim, n, 1)), Hin = toDouble(randomHessian(n, 80, {4}));
    Matrix<double> Hout(dim, dim);
    for (std::size_t i = 0; i < dim; ++i) Hout(i, i) = 1 + static_cast<double>(i % 3);
    const TwoSidedProblem problem{W.view(), Hin.view(), {Hout.view(), Hout.view()}, {}, 1, "layer"};
    const SolveResult result = solve(problem, {true, 3});
    const SolveResult columns = referenceGptq<double>({W.view(), Hin.view(), "layer"}, settings, context, pool);
    EXPECT_EQ(result.quantized.codes, columns.quantized.codes);
    EXPECT_EQ(result.quantized.scales, columns.quantized.scales);
    const std::vector<double> rows = rowLosses(quantizationError(columns.quantized, W.view()), W.view(), Hin.view());
    double loss = 0;
    for (std::size_t r = 0; r < rows.size(); ++r) loss += rows[r] * Hout(r % dim, r % dim);
    EXPECT_NEAR(result.report.loss, loss, 1e-9 * loss);
    EXPECT_NEAR(result.report.lossInner, columns.report.lossInner, 1e-9 * columns.report.lossInner);
    EXPECT_EQ(result.report.deadColumns, std::vector<std::int32_t>{4});
}

TEST_F(Boa, CorrelatedRowsGainFromCompensation) {
    const std::size_t n = 24, dim = 16;
    settings.groupSize = 0;
    settings.bits = 2;
    const Matrix<double> W = toDouble(randomMatrix(dim, n, 1)), Hin = toDouble(randomHessian(n, 80)),
                         Hout = toDouble(randomHessian(dim, 40));
    const TwoSidedProblem problem{W.view(), Hin.view(), {Hout.view()}, {}, 1, "layer"};
    EXPECT_LT(solve(problem, {true, 1}).report.loss, solve(problem, {true, static_cast<int>(dim)}).report.loss);
}

// Keys (1, 0) twice: C = [1 0; 0 0]; t = 0 leaves it, t = 1 turns by one radian.
TEST(OutputHessian, ByHand) {
    const Matrix<double> K = matrixOf<double>(2, 2, {1, 0, 1, 0}), H = outputHessianOfKeys(K.view(), 10000);
    const double c = std::cos(1.0), s = std::sin(1.0);
    EXPECT_NEAR(H(0, 0), (1 + c * c) / 2, 1e-15);
    EXPECT_NEAR(H(0, 1), -c * s / 2, 1e-15);
    EXPECT_NEAR(H(1, 0), -c * s / 2, 1e-15);
    EXPECT_NEAR(H(1, 1), s * s / 2, 1e-15);
}

}  // namespace
}  // namespace qs
