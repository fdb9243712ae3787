// SPDX-License-Identifier: GPL-3.0-or-later
// The production solver of GPTAQ: small numbers by hand, then against the plain float64 reference over shapes and settings.
#include "quant/gptaq.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include "base/error.h"
#include "core/quant/quant_support.h"
#include "quant/asymmetric_factor.h"
#include "quant/reference_gptaq.h"

namespace qs {
namespace {

using testing::directLoss;
using testing::equalRows;
using testing::matrixOf;
using testing::randomHessian;
using testing::randomMatrix;
using testing::Recorder;
using testing::solveFast;
using testing::toDouble;
using testing::Variant;

QuantSettings gptaqSettings() {
    QuantSettings settings;
    settings.method = Method::Gptaq;
    return settings;
}

SolveResult solveGptaqFast(const Matrix<float>& W, const Matrix<float>& H, const Matrix<float>& D, const QuantSettings& settings,
                           JobContext& context, int threads = 2, Device device = {}) {
    ThreadPool pool(threads, beginSingleThreadedMath);
    const auto factor = factorize(H.view(), settings, "layer", context, pool);
    std::shared_ptr<const AsymmetricFactor> cross;
    if (factor) cross = factorizeCross(D.view(), *factor, settings, "layer", context, pool);
    const SolveInput input{W.view(), H.view(), factor.get(), "layer", true, cross.get()};
    return quantizerOf(Method::Gptaq).solve(input, settings, context, pool, device);
}

/// E[(G x) xᵀ] of inputs that a small random G has changed.
Matrix<float> randomCross(const Matrix<float>& H) {
    const std::size_t n = H.rows();
    const Matrix<float> G = randomMatrix(n, n, 5);
    Matrix<float> D(n, n);
    gemm(Transpose::No, Transpose::No, n, n, n, 0.1f / std::sqrt(static_cast<float>(n)), G.data(), n, H.data(), n, 0.0f, D.data(), n);
    return D;
}

struct HandWorked {
    SolveResult solve(double alpha, CorrectionWeight weight, int block) {
        QuantSettings settings = gptaqSettings();
        settings.groupSize = 0;
        settings.damping = 0;
        settings.alpha = alpha;
        settings.correctionWeight = weight;
        settings.blockSize = block;
        return solveGptaqFast(W, H, D, settings, context);
    }
    JobContext context;
    const Matrix<float> W = matrixOf(1, 2, {7.5, 1.4f}), H = matrixOf(2, 2, {2, 1, 1, 2}), D = matrixOf(2, 2, {0, 0.5, 0, 0});
};

// Scale 1: 7.5 becomes 7. R₂₂ = √2, M₁₂ = D₁₂ / R₂₂, so v₂ = 1.4 + 0.5 · 0.5 (GPTQ) + 7.5 · 0.5 / 2 = 3.525 becomes 4.
TEST(Gptaq, ByHandWithTheWeightBeforeQuantization) {
    const SolveResult result = HandWorked().solve(1, CorrectionWeight::Before, 1);
    EXPECT_EQ(result.quantized.codes(0, 0), 15);
    EXPECT_EQ(result.quantized.codes(0, 1), 12);
    EXPECT_NEAR(result.report.loss, 11.42, 1e-4);  // ΔW = (−0.5, 2.6)
    EXPECT_NEAR(result.report.energy, 2 * 56.25 + 2 * 7.5 * 1.4 + 2 * 1.96, 1e-4);
}

// Beyond the block the quantized 7: v₂ = 1.4 + 0.25 + 7 · 0.25 = 3.4 becomes 3.
TEST(Gptaq, ByHandWithTheQuantizedWeightBeyondTheBlock) {
    EXPECT_EQ(HandWorked().solve(1, CorrectionWeight::Published, 2).quantized.codes(0, 1), 12);
    EXPECT_EQ(HandWorked().solve(1, CorrectionWeight::Published, 1).quantized.codes(0, 1), 11);
}

TEST(Gptaq, WithoutCorrectionItIsGptq) {
    JobContext context;
    const Matrix<float> W = randomMatrix(40, 300, 3), H = randomHessian(300, 500);
    QuantSettings settings = gptaqSettings();
    const Matrix<float> nothing(300, 300);
    const QuantizedLinear other = solveFast(W, H, {}, context).quantized;
    EXPECT_EQ(solveGptaqFast(W, H, nothing, settings, context).quantized.codes, other.codes);
    settings.alpha = 0;
    EXPECT_EQ(solveGptaqFast(W, H, randomCross(H), settings, context).quantized.codes, other.codes);
}

const Variant kGptaqVariants[] = {
    {"static", [](QuantSettings&) {}},
    {"dynamic", [](QuantSettings& s) { s.staticGroups = false; }},
    {"stale, block 40", [](QuantSettings& s) { s.staticGroups = false, s.scaleTime = ScaleTime::Stale, s.blockSize = 40; }},
    {"act-order", [](QuantSettings& s) { s.actOrder = true; }},
    {"act-order, dynamic", [](QuantSettings& s) { s.actOrder = true, s.staticGroups = false; }},
    {"official", [](QuantSettings& s) { s.correctionWeight = CorrectionWeight::Published; }},
    {"official, block 40", [](QuantSettings& s) { s.correctionWeight = CorrectionWeight::Published, s.blockSize = 40; }},
    {"official, block 300", [](QuantSettings& s) { s.correctionWeight = CorrectionWeight::Published, s.blockSize = 300; }},
    {"official, act-order", [](QuantSettings& s) { s.correctionWeight = CorrectionWeight::Published, s.actOrder = true; }},
    {"official, stale",
     [](QuantSettings& s) {
         s.correctionWeight = CorrectionWeight::Published, s.staticGroups = false, s.scaleTime = ScaleTime::Stale, s.blockSize = 40;
     }},
    {"official, dynamic, block of two groups",
     [](QuantSettings& s) {
         s.correctionWeight = CorrectionWeight::Published, s.staticGroups = false, s.blockSize = 2 * std::max(s.groupSize, 1);
     }},
    {"official, dynamic, group of one block",
     [](QuantSettings& s) {
         s.correctionWeight = CorrectionWeight::Published, s.staticGroups = false, s.blockSize = std::max(s.groupSize, 2) / 2;
         if (s.groupSize % 2 == 1) s.blockSize = std::max(s.groupSize, 1);
     }},
};

TEST(Gptaq, FollowsTheReference) {
    JobContext context;
    ThreadPool pool(2, beginSingleThreadedMath);
    for (const auto& [rows, in, group] : std::vector<std::tuple<std::size_t, std::size_t, int>>{
             {1, 1, 0}, {1, 3, 2}, {33, 150, 0}, {40, 300, 32}, {70, 200, 100}, {12, 700, 300}, {100, 96, 48}})
        for (const Variant& variant : kGptaqVariants) {
            QuantSettings settings = gptaqSettings();
            settings.groupSize = group;
            settings.bits = 3 + static_cast<int>(in % 2);
            settings.scheme = Scheme::Asymmetric;  // symmetric absmax grids have a tie in every other group
            settings.alpha = in % 100 == 0 ? 1 : 0.25;
            variant.change(settings);
            SCOPED_TRACE(std::to_string(rows) + " x " + std::to_string(in) + ", group " + std::to_string(group) + ", " + variant.name);
            const Matrix<float> W = randomMatrix(rows, in, 21),
                                H = randomHessian(in, 2 * in, in > 10 ? std::vector<std::size_t>{0, 7} : std::vector<std::size_t>{}),
                                D = randomCross(H);
            const Matrix<double> wide = toDouble(W), hessian = toDouble(H), cross = toDouble(D);
            checkSettings(settings, static_cast<int>(in), "layer");
            const SolveResult fast = solveGptaqFast(W, H, D, settings, context);
            const SolveResult plain = referenceGptaq<double>(
                {wide.view(), hessian.view(), "layer"}, {cross.view(), settings.alpha, settings.correctionWeight}, settings, context, pool);
            EXPECT_GE(equalRows(fast.quantized, plain.quantized), rows < 10 ? 0.79 : 0.9);
            EXPECT_NEAR(lossOf(fast.quantized, wide.view(), hessian.view(), cross.view()), plain.report.loss, 1e-3 * fast.report.energy);
            const double direct = directLoss(dequantize(fast.quantized), W, H);
            EXPECT_NEAR(fast.report.loss, direct, 1e-4 * direct + 1e-9 * fast.report.energy);
            EXPECT_NEAR(fast.report.lossInner, plain.report.lossInner, 5e-3 * plain.report.lossInner + 1e-9 * fast.report.energy);
            EXPECT_EQ(fast.report.deadColumns, plain.report.deadColumns);
            EXPECT_EQ(fast.quantized.order, plain.quantized.order);
            EXPECT_EQ(fast.quantized.groupIndex, plain.quantized.groupIndex);
        }
}

TEST(Gptaq, ReadsOnlyWhatItAsksForOfTheCrossTerm) {
    JobContext context;
    const Matrix<float> W = randomMatrix(20, 150, 3), H = randomHessian(150, 400), D = randomCross(H);
    QuantSettings settings = gptaqSettings();
    EXPECT_EQ(crossPartOf(settings, false), CrossPart::Upper);
    Matrix<float> upper = D;
    for (std::size_t i = 0; i < 150; ++i)
        for (std::size_t j = 0; j < i; ++j) upper(i, j) = std::numeric_limits<float>::quiet_NaN();
    EXPECT_EQ(solveGptaqFast(W, H, upper, settings, context).quantized.codes, solveGptaqFast(W, H, D, settings, context).quantized.codes);
    settings.actOrder = true;
    EXPECT_EQ(crossPartOf(settings, false), CrossPart::Whole);
}

/// ‖ŴX − WX̃‖² up to a constant: the derived objective must be well below that of GPTQ, the published α in between.
TEST(Gptaq, LowersItsObjective) {
    JobContext context;
    const Matrix<float> W = randomMatrix(64, 256, 9), H = randomHessian(256, 800), D = randomCross(H);
    const Matrix<double> wide = toDouble(W), hessian = toDouble(H), cross = toDouble(D);
    const auto objective = [&](double alpha) {
        QuantSettings settings = gptaqSettings();
        settings.bits = 3;
        settings.alpha = alpha;
        return lossOf(solveGptaqFast(W, H, D, settings, context).quantized, wide.view(), hessian.view(), cross.view());
    };
    const double gptq = objective(0), published = objective(0.25), derived = objective(1);
    EXPECT_LT(published, gptq);
    EXPECT_LT(derived, published);
}

TEST(Gptaq, DoesNotDependOnTheNumberOfThreads) {
    JobContext context;
    const Matrix<float> W = randomMatrix(700, 900, 41), H = randomHessian(900, 1500), D = randomCross(H);
    for (const CorrectionWeight weight : {CorrectionWeight::Before, CorrectionWeight::Published}) {
        QuantSettings settings = gptaqSettings();
        settings.actOrder = true;
        settings.correctionWeight = weight;
        const SolveResult one = solveGptaqFast(W, H, D, settings, context, 1), three = solveGptaqFast(W, H, D, settings, context, 3);
        EXPECT_EQ(one.quantized.codes, three.quantized.codes);
        EXPECT_EQ(one.report.lossInner, three.report.lossInner);
    }
}

TEST(Gptaq, RefusesWhatItCannotSolve) {
    JobContext context;
    const Matrix<float> W = randomMatrix(5, 40, 1), H = randomHessian(40, 80);
    Matrix<float> D = randomCross(H);
    D(3, 17) = NAN;
    try {
        solveGptaqFast(W, H, D, gptaqSettings(), context);
        FAIL();
    } catch (const Error& error) {
        EXPECT_NE(std::string(error.what()).find("not finite at [3, 17]"), std::string::npos) << error.what();
    }
    EXPECT_THROW(solveGptaqFast(W, H, Matrix<float>(39, 40), gptaqSettings(), context), Error);
    QuantSettings settings = gptaqSettings();
    settings.correctionWeight = CorrectionWeight::Published;
    settings.staticGroups = false;
    settings.groupSize = 96;
    EXPECT_THROW(checkSettings(settings, 500, "layer"), Error);
    settings.groupSize = 64;
    checkSettings(settings, 500, "layer");
}

TEST(Gptaq, RoundsWhereTheFactorisationFails) {
    Recorder recorder;
    JobContext context(&recorder);
    QuantSettings settings = gptaqSettings();
    settings.groupSize = 0;
    settings.onFailure = OnFailure::Rtn;
    settings.damping = settings.maxDamping = 0.01;
    const Matrix<float> H = matrixOf(2, 2, {1, 9, 9, 1});
    const SolveResult result = solveGptaqFast(matrixOf(1, 2, {7.5, 1.4f}), H, Matrix<float>(2, 2), settings, context);
    EXPECT_TRUE(result.report.failed);
    EXPECT_EQ(recorder.kinds().back(), "rtn-fallback");
    EXPECT_EQ(result.quantized.codes(0, 1), 9);
}

TEST(Gptaq, PublishedWeightOnADeviceIsSolvedOnTheCpu) {
    Recorder recorder;
    JobContext context(&recorder);
    const Matrix<float> W = randomMatrix(20, 150, 3), H = randomHessian(150, 400), D = randomCross(H);
    QuantSettings settings = gptaqSettings();
    settings.correctionWeight = CorrectionWeight::Published;
    const SolveResult cpu = solveGptaqFast(W, H, D, settings, context);
    EXPECT_TRUE(recorder.events.empty());
    EXPECT_EQ(solveGptaqFast(W, H, D, settings, context, 2, {DeviceKind::Cuda, 0}).quantized.codes, cpu.quantized.codes);
    EXPECT_EQ(recorder.kinds(), (std::vector<std::string>{"device-fallback"}));
}

}  // namespace
}  // namespace qs
