// SPDX-License-Identifier: GPL-3.0-or-later
// Refinement of group scales by hand: sweeps, joint solution, cross term, groups without information.
#include "quant/group_scales.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/quant/quant_support.h"
#include "quant/reference_columns.h"

namespace qs {
namespace {

using testing::matrixOf;
using testing::randomHessian;
using testing::randomMatrix;
using testing::toDouble;

/// One row of two groups of one column, 2 bits, z = 2, codes 2 + c.
QuantizedLinear twoGroups(int c0, int c1, double s0, double s1) {
    QuantizedLinear q;
    q.bits = 2;
    q.groupSize = 1;
    q.codes = Matrix<std::uint8_t>(1, 2);
    q.zeros = Matrix<std::uint8_t>(1, 2);
    q.scales = matrixOf<double>(1, 2, {s0, s1});
    q.codes(0, 0) = static_cast<std::uint8_t>(2 + c0);
    q.codes(0, 1) = static_cast<std::uint8_t>(2 + c1);
    q.zeros(0, 0) = q.zeros(0, 1) = 2;
    return q;
}

RefinedScales refine(const QuantizedLinear& q, const ScaleProblem& problem, int sweeps) {
    JobContext context;
    ThreadPool pool(2, beginSingleThreadedMath);
    return refineGroupScales(q, problem, sweeps, context, pool);
}

const Matrix<double> kW = matrixOf<double>(1, 2, {3, 1}), kH = matrixOf<double>(2, 2, {2, 1, 1, 2});

// s = (1, 2), w − ŵ = (2, −1): s₁ += (4 − 1) / 2; then w − ŵ = (0.5, −1): s₂ += (0.5 − 2) / 2. ŵ = (2.5, 1.25).
TEST(GroupScales, OneSweepAndJointByHand) {
    const RefinedScales refined = refine(twoGroups(1, 1, 1, 2), {kW.view(), kH.view(), {}}, 2);
    EXPECT_NEAR(refined.lossBefore[0], 8 - 4 + 2, 1e-12);
    EXPECT_NEAR(refined.sweeps[0](0, 0), 2.5, 1e-12);
    EXPECT_NEAR(refined.sweeps[0](0, 1), 1.25, 1e-12);
    EXPECT_NEAR(refined.lossSweeps(0, 0), 0.5 - 0.25 + 0.125, 1e-12);
    EXPECT_NEAR(refined.joint(0, 0), 3, 1e-12);
    EXPECT_NEAR(refined.joint(0, 1), 1, 1e-12);
    EXPECT_NEAR(refined.lossJoint[0], 0, 1e-12);
}

// w D = (0.6, 0): s = w + H⁻¹ (0.6, 0) = (3.4, 0.8), loss 0.24 − 2 · 0.6 · 0.4.
TEST(GroupScales, CrossTermByHand) {
    const Matrix<double> D = matrixOf<double>(2, 2, {0.2, 0, 0, 0});
    const RefinedScales refined = refine(twoGroups(1, 1, 1, 1), {kW.view(), kH.view(), D.view()}, 60);
    EXPECT_NEAR(refined.joint(0, 0), 3.4, 1e-12);
    EXPECT_NEAR(refined.joint(0, 1), 0.8, 1e-12);
    EXPECT_NEAR(refined.lossJoint[0], -0.24, 1e-12);
    EXPECT_NEAR(refined.sweeps.back()(0, 1), 0.8, 1e-12);
    EXPECT_NEAR(refined.lossSweeps(59, 0), -0.24, 1e-12);
}

TEST(GroupScales, AGroupWithoutCodesKeepsItsScale) {
    const RefinedScales refined = refine(twoGroups(0, -1, 0.5, 1), {kW.view(), kH.view(), {}}, 1);
    EXPECT_EQ(refined.sweeps[0](0, 0), 0.5);
    EXPECT_EQ(refined.joint(0, 0), 0.5);
    EXPECT_NEAR(refined.joint(0, 1), -(1 + 3 * 0.5), 1e-12);  // signs are free
}

TEST(GroupScales, ADeadColumnAndADependentGroupKeepTheirScales) {
    const Matrix<double> dead = matrixOf<double>(2, 2, {0, 0, 0, 2}), rankOne = matrixOf<double>(2, 2, {1, 1, 1, 1});
    const RefinedScales withDead = refine(twoGroups(1, 1, 7, 2), {kW.view(), dead.view(), {}}, 3);
    EXPECT_EQ(withDead.sweeps.back()(0, 0), 7);
    EXPECT_EQ(withDead.joint(0, 0), 7);
    EXPECT_NEAR(withDead.joint(0, 1), 1, 1e-12);
    const RefinedScales dependent = refine(twoGroups(1, 1, 1, 2), {kW.view(), rankOne.view(), {}}, 1);
    EXPECT_EQ(dependent.joint(0, 1), 2);
    EXPECT_NEAR(dependent.joint(0, 0), 2, 1e-12);  // ŵ₁ + ŵ₂ = w₁ + w₂
    EXPECT_NEAR(dependent.lossJoint[0], 0, 1e-12);
}

/// Random codes in groups that are not contiguous; losses against direct evaluation, sweeps against the formula, minimum against its
/// neighbours.
TEST(GroupScales, ScatteredGroupsMatchTheFormula) {
    const std::size_t rows = 40, n = 23, groups = 4;
    const Matrix<double> W = toDouble(randomMatrix(rows, n, 1)), H = toDouble(randomHessian(n, 60)), D = toDouble(randomMatrix(n, n, 2));
    QuantizedLinear q;
    q.bits = 3;
    q.groupSize = 6;
    q.codes = Matrix<std::uint8_t>(rows, n);
    q.zeros = Matrix<std::uint8_t>(rows, groups);
    q.scales = Matrix<double>(rows, groups);
    for (std::size_t i = 0; i < q.codes.size(); ++i) q.codes.data()[i] = static_cast<std::uint8_t>(i * 5 % 8);
    for (std::size_t i = 0; i < q.zeros.size(); ++i) q.zeros.data()[i] = static_cast<std::uint8_t>(i % 8);
    for (std::size_t i = 0; i < q.scales.size(); ++i) q.scales.data()[i] = 0.1 + 0.01 * static_cast<double>(i % 7);
    for (std::size_t c = 0; c < n; ++c) q.groupIndex.push_back(static_cast<std::int32_t>(c * 3 % groups));
    const ScaleProblem problem{W.view(), H.view(), D.view()};
    const RefinedScales refined = refine(q, problem, 2);
    const auto lossesAt = [&](const Matrix<double>& scales) {
        QuantizedLinear changed = q;
        changed.scales = scales;
        return rowLosses(quantizationError(changed, W.view()), W.view(), H.view(), D.view());
    };
    const std::vector<double> sweep = lossesAt(refined.sweeps[1]), joint = lossesAt(refined.joint);
    for (std::size_t r = 0; r < rows; ++r) {
        EXPECT_NEAR(refined.lossSweeps(1, r), sweep[r], 1e-9 * std::abs(sweep[r]));
        EXPECT_NEAR(refined.lossJoint[r], joint[r], 1e-9 * std::abs(joint[r]));
        EXPECT_LE(refined.lossSweeps(0, r), refined.lossBefore[r]);
        EXPECT_LE(refined.lossJoint[r], refined.lossSweeps(1, r));
    }
    for (const double step : {-1e-3, 1e-3})
        for (std::size_t g = 0; g < groups; ++g) {
            Matrix<double> near = refined.joint, nearSweep = refined.sweeps[1];
            for (std::size_t r = 0; r < rows; ++r) {
                near(r, g) += step;
                nearSweep(r, groups - 1) += step;
            }
            const std::vector<double> losses = lossesAt(near), afterLast = lossesAt(nearSweep);
            for (std::size_t r = 0; r < rows; ++r) {
                EXPECT_GT(losses[r], joint[r]);
                EXPECT_GT(afterLast[r], sweep[r]);  // the last group of a sweep stands at its own minimum
            }
        }
}

TEST(StageOne, LowersTheGroupwiseLoss) {
    const std::size_t n = 20;
    const Matrix<double> W = toDouble(randomMatrix(9, n, 4)), H = toDouble(randomHessian(n, 50));
    QuantSettings settings;
    settings.bits = 2;
    settings.groupSize = 6;  // the last group has two columns
    JobContext context;
    ThreadPool pool(2, beginSingleThreadedMath);
    const QuantizedLinear plain = stageOneGrids(W.view(), H.view(), settings, "layer", context, pool);
    settings.search = SearchKind::Hessian;
    settings.searchSteps = 100;
    const QuantizedLinear searched = stageOneGrids(W.view(), H.view(), settings, "layer", context, pool);
    EXPECT_LT(groupwiseLoss(searched, W.view(), H.view(), settings), groupwiseLoss(plain, W.view(), H.view(), settings));
    settings.groupSize = 0;  // one group: groupwise is the whole loss
    const QuantizedLinear whole = stageOneGrids(W.view(), H.view(), settings, "layer", context, pool);
    const double loss = lossOf(whole, W.view(), H.view());
    EXPECT_NEAR(groupwiseLoss(whole, W.view(), H.view(), settings), loss, 1e-9 * loss);
}

}  // namespace
}  // namespace qs
