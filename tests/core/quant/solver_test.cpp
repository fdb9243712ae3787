// SPDX-License-Identifier: GPL-3.0-or-later
// The production solvers: small numbers by hand, then against the plain float64 reference over shapes and settings.
#include <gtest/gtest.h>

#include <cmath>
#include <tuple>

#include "base/error.h"
#include "core/quant/quant_support.h"
#include "kernels/cuda_device.h"

namespace qs {
namespace {

using testing::directLoss;
using testing::equalRows;
using testing::matrixOf;
using testing::randomHessian;
using testing::randomMatrix;
using testing::Recorder;
using testing::solveFast;
using testing::solvePlainly;
using testing::Variant;

QuantSettings perChannel(Method method) {
    QuantSettings settings;
    settings.method = method;
    settings.groupSize = 0;
    settings.damping = 0;
    return settings;
}

TEST(Rtn, ByHand) {
    JobContext context;
    const Matrix<float> W = matrixOf(1, 4, {7.5, 1.4f, -2.6f, 0});  // scale 1
    const SolveResult result = solveFast(W, {}, perChannel(Method::Rtn), context);
    EXPECT_EQ(result.quantized.scales(0, 0), 1);
    EXPECT_EQ(result.quantized.zeros(0, 0), 8);
    const std::vector<std::uint8_t> expected{15, 9, 5, 8};
    for (std::size_t c = 0; c < 4; ++c) EXPECT_EQ(result.quantized.codes(0, c), expected[c]);
    EXPECT_NEAR(result.report.loss, 0.25 + 0.16 + 0.16, 1e-6);
    EXPECT_EQ(dequantize(result.quantized)(0, 2), -3);
}

TEST(Rtn, LastGroupMayBeShorter) {
    JobContext context;
    QuantSettings settings = perChannel(Method::Rtn);
    settings.groupSize = 2;
    const Matrix<float> W = matrixOf(1, 5, {7.5, 1, 15, 2, -30});
    const QuantizedLinear q = solveFast(W, {}, settings, context).quantized;
    ASSERT_EQ(q.scales.cols(), 3u);
    EXPECT_EQ(q.scales(0, 0), 1);
    EXPECT_EQ(q.scales(0, 1), 2);
    EXPECT_EQ(q.scales(0, 2), 4);
    EXPECT_EQ(dequantize(q)(0, 4), -32);  // −7.5 steps: half to even
}

TEST(Gptq, ByHand) {
    // H = [2 1; 1 2] = R Rᵀ: R₁₂ / R₂₂ = 1/2. w = (7.5, 1.4), scale 1: 7.5 becomes 7, D₁ = 0.5, v₂ = 1.4 + 0.25 becomes 2 (plain rounding
    // gives 1), D₂ = −0.6. Loss 2 · 0.25 + 2 · 0.5 · (−0.6) + 2 · 0.36 = 0.62; plain rounding would lose 1.22.
    JobContext context;
    const Matrix<float> W = matrixOf(1, 2, {7.5, 1.4f}), H = matrixOf(2, 2, {2, 1, 1, 2});
    const SolveResult result = solveFast(W, H, perChannel(Method::Gptq), context);
    EXPECT_EQ(result.quantized.codes(0, 0), 15);
    EXPECT_EQ(result.quantized.codes(0, 1), 10);
    EXPECT_NEAR(result.report.loss, 0.62, 1e-5);
    EXPECT_NEAR(result.report.lossInner, 0.31, 1e-5);
    EXPECT_NEAR(result.report.energy, 2 * 56.25 + 2 * 7.5 * 1.4 + 2 * 1.96, 1e-4);
    EXPECT_EQ(result.report.dampingUsed, 0);
    EXPECT_NEAR(solveFast(W, H, perChannel(Method::Rtn), context).report.loss, 1.22, 1e-5);
}

TEST(Gptq, ActOrderByHand) {
    // The second column has the larger diagonal and goes first: 1.4 becomes 1, D₂ = 0.4, v₁ = 7.5 + 0.4 · R-ratio stays at 7.
    JobContext context;
    QuantSettings settings = perChannel(Method::Gptq);
    settings.actOrder = true;
    const SolveResult result = solveFast(matrixOf(1, 2, {7.5, 1.4f}), matrixOf(2, 2, {2, 1, 1, 3}), settings, context);
    EXPECT_EQ(result.quantized.order, (std::vector<std::int32_t>{1, 0}));
    EXPECT_TRUE(result.quantized.groupIndex.empty());
    EXPECT_EQ(result.quantized.codes(0, 0), 15);
    EXPECT_EQ(result.quantized.codes(0, 1), 9);
    EXPECT_NEAR(result.report.loss, 2 * 0.25 + 2 * 0.5 * 0.4 + 3 * 0.16, 1e-5);
}

const Variant kVariants[] = {
    {"static", [](QuantSettings&) {}},
    {"dynamic", [](QuantSettings& s) { s.staticGroups = false; }},
    {"stale", [](QuantSettings& s) { s.staticGroups = false, s.scaleTime = ScaleTime::Stale; }},
    {"stale, block 40", [](QuantSettings& s) { s.staticGroups = false, s.scaleTime = ScaleTime::Stale, s.blockSize = 40; }},
    {"act-order", [](QuantSettings& s) { s.actOrder = true; }},
    {"act-order, dynamic", [](QuantSettings& s) { s.actOrder = true, s.staticGroups = false; }},
    {"mse", [](QuantSettings& s) { s.search = SearchKind::Mse; }},
    {"mse 2.4, dynamic", [](QuantSettings& s) { s.search = SearchKind::Mse, s.searchNorm = 2.4, s.staticGroups = false; }},
    {"hessian", [](QuantSettings& s) { s.search = SearchKind::Hessian, s.searchSteps = 100; }},
    {"f16", [](QuantSettings& s) { s.scaleType = ScaleType::F16; }},
    {"bf16, dynamic", [](QuantSettings& s) { s.scaleType = ScaleType::BF16, s.staticGroups = false; }},
};

TEST(Gptq, FollowsTheReference) {
    JobContext context;
    for (const auto& [rows, in, group] : std::vector<std::tuple<std::size_t, std::size_t, int>>{
             {1, 1, 0}, {1, 3, 2}, {33, 150, 0}, {40, 300, 32}, {70, 200, 100}, {40, 700, 600}, {5, 130, 3}, {300, 96, 48}})
        for (const Variant& variant : kVariants) {
            QuantSettings settings;
            settings.groupSize = group;
            settings.bits = 3 + static_cast<int>(in % 2);
            settings.scheme = Scheme::Asymmetric;  // symmetric absmax grids have a tie in every other group
            variant.change(settings);
            if (in == 700 && settings.search == SearchKind::Hessian) continue;  // the plain search takes seconds there
            SCOPED_TRACE(std::to_string(rows) + " x " + std::to_string(in) + ", group " + std::to_string(group) + ", " + variant.name);
            const Matrix<float> W = randomMatrix(rows, in, 21),
                                H = randomHessian(in, 2 * in, in > 10 ? std::vector<std::size_t>{0, 7} : std::vector<std::size_t>{});
            const SolveResult fast = solveFast(W, H, settings, context), plain = solvePlainly(W, H, settings, context);
            EXPECT_GE(equalRows(fast.quantized, plain.quantized), rows < 10 ? 0.79 : 0.9);
            const double noise = 1e-9 * fast.report.energy;  // where the grid holds the weights exactly
            EXPECT_NEAR(fast.report.loss, plain.report.loss, 5e-3 * plain.report.loss + noise);
            EXPECT_NEAR(fast.report.dampingUsed / plain.report.dampingUsed, 1, 1e-6);
            EXPECT_EQ(fast.report.deadColumns, plain.report.deadColumns);
            EXPECT_EQ(fast.quantized.order, plain.quantized.order);
            EXPECT_EQ(fast.quantized.groupIndex, plain.quantized.groupIndex);
            const Matrix<float> weights = dequantize(fast.quantized);
            EXPECT_NEAR(fast.report.loss, directLoss(weights, W, H), 1e-4 * fast.report.loss + noise);
            EXPECT_NEAR(fast.report.energy / directLoss(Matrix<float>(rows, in), W, H), 1, 1e-5);
        }
}

TEST(Gptq, EveryWidthAndScheme) {
    JobContext context;
    const Matrix<float> W = randomMatrix(64, 256, 31), H = randomHessian(256, 512);
    for (int bits = 2; bits <= 8; ++bits)
        for (const Scheme scheme : {Scheme::Symmetric, Scheme::Narrow, Scheme::Asymmetric})
            for (const Method method : {Method::Rtn, Method::Gptq}) {
                SCOPED_TRACE(std::string(nameOfEnum(scheme)) + " " + std::to_string(bits) + " " + nameOfEnum(method));
                QuantSettings settings;
                settings.bits = bits;
                settings.scheme = scheme;
                settings.method = method;
                const SolveResult fast = solveFast(W, H, settings, context), plain = solvePlainly(W, H, settings, context);
                EXPECT_GE(equalRows(fast.quantized, plain.quantized), scheme == Scheme::Asymmetric ? 0.9 : 0.5);
                if (method == Method::Gptq) {
                    EXPECT_NEAR(fast.report.loss / plain.report.loss, 1, 0.02);
                }
                for (const std::uint8_t code : fast.quantized.codes.values()) ASSERT_LT(code, 1 << bits);
            }
}

TEST(Gptq, DoesNotDependOnTheNumberOfThreads) {
    JobContext context;
    const Matrix<float> W = randomMatrix(700, 1100, 41), H = randomHessian(1100, 1500);
    QuantSettings settings;
    settings.actOrder = true;
    const SolveResult one = solveFast(W, H, settings, context, 1), three = solveFast(W, H, settings, context, 3);
    EXPECT_EQ(one.quantized.codes, three.quantized.codes);
    EXPECT_EQ(one.quantized.scales, three.quantized.scales);
    EXPECT_EQ(one.report.loss, three.report.loss);
    EXPECT_EQ(one.report.energy, three.report.energy);
}

TEST(Gptq, LossStaysAccurateUnderHeavyDamping) {
    JobContext context;
    const Matrix<float> W = randomMatrix(20, 200, 51), H = randomHessian(200, 10);  // 10 tokens: rank 10
    QuantSettings settings;
    settings.damping = 1;
    const SolveResult result = solveFast(W, H, settings, context);
    EXPECT_NEAR(result.report.loss / directLoss(dequantize(result.quantized), W, H), 1, 1e-4);
}

TEST(Solvers, RefuseWhatIsNotFinite) {
    JobContext context;
    Matrix<float> W = randomMatrix(5, 40, 1);
    W(3, 17) = NAN;
    for (const Method method : {Method::Rtn, Method::Gptq}) {
        QuantSettings settings;
        settings.method = method;
        try {
            solveFast(W, randomHessian(40, 80), settings, context);
            FAIL();
        } catch (const Error& error) {
            EXPECT_STREQ(error.what(), "layer: the weight is not finite at [3, 17]; check the model file");
        }
    }
    W(3, 17) = 1e6f;
    QuantSettings settings;
    settings.scaleType = ScaleType::F16;
    EXPECT_THROW(solveFast(W, randomHessian(40, 80), settings, context), Error);
    Matrix<float> H = randomHessian(40, 80);
    H(4, 5) = H(5, 4) = INFINITY;
    EXPECT_THROW(solveFast(W, H, {}, context), Error);
}

TEST(Solvers, StopWhenAsked) {
    JobContext context;
    context.stopNow();
    const Matrix<float> W = randomMatrix(5, 40, 1);
    QuantSettings settings;
    settings.method = Method::Rtn;
    EXPECT_THROW(solveFast(W, {}, settings, context), Cancelled);
    EXPECT_THROW(solveFast(W, randomHessian(40, 80), {}, context), Cancelled);
}

TEST(Solvers, OnEveryDevicePresent) {
    Recorder recorder;
    JobContext context(&recorder);
    const Matrix<float> W = randomMatrix(100, 300, 61), H = randomHessian(300, 600);
    for (const Variant& variant : kVariants) {
        SCOPED_TRACE(variant.name);
        QuantSettings settings;
        settings.scheme = Scheme::Asymmetric;
        settings.groupSize = 32;
        variant.change(settings);
        const SolveResult cpu = solveFast(W, H, settings, context);
        recorder.events.clear();
        const SolveResult cuda = solveFast(W, H, settings, context, 2, {DeviceKind::Cuda, 0});
        if (!cudaAvailable()) {
            EXPECT_EQ(recorder.kinds(), (std::vector<std::string>{"device-fallback"}));
            EXPECT_EQ(cuda.quantized.codes, cpu.quantized.codes);
        } else {
            EXPECT_GE(equalRows(cuda.quantized, cpu.quantized), 0.9);
            EXPECT_NEAR(cuda.report.loss / cpu.report.loss, 1, 5e-3);
        }
    }
    if (!cudaAvailable()) GTEST_SKIP() << "no CUDA device: only the recorded fall-back to the CPU was checked";
}

}  // namespace
}  // namespace qs
