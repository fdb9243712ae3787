// SPDX-License-Identifier: GPL-3.0-or-later
// BoA in float32 against the plain solver, with what it is combined with.
#include "quant/boa_solver.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "core/quant/quant_support.h"
#include "quant/asymmetric_factor.h"
#include "quant/boa.h"

namespace qs {
namespace {

using testing::randomHessian;
using testing::randomMatrix;
using testing::toDouble;

constexpr std::size_t kIn = 60, kHeads = 3, kDim = 20;

struct BoaSolver : ::testing::Test {
    BoaSolver() {
        settings.method = Method::Boa;
        settings.bits = 3;
        settings.groupSize = 16;
        settings.scheme = Scheme::Asymmetric;  // symmetric absmax grids have a tie in every other group
        settings.rowBlock = 6;
        settings.alpha = 0.5;
        for (unsigned h = 0; h < kHeads; ++h) {
            const Matrix<float> X = randomMatrix(50, kDim, 20 + h);
            Matrix<float> own(kDim, kDim);
            gemm(Transpose::Yes, Transpose::No, kDim, kDim, 50, 0.02f, X.data(), kDim, X.data(), kDim, 0.0f, own.data(), kDim);
            for (std::size_t i = 0; i < kDim; ++i)
                for (std::size_t j = 0; j < i; ++j) own(i, j) = own(j, i);
            outputs.push_back(toDouble(own));
        }
        for (float& d : D.values()) d *= 0.3f;
    }

    SolveResult solve(StepDetail detail = StepDetail::None, int threads = 2) {
        ThreadPool pool(threads, beginSingleThreadedMath);
        const auto factor = factorize(H.view(), settings, "layer", context, pool);
        std::shared_ptr<const AsymmetricFactor> cross;
        if (needsCross(settings)) cross = factorizeCross(D.view(), *factor, settings, "layer", context, pool);
        SolveInput input{W.view(), H.view(), factor.get(), "layer", true, cross.get(), D.view()};
        input.outputHessians = outputs;
        return quantizeLinear(input, settings, detail, context, pool, {});
    }

    TwoSidedProblem problem() {
        TwoSidedProblem p{wide.view(), wideH.view(), {}, {}, settings.alpha, "layer"};
        for (const Matrix<double>& output : outputs) p.Hout.push_back(output.view());
        if (needsCross(settings)) p.D = wideD.view();
        return p;
    }
    SolveResult solvePlainly() {
        ThreadPool pool(2, beginSingleThreadedMath);
        return referenceTwoSided<double>(problem(), columnSettings(settings), {settings.rowOrder, settings.rowBlock}, context, pool);
    }
    double twoSided(const QuantizedLinear& q) { return twoSidedLoss(quantizationError(q, wide.view()), problem()); }

    JobContext context;
    QuantSettings settings;
    Matrix<float> W = randomMatrix(kHeads * kDim, kIn, 1), H = randomHessian(kIn, 150, {7, 40}), D = randomMatrix(kIn, kIn, 5);
    Matrix<double> wide = toDouble(W), wideH = toDouble(H), wideD = [this] {
        Matrix<double> scaled = toDouble(D);
        for (double& d : scaled.values()) d = static_cast<double>(static_cast<float>(d) * 0.3f);
        return scaled;
    }();
    std::vector<Matrix<double>> outputs;
};

TEST_F(BoaSolver, IsThePlainSolver) {
    for (const bool cross : {false, true})
        for (const bool order : {false, true}) {
            SCOPED_TRACE(std::to_string(cross) + std::to_string(order));
            settings.columns = cross ? ColumnMethod::Gptaq : ColumnMethod::Gptq;
            settings.rowOrder = order;
            const SolveResult fast = solve(), plain = solvePlainly();
            std::size_t equal = 0;
            for (std::size_t i = 0; i < W.size(); ++i) equal += fast.quantized.codes.data()[i] == plain.quantized.codes.data()[i];
            EXPECT_GE(equal, W.size() * 99 / 100);
            EXPECT_NEAR(twoSided(fast.quantized), plain.report.loss, 2e-3 * std::abs(plain.report.loss));
            EXPECT_NEAR(fast.report.lossInner, plain.report.lossInner, 2e-3 * plain.report.lossInner);
            EXPECT_NEAR(fast.report.loss, testing::directLoss(dequantize(fast.quantized), W, H), 1e-4 * fast.report.loss);
            EXPECT_EQ(fast.report.deadColumns, plain.report.deadColumns);
        }
}

TEST_F(BoaSolver, LowersTheLossOfAttention) {
    settings.bits = 2;
    const double coupled = twoSided(solve().quantized);
    settings.rowBlock = kDim;  // no row makes up for another
    EXPECT_LT(coupled, 0.95 * twoSided(solve().quantized));
}

TEST_F(BoaSolver, CombinesWithEverySetting) {
    const double base = twoSided(solve().quantized);
    for (const auto& change : std::vector<void (*)(QuantSettings&)>{
             [](QuantSettings& s) { s.actOrder = true; }, [](QuantSettings& s) { s.staticGroups = false; },
             [](QuantSettings& s) { s.search = SearchKind::Hessian; }, [](QuantSettings& s) { s.refine = Refine::Joint; },
             [](QuantSettings& s) { s.groupSize = 0, s.search = SearchKind::Mse; },
             [](QuantSettings& s) {
                 s.actOrder = true, s.staticGroups = false, s.refine = Refine::Sweeps, s.columns = ColumnMethod::Gptaq;
             }}) {
        const QuantSettings before = settings;
        change(settings);
        const SolveResult result = solve(StepDetail::Scales);
        EXPECT_LT(twoSided(result.quantized), 2 * std::abs(base));
        EXPECT_EQ(result.quantized.order.empty(), !settings.actOrder);
        if (settings.refine != Refine::None) {
            ASSERT_GE(result.steps.size(), 2u);
            EXPECT_LT(result.steps.back().loss, result.steps[result.steps.size() - 2].loss);
            for (std::size_t r = 0; r < W.rows(); ++r)
                for (std::size_t g = 0; g < result.quantized.scales.cols(); ++g)
                    EXPECT_EQ(result.steps.back().scales(r, g), static_cast<float>(result.quantized.scales(r, g)));
        }
        settings = before;
    }
}

TEST_F(BoaSolver, DoesNotDependOnThreads) {
    const SolveResult one = solve(StepDetail::None, 1), two = solve();
    EXPECT_EQ(one.quantized.codes, two.quantized.codes);
    EXPECT_EQ(one.quantized.scales, two.quantized.scales);
}

TEST_F(BoaSolver, AnOutputHessianThatCannotBeFactored) {
    outputs[1](0, 1) = outputs[1](1, 0) = 1e6;
    try {
        solve();
        FAIL() << "went on";
    } catch (const Error& error) {
        EXPECT_NE(std::string(error.what()).find("output Hessian of head 1"), std::string::npos) << error.what();
    }
    settings.onFailure = OnFailure::Rtn;
    EXPECT_TRUE(solve().report.failed);
    outputs.pop_back();
    EXPECT_THROW(solve(), Error);
}

TEST(RotatedMean, IsTheSumOverPositions) {
    const std::size_t length = 37, dim = 6;
    const Matrix<double> K = toDouble(randomMatrix(length, dim, 9)), direct = outputHessianOfKeys(K.view(), 50);
    Matrix<double> C(dim, dim);
    gemm(Transpose::Yes, Transpose::No, dim, dim, length, 1.0 / static_cast<double>(length), K.data(), dim, K.data(), dim, 0.0, C.data(),
         dim);
    std::vector<double> frequencies;
    for (std::size_t i = 0; i < dim / 2; ++i) frequencies.push_back(std::pow(50.0, -2.0 * static_cast<double>(i) / dim));
    const Matrix<double> closed = rotatedMean(C, frequencies, length);
    for (std::size_t i = 0; i < closed.size(); ++i) EXPECT_NEAR(closed.data()[i], direct.data()[i], 1e-12);
}

}  // namespace
}  // namespace qs
