// SPDX-License-Identifier: GPL-3.0-or-later
// AWQ in float32 against the plain searches, and by hand.
#include "quant/awq_solver.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "core/quant/quant_support.h"
#include "quant/awq.h"

namespace qs {
namespace {

using testing::matrixOf;
using testing::randomHessian;
using testing::randomMatrix;
using testing::toDouble;

struct AwqSolver : ::testing::Test {
    AwqSolver() {
        settings.method = Method::Awq;
        settings.bits = 3;
        settings.groupSize = 8;
    }
    JobContext context;
    ThreadPool pool{2, beginSingleThreadedMath};
    QuantSettings settings;
};

/// Tokens X with channels of unequal size, and H = 1/tokens Xᵀ X.
struct Inputs {
    Matrix<float> X, H;
    std::vector<double> magnitude;
};

Inputs inputsOf(std::size_t tokens, std::size_t n) {
    Inputs inputs{randomMatrix(tokens, n, 3), Matrix<float>(n, n), std::vector<double>(n)};
    for (std::size_t t = 0; t < tokens; ++t)
        for (std::size_t c = 0; c < n; ++c) {
            inputs.X(t, c) *= std::exp2(static_cast<float>(c % 7) - 3);
            inputs.magnitude[c] += std::abs(static_cast<double>(inputs.X(t, c))) / static_cast<double>(tokens);
        }
    gemm(Transpose::Yes, Transpose::No, n, n, tokens, 1 / static_cast<float>(tokens), inputs.X.data(), n, inputs.X.data(), n, 0.0f,
         inputs.H.data(), n);
    return inputs;
}

TEST_F(AwqSolver, ScalesByHand) {
    const Matrix<float> H(3, 3);
    const std::vector<double> a{16, 1, 0};
    const InputScaleProblem problem{{}, H.view(), a};
    EXPECT_EQ(inputScalesOf(problem, 0), (std::vector<float>{1, 1, 1}));
    // r = ½: 4, 1 and the bound 1e-4, divided by √(4e-4) = 0.02
    const std::vector<float> half = inputScalesOf(problem, 10);
    EXPECT_FLOAT_EQ(half[0], 200);
    EXPECT_FLOAT_EQ(half[1], 50);
    EXPECT_FLOAT_EQ(half[2], 0.005f);
    EXPECT_EQ(inputScalesOf({{}, H.view(), a, true}, 10), (std::vector<float>{256, 64, 1.f / 256}));
}

TEST_F(AwqSolver, LossesAreThoseOfThePlainSearch) {
    const std::size_t n = 44, rows = 150;
    settings.groupSize = 22;  // no group of one sign, where the grids of the plain form need not hold 0
    const Inputs inputs = inputsOf(90, n);
    const Matrix<float> W = randomMatrix(rows, n, 1);
    const std::vector<double> equal(90, 1.0 / 90);
    const Matrix<double> wide = toDouble(W), X = toDouble(inputs.X);
    const ScaleSearchResult plain = searchInputScales<double>(wide.view(), X.view(), equal, inputs.magnitude, {3, 22}, context, pool);
    const MatrixView<const float> all = W.view();  // as two linears
    const InputScaleProblem problem{{{all.data, 130, n, n}, {all.row(130), rows - 130, n, n}}, inputs.H.view(), inputs.magnitude};
    const std::vector<double> losses = scaleLosses(problem, settings, context, pool);
    ASSERT_EQ(losses.size(), plain.history.size());
    for (std::size_t i = 0; i < losses.size(); ++i) EXPECT_NEAR(losses[i] / rows, plain.history[i], 5e-3 * plain.history[i]) << i;
    EXPECT_GT(plain.best, 0u);
    EXPECT_LT(losses[plain.best], 0.9 * losses[0]);
    const std::vector<float> s = inputScalesOf(problem, static_cast<int>(plain.best));
    for (std::size_t c = 0; c < n; ++c) EXPECT_NEAR(s[c], plain.s[c], 1e-5 * plain.s[c]);
    ThreadPool single(1, beginSingleThreadedMath);
    EXPECT_EQ(scaleLosses(problem, settings, context, single), losses);
}

TEST_F(AwqSolver, ClipsAsThePlainSearch) {
    const std::size_t n = 44, rows = 140;
    const Inputs inputs = inputsOf(90, n);
    Matrix<float> W = randomMatrix(rows, n, 1);
    for (std::size_t r = 0; r < rows; ++r) W(r, r % n) *= 4;  // something to clip
    const Matrix<double> wide = toDouble(W), X = toDouble(inputs.X);
    const ClipSearchResult plain = searchClipping<double>(wide.view(), X.view(), {3, 8}, context, pool);
    const SolveInput input{W.view(), inputs.H.view(), nullptr, "layer"};
    const Matrix<float> own = clippedWeights(input, settings, context, pool);
    std::size_t clear = 0, clipped = 0;
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t g = 0; g < plain.index.cols(); ++g) {
            clipped += plain.index(r, g) > 0;
            if (plain.gap(r, g) <= 1e-5 || plain.tie(r, g)) continue;
            const std::size_t first = g * 8, last = std::min(n, first + 8);
            const auto [low, high] = std::minmax_element(W.row(r) + first, W.row(r) + last);
            if (*low > 0 || *high < 0) continue;  // the grids of the plain form need not hold 0
            ++clear;
            for (std::size_t c = first; c < last; ++c) {
                const auto bound = static_cast<float>(plain.maxVal(r, g));
                EXPECT_NEAR(own(r, c), std::clamp(W(r, c), -bound, bound), 1e-6f) << r << ", " << c;
            }
        }
    EXPECT_GT(clear, rows * plain.index.cols() / 2);
    EXPECT_GT(clipped, rows);
}

TEST_F(AwqSolver, ClippingLowersTheLossAndCanBeLeftOut) {
    const Inputs inputs = inputsOf(200, 64);
    const Matrix<float> W = randomMatrix(40, 64, 2);
    SolveInput input{W.view(), inputs.H.view(), nullptr, "layer"};
    const auto loss = [&] { return solveAwq(input, settings, context, pool, {}).report.loss; };
    settings.groupSize = 32;
    const double clipped = loss();
    input.clip = false;
    const double whole = loss();
    EXPECT_LT(clipped, 0.97 * whole);
    input.clip = true;
    settings.clip = false;
    EXPECT_EQ(loss(), whole);
    settings.scheme = Scheme::Symmetric;
    EXPECT_NE(loss(), whole);  // asymmetric unless it is said
    const SolveResult result = solveAwq(input, settings, context, pool, {});
    EXPECT_NEAR(result.report.loss, testing::directLoss(dequantize(result.quantized), W, inputs.H), 1e-5 * result.report.loss);
}

TEST_F(AwqSolver, TheHessianSearchTakesThePlaceOfClipping) {
    const Inputs inputs = inputsOf(200, 64);
    const Matrix<float> W = randomMatrix(40, 64, 2);
    const SolveInput input{W.view(), inputs.H.view(), nullptr, "layer"};
    const double clipped = solveAwq(input, settings, context, pool, {}).report.loss;
    settings.search = SearchKind::Hessian;
    const SolveResult searched = solveAwq(input, settings, context, pool, {});
    settings.clip = false;
    EXPECT_EQ(solveAwq(input, settings, context, pool, {}).quantized.scales, searched.quantized.scales);
    EXPECT_LT(searched.report.loss, clipped);
}

}  // namespace
}  // namespace qs
