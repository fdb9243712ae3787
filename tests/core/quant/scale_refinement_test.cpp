// SPDX-License-Identifier: GPL-3.0-or-later
// Both stages on whole linears: small numbers by hand, plain double evaluation, the reference problems, and what must always hold.
#include "quant/scale_refinement.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "core/quant/quant_support.h"
#include "quant/stage_one.h"

namespace qs {
namespace {

using testing::directLoss;
using testing::matrixOf;
using testing::randomHessian;
using testing::randomMatrix;
using testing::Recorder;

/// Codes 0 … 15 around zero point 8 with all scales `scale`.
QuantizedLinear codesOf(const std::vector<int>& centred, std::size_t rows, int groupSize, double scale) {
    QuantizedLinear q;
    q.bits = 4;
    q.groupSize = groupSize;
    const std::size_t in = centred.size() / rows, width = groupSize > 0 ? static_cast<std::size_t>(groupSize) : in;
    q.codes = Matrix<std::uint8_t>(rows, in);
    for (std::size_t i = 0; i < centred.size(); ++i) q.codes.data()[i] = static_cast<std::uint8_t>(centred[i] + 8);
    q.scales = Matrix<double>(rows, (in + width - 1) / width);
    q.zeros = Matrix<std::uint8_t>(rows, q.scales.cols());
    std::fill(q.scales.values().begin(), q.scales.values().end(), scale);
    std::fill(q.zeros.values().begin(), q.zeros.values().end(), std::uint8_t{8});
    return q;
}

QuantSettings refining(Refine refine, int sweeps = 3) {
    QuantSettings settings;
    settings.refine = refine;
    settings.sweeps = sweeps;
    return settings;
}

Refinement refine(QuantizedLinear& q, const Matrix<float>& W, const Matrix<float>& H, const QuantSettings& settings,
                  const Matrix<float>& D = {}, JobContext* context = nullptr, int threads = 2) {
    JobContext own;
    ThreadPool pool(threads, beginSingleThreadedMath);
    SolveInput input{W.view(), H.view(), nullptr, "layer"};
    input.D = D.view();
    return refineScales(q, input, settings, true, context ? *context : own, pool);
}

TEST(RefineScales, PerChannelIsTheClosedForm) {
    // c = (1, 2), H = [2 1; 1 2], w = (1, 3): s = cHw / cHc = (1·2·1 + 1·1·3 + 2·1·1 + 2·2·3) / (2 + 4 + 8) = 19 / 14.
    for (const Refine kind : {Refine::Sweeps, Refine::Joint}) {
        QuantizedLinear q = codesOf({1, 2}, 1, 0, 1);
        const Refinement r = refine(q, matrixOf(1, 2, {1, 3}), matrixOf(2, 2, {2, 1, 1, 2}), refining(kind, 1));
        EXPECT_NEAR(q.scales(0, 0), 19.0 / 14, 1e-6);
        ASSERT_EQ(r.steps.size(), 1u);
        EXPECT_EQ(r.steps[0].name, kind == Refine::Joint ? "joint" : "sweep 1");
        EXPECT_NEAR(r.steps[0].lossChange, -25.0 / 14, 1e-5);  // r = cH(w − ŵ) = 19 − 14, the loss falls by r² / cHc
        EXPECT_NEAR(r.rowLossChange[0], -25.0 / 14, 1e-5);
    }
}

TEST(RefineScales, TwoGroupsByHand) {
    // c = (1 | 1), s⁰ = 1, w = (2, 3), d = (1, 2), H = [2 1; 1 2]: A = H, r = Hd = (4, 5).
    // Sweep 1: δ₁ = 4 / 2 = 2, δ₂ = (5 − 2) / 2 = 1.5. Joint: δ = d, loss 0.
    const Matrix<float> W = matrixOf(1, 2, {2, 3}), H = matrixOf(2, 2, {2, 1, 1, 2});
    QuantizedLinear q = codesOf({1, 1}, 1, 1, 1);
    const Refinement one = refine(q, W, H, refining(Refine::Sweeps, 1));
    EXPECT_NEAR(q.scales(0, 0), 3, 1e-6);
    EXPECT_NEAR(q.scales(0, 1), 2.5, 1e-6);
    EXPECT_NEAR(one.steps[0].lossChange, (2 - 1 + 0.5) - (2 + 4 + 8), 1e-5);  // (1, −½) H (1, −½)ᵀ − d H dᵀ
    q = codesOf({1, 1}, 1, 1, 1);
    const Refinement joint = refine(q, W, H, refining(Refine::Joint));
    EXPECT_NEAR(q.scales(0, 0), 2, 1e-6);
    EXPECT_NEAR(q.scales(0, 1), 3, 1e-6);
    EXPECT_NEAR(joint.steps[0].lossChange, -14, 1e-5);
}

TEST(RefineScales, CrossTermByHand) {
    // One group, c = (1, 0), w = (1, 1), s⁰ = 1: cH(w − ŵ)ᵀ = H₁₂, wD cᵀ = D₁₁ + D₂₁, cHc = H₁₁.
    QuantizedLinear q = codesOf({1, 0}, 1, 0, 1);
    refine(q, matrixOf(1, 2, {1, 1}), matrixOf(2, 2, {4, 1, 1, 2}), refining(Refine::Sweeps, 1), matrixOf(2, 2, {0.25f, 9, 0.5f, 9}));
    EXPECT_NEAR(q.scales(0, 0), 1 + (1 + 0.75) / 4, 1e-6);
}

TEST(RefineScales, KeepsAndRecordsWhatCannotChange) {
    // Group 0 has no codes, group 1 would need −3, group 2 is improved.
    const Matrix<float> W = matrixOf(1, 3, {5, -3, 2}), H = matrixOf(3, 3, {1, 0, 0, 0, 1, 0, 0, 0, 1});
    for (const Refine kind : {Refine::Sweeps, Refine::Joint}) {
        Recorder recorder;
        JobContext context(&recorder);
        QuantizedLinear q = codesOf({0, 1, 1}, 1, 1, 1);
        refine(q, W, H, refining(kind), {}, &context);
        EXPECT_EQ(q.scales(0, 0), 1);
        EXPECT_EQ(q.scales(0, 1), 1);
        EXPECT_NEAR(q.scales(0, 2), 2, 1e-6);
        ASSERT_EQ(recorder.kinds(), (std::vector<std::string>{"scales-kept"}));
        EXPECT_EQ(recorder.events[0].message,
                  "of 3 group scales the refinement kept 1 whose codes the Hessian does not see, 1 that would not be positive");
    }
}

TEST(RefineScales, StaysInTheStorageType) {
    QuantSettings settings = refining(Refine::Joint);
    settings.scaleType = ScaleType::F16;
    QuantizedLinear q = codesOf({1, 1}, 1, 1, 1);
    Recorder recorder;
    JobContext context(&recorder);
    refine(q, matrixOf(1, 2, {1e6f, 1.0004f}), matrixOf(2, 2, {1, 0, 0, 1}), settings, {}, &context);
    EXPECT_EQ(q.scales(0, 0), 1) << "beyond float16";
    EXPECT_EQ(q.scales(0, 1), 1) << "no float16 lies nearer to 1.0004";
    EXPECT_EQ(recorder.kinds(), (std::vector<std::string>{"scales-kept"}));
}

struct Case {
    std::size_t rows, in;
    int group, bits;
    bool act, dynamic, cross;
};

SolveResult quantized(const Case& c, Refine kind, int sweeps, int threads, double* lossBefore = nullptr,
                      StepDetail detail = StepDetail::Scales) {
    const Matrix<float> W = randomMatrix(c.rows, c.in, 21),
                        H = randomHessian(c.in, 2 * c.in, c.in > 10 ? std::vector<std::size_t>{3, 8} : std::vector<std::size_t>{});
    QuantSettings settings = refining(kind, sweeps);
    settings.groupSize = c.group;
    settings.bits = c.bits;
    settings.actOrder = c.act;
    settings.staticGroups = !c.dynamic;
    settings.scheme = Scheme::Asymmetric;
    if (!c.dynamic) settings.search = SearchKind::Hessian;
    JobContext context;
    ThreadPool pool(threads, beginSingleThreadedMath);
    const auto factor = factorize(H.view(), settings, "layer", context, pool);
    SolveInput input{W.view(), H.view(), factor.get(), "layer"};
    SolveResult result = quantizeLinear(input, settings, detail, context, pool, {});
    if (lossBefore) {
        settings.refine = Refine::None;
        *lossBefore = quantizeLinear(input, settings, StepDetail::None, context, pool, {}).report.loss;
    }
    const double direct = directLoss(dequantize(result.quantized), W, H);
    EXPECT_NEAR(result.report.loss, direct, 2e-5 * direct + 1e-9 * result.report.energy);
    return result;
}

const Case kCases[] = {{1, 1, 0, 3, false, false, false},       {3, 7, 2, 3, false, false, false},    {70, 200, 0, 2, false, false, false},
                       {70, 200, 32, 2, false, false, false},   {40, 300, 64, 3, true, false, false}, {40, 300, 64, 3, true, true, false},
                       {150, 1300, 32, 2, false, false, false}, {33, 260, 16, 8, false, true, false}};

TEST(TwoStage, LossNeverRisesAndTheJointSolutionIsTheLeast) {
    for (const Case& c : kCases) {
        SCOPED_TRACE(std::to_string(c.rows) + " x " + std::to_string(c.in) + ", group " + std::to_string(c.group));
        double before = 0;
        const SolveResult swept = quantized(c, Refine::Sweeps, 6, 2, &before), joint = quantized(c, Refine::Joint, 1, 2);
        const std::size_t first = c.dynamic ? 0 : 1;
        ASSERT_EQ(swept.steps.size(), first + 7);
        EXPECT_EQ(swept.steps[first].name, "codes");
        EXPECT_EQ(swept.steps[first].loss, before);
        EXPECT_EQ(swept.steps.back().name, "sweep 6");
        EXPECT_EQ(swept.steps.back().loss, swept.report.loss);
        if (first) {
            EXPECT_EQ(swept.steps[0].name, "stage 1");
            EXPECT_EQ(swept.steps[0].scales, swept.steps[1].scales);
            EXPECT_GE(swept.steps[0].loss, before * 0.999 - 1e-10 * swept.report.energy)
                << "rounding to nearest is no better than the column loop";
        }
        const double noise = 1e-6 * before + 1e-10 * swept.report.energy;
        for (std::size_t s = first + 1; s < swept.steps.size(); ++s) EXPECT_LE(swept.steps[s].loss, swept.steps[s - 1].loss + noise);
        EXPECT_LE(joint.report.loss, swept.report.loss + noise);
        EXPECT_GE(joint.report.loss, 0.97 * swept.report.loss - noise);
        EXPECT_EQ(joint.quantized.codes, swept.quantized.codes);
        for (std::size_t i = 0; i < swept.quantized.scales.size(); ++i)
            EXPECT_EQ(swept.steps.back().scales.data()[i], static_cast<float>(swept.quantized.scales.data()[i]));
    }
}

TEST(TwoStage, DoesNotDependOnTheNumberOfThreads) {
    for (const Refine kind : {Refine::Sweeps, Refine::Joint}) {
        const Case c{300, 640, 32, 2, false, false, false};
        const SolveResult one = quantized(c, kind, 3, 1), three = quantized(c, kind, 3, 3);
        EXPECT_EQ(one.quantized.scales, three.quantized.scales);
        EXPECT_EQ(one.quantized.codes, three.quantized.codes);
        ASSERT_EQ(one.steps.size(), three.steps.size());
        for (std::size_t s = 0; s < one.steps.size(); ++s) {
            EXPECT_EQ(one.steps[s].loss, three.steps[s].loss);
            EXPECT_EQ(one.steps[s].scales, three.steps[s].scales);
        }
    }
}

TEST(TwoStage, KeepsOnlyWhatIsAskedFor) {
    const Case c{20, 64, 32, 3, false, false, false};
    EXPECT_TRUE(quantized(c, Refine::Sweeps, 2, 1, nullptr, StepDetail::None).steps.empty());
    const SolveResult losses = quantized(c, Refine::Sweeps, 2, 1, nullptr, StepDetail::Losses);
    ASSERT_EQ(losses.steps.size(), 4u);
    for (const ScaleStep& step : losses.steps) EXPECT_TRUE(step.scales.empty());
}

TEST(TwoStage, WorksOnRoundedWeightsToo) {
    const Matrix<float> W = randomMatrix(40, 128, 1), H = randomHessian(128, 256);
    JobContext context;
    ThreadPool pool(2, beginSingleThreadedMath);
    const SolveInput input{W.view(), H.view(), nullptr, "layer"};
    QuantSettings settings;
    settings.method = Method::Rtn;
    settings.bits = 2;
    settings.groupSize = 32;
    const double plain = quantizeLinear(input, settings, StepDetail::None, context, pool, {}).report.loss;
    settings.search = SearchKind::Hessian;
    const double stageOne = quantizeLinear(input, settings, StepDetail::None, context, pool, {}).report.loss;
    settings.refine = Refine::Joint;
    const SolveResult both = quantizeLinear(input, settings, StepDetail::Losses, context, pool, {});
    EXPECT_LT(stageOne, plain);
    EXPECT_LT(both.report.loss, stageOne);
    EXPECT_EQ(both.steps[0].loss, both.steps[1].loss) << "its codes are those of stage 1";
    const SolveInput without{W.view(), {}, nullptr, "layer"};
    EXPECT_THROW(quantizeLinear(without, settings, StepDetail::None, context, pool, {}), Error);
    settings.search = SearchKind::AbsMax;
    EXPECT_THROW(quantizeLinear(without, settings, StepDetail::None, context, pool, {}), Error);
}

TEST(TwoStage, SurvivesAHessianOfLowRank) {
    const Matrix<float> W = randomMatrix(64, 256, 5), H = randomHessian(256, 5);
    JobContext context;
    ThreadPool pool(2, beginSingleThreadedMath);
    QuantSettings settings;
    settings.bits = 2;
    settings.groupSize = 16;
    settings.search = SearchKind::Hessian;
    const auto factor = factorize(H.view(), settings, "layer", context, pool);
    const SolveInput input{W.view(), H.view(), factor.get(), "layer"};
    const double before = directLoss(dequantize(quantizeLinear(input, settings, StepDetail::None, context, pool, {}).quantized), W, H);
    for (const Refine kind : {Refine::Sweeps, Refine::Joint}) {
        settings.refine = kind;
        const SolveResult after = quantizeLinear(input, settings, StepDetail::None, context, pool, {});
        EXPECT_LE(directLoss(dequantize(after.quantized), W, H), before * 1.0001);
        for (const double s : after.quantized.scales.values()) EXPECT_GT(s, 0);
    }
}

}  // namespace
}  // namespace qs
