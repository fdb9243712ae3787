// SPDX-License-Identifier: GPL-3.0-or-later
// Scales as K blocks hold them: small numbers by hand, and what solvers make of them.
#include "quant/super_blocks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/number_types.h"
#include "core/quant/quant_support.h"
#include "support/messages.h"

namespace qs {
namespace {

using ::testing::HasSubstr;
using testing::messageOf;
using testing::randomHessian;
using testing::randomMatrix;
using testing::solveFast;

QuantSettings kScales(int bits, int group) {
    QuantSettings settings;
    settings.bits = bits;
    settings.groupSize = group;
    settings.scaleType = ScaleType::K;
    return settings;
}

TEST(SuperBlocks, SnapToMultiplesOfOneNumber) {
    // two groups a block; d = 1/16 holds 15/16 as 15 d and 0.3 as 5 d = 0.3125, but 15/16/14 as 4.48 → 4 d = 0.268, /13: 0.2885, /12:
    // 0.3125, /11: 0.3409, /10: 0.28125, /9: 0.3125, /8: 0.234: the first of the nearest, 15, wins Blocks of two. 1 and 0.3, k up to 4: d =
    // 1/4 gives 0.25, changed by 0.05; d = 1/3 gives 1/3, changed by 0.033; d = 1/2 gives 0.5.
    std::vector<double> scales{1, 0.3, 1, 0.25};
    snapToSuperBlocks({2, 4}, scales);
    const double third = static_cast<double>(toFloat(toFloat16(1.0f / 3)));
    EXPECT_EQ(scales, (std::vector<double>{3 * third, third, 1, 0.25}));
    std::vector<double> tiny{1e-3, 1e-9};  // no scale becomes 0
    snapToSuperBlocks({2, 63}, tiny);
    EXPECT_GT(tiny[1], 0);
    EXPECT_NEAR(tiny[0], 1e-3, 1e-5);
    std::vector<double> alone{0.1, 0.2};
    snapToSuperBlocks({}, alone);
    EXPECT_EQ(alone, (std::vector<double>{0.1, 0.2}));
}

TEST(SuperBlocks, ApplyWhereSeveralGroupsShareOne) {
    EXPECT_EQ(superBlockRule(kScales(4, 32), 512).groups, 8u);
    EXPECT_EQ(superBlockRule(kScales(4, 32), 512).largest, 63);
    EXPECT_EQ(superBlockRule(kScales(2, 16), 256).groups, 16u);
    EXPECT_EQ(superBlockRule(kScales(2, 16), 256).largest, 15);
    EXPECT_EQ(superBlockRule(kScales(4, 256), 512).groups, 0u);
    EXPECT_EQ(superBlockRule(kScales(4, 32), 576).groups, 0u);
    EXPECT_EQ(superBlockRule(kScales(8, 32), 512).groups, 0u);
    EXPECT_EQ(scaleBits(kScales(4, 32), 512), 6 + 2);
    EXPECT_EQ(scaleBits(kScales(2, 128), 512), 4 + 8);
    EXPECT_EQ(scaleBits(kScales(4, 32), 576), 16);
}

TEST(SuperBlocks, RefuseWhatCannotBeKept) {
    EXPECT_EQ(messageOf([] { checkSettings(kScales(3, 16), 512, "layer"); }), "");
    EXPECT_THAT(messageOf([] { checkSettings(kScales(4, 16), 512, "layer"); }), HasSubstr("--group-size of 32, 64"));
    EXPECT_THAT(messageOf([] { checkSettings(kScales(4, 48), 512, "layer"); }), HasSubstr("--group-size"));
    EXPECT_THAT(messageOf([] { checkSettings(kScales(4, 384), 768, "layer"); }), HasSubstr("--group-size 256"));
    QuantSettings settings = kScales(4, 32);
    settings.scheme = Scheme::Asymmetric;
    EXPECT_THAT(messageOf([&] { checkSettings(settings, 512, "layer"); }), HasSubstr("--scheme sym"));
    EXPECT_EQ(messageOf([&] { checkSettings(settings, 576, "layer"); }), "");
    settings = kScales(4, 32);
    settings.staticGroups = false;
    EXPECT_THAT(messageOf([&] { checkSettings(settings, 512, "layer"); }), HasSubstr("--static-groups"));
    settings = kScales(4, 32);
    settings.method = Method::Awq;
    EXPECT_THAT(messageOf([&] { checkSettings(settings, 512, "layer"); }), HasSubstr("awq"));
}

/// Whether some number in float16 makes whole multiples of all scales of every super-block.
bool onGrid(const QuantizedLinear& q, std::size_t groups, int largest) {
    for (std::size_t r = 0; r < q.scales.rows(); ++r)
        for (std::size_t first = 0; first < q.scales.cols(); first += groups) {
            const double* s = q.scales.row(r) + first;
            const double most = *std::max_element(s, s + groups);
            bool found = false;
            for (int k = 1; k <= largest && !found; ++k) {
                const double d = most / k;
                found = static_cast<double>(toFloat(toFloat16(static_cast<float>(d)))) == d;
                for (std::size_t g = 0; g < groups && found; ++g) found = std::nearbyint(s[g] / d) * d == s[g] && s[g] / d <= largest;
            }
            if (!found) return false;
        }
    return true;
}

TEST(SuperBlocks, EverySolverKeepsThem) {
    const Matrix<float> W = randomMatrix(40, 512, 3), H = randomHessian(512, 700);
    for (const Method method : {Method::Rtn, Method::Gptq, Method::Boa})
        for (const SearchKind search : {SearchKind::AbsMax, SearchKind::Mse, SearchKind::Hessian})
            for (const Refine refine : {Refine::None, Refine::Joint}) {
                SCOPED_TRACE(std::string(nameOfEnum(method)) + " " + nameOfEnum(search) + " " + nameOfEnum(refine));
                QuantSettings settings = kScales(3, 32);
                settings.method = method;
                settings.search = search;
                settings.refine = refine;
                settings.actOrder = method == Method::Gptq;
                JobContext context;
                ThreadPool pool(2, beginSingleThreadedMath);
                const auto factor = factorize(H.view(), settings, "layer", context, pool);
                const SolveInput input{W.view(), H.view(), factor.get(), "layer"};
                const SolveResult result = quantizeLinear(input, settings, StepDetail::None, context, pool, {});
                EXPECT_TRUE(onGrid(result.quantized, 8, 31));
                QuantSettings free = settings;
                free.scaleType = ScaleType::F16;
                const SolveResult other = quantizeLinear(input, free, StepDetail::None, context, pool, {});
                EXPECT_FALSE(onGrid(other.quantized, 8, 31));
                EXPECT_LT(result.report.loss, 1.1 * other.report.loss);
            }
}

TEST(SuperBlocks, ThePlainSolverDoesTheSame) {
    const Matrix<float> W = randomMatrix(24, 256, 5), H = randomHessian(256, 300);
    const QuantSettings settings = kScales(4, 32);
    JobContext context;
    ThreadPool pool(2, beginSingleThreadedMath);
    const SolveResult fast = solveFast(W, H, settings, context);
    const Matrix<double> plainW = testing::toDouble(W), plainH = testing::toDouble(H);
    const auto plain = referenceGptq<double>({plainW.view(), plainH.view(), "layer"}, settings, context, pool);
    for (std::size_t i = 0; i < plain.quantized.scales.size(); ++i)
        EXPECT_NEAR(plain.quantized.scales.values()[i] / fast.quantized.scales.values()[i], 1, 1e-6);
}

}  // namespace
}  // namespace qs
