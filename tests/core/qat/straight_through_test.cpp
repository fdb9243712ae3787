// SPDX-License-Identifier: GPL-3.0-or-later
// Values and gradients: by hand, against the oracle, and against difference quotients of the surrogate that straight-through gradients
// belong to (rounding replaced by a shift that stays as it is).
#include "qat/straight_through.h"

#include <ATen/ops/clamp.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/scalar_tensor.h>
#include <gtest/gtest.h>

#include <cmath>

#include "qat/fake_quantize.h"
#include "support/solver_cases.h"

namespace qs {
namespace {
using testing::readSolverFile;
using testing::SolverCase;
using testing::SolverFile;

at::Tensor tensorOf(std::vector<double> values, at::ScalarType type) {
    return at::from_blob(values.data(), {static_cast<std::int64_t>(values.size())}, at::TensorOptions().dtype(at::kDouble))
        .to(type, false, /*copy=*/true);
}
std::vector<double> valuesOf(const at::Tensor& tensor) {
    const at::Tensor wide = tensor.detach().to(at::kDouble).contiguous();
    return {wide.const_data_ptr<double>(), wide.const_data_ptr<double>() + wide.numel()};
}
double largestDifference(const at::Tensor& a, const at::Tensor& b) { return a.detach().sub(b.detach()).abs().max().item().toDouble(); }

class StraightThroughOf : public ::testing::TestWithParam<at::ScalarType> {
  protected:
    at::Tensor leaf(const std::vector<double>& values) const { return tensorOf(values, GetParam()).requires_grad_(true); }
};
INSTANTIATE_TEST_SUITE_P(Types, StraightThroughOf, ::testing::Values(at::kFloat, at::kDouble),
                         [](const auto& of) { return std::string(of.param == at::kFloat ? "float32" : "float64"); });

TEST_P(StraightThroughOf, ByHand) {
    const at::Tensor x = leaf({-3, 0.5, 1.5, 2.5});
    FakeQuantization how;
    how.bits = 3;       // codes −3 … 3, step 1
    how.probeBits = 2;  // codes −1 … 1, step 3
    QuantizedFigures figures;
    const at::Tensor y = fakeQuantized(x, how, &figures);
    EXPECT_EQ(valuesOf(y), (std::vector<double>{-3, 0, 2, 2}));
    EXPECT_EQ(figures.maxAbs, 3);
    EXPECT_EQ(figures.sumSquares, 0.75);
    EXPECT_EQ(figures.probeAbsolute, 0 + 0.5 + 1.5 + 0.5);
    y.mul(tensorOf({1, 2, 3, 4}, GetParam())).sum().backward();
    EXPECT_EQ(valuesOf(x.grad()), (std::vector<double>{1, 2, 3, 4}));
}

TEST_P(StraightThroughOf, KeptRangeClipsTheGradientUnlessLiteral) {
    for (const StraightThrough rule : {StraightThrough::Clipped, StraightThrough::Literal}) {
        const at::Tensor x = leaf({-3, 0.5, 1.5, 1.6});
        FakeQuantization how;
        how.bits = 3;
        how.maxAbs = 1.5;
        how.straightThrough = rule;
        const at::Tensor y = fakeQuantized(x, how);
        EXPECT_EQ(valuesOf(y), (std::vector<double>{-1.5, 0.5, 1.5, 1.5}));
        y.sum().backward();
        const double outside = rule == StraightThrough::Literal ? 1 : 0;
        EXPECT_EQ(valuesOf(x.grad()), (std::vector<double>{outside, 1, 1, outside}));
    }
}

TEST_P(StraightThroughOf, EveryRowOverItsOwnRange) {
    const at::Tensor x = tensorOf({-3, 0.4, 1.6, 6, -2.5, 1, 0, 0, 0}, GetParam()).view({3, 1, 3}).requires_grad_(true);
    FakeQuantization how;
    how.bits = 3;
    how.probeBits = 2;
    how.rows = true;
    how.pull = 0.5;
    QuantizedFigures figures;
    const at::Tensor y = fakeQuantized(x, how, &figures);
    EXPECT_EQ(valuesOf(y), (std::vector<double>{-3, 0, 2, 6, -2, 0, 0, 0, 0}));
    EXPECT_EQ(figures.maxAbs, 6);
    EXPECT_NEAR(figures.sumSquares, 0.16 + 0.16 + 0.25 + 1, 1e-6);
    EXPECT_NEAR(figures.probeAbsolute, 0.4 + 1.4 + 2.5 + 1, 1e-6);
    y.sum().backward();
    const std::vector<double> gradient = valuesOf(x.grad()), expected{1, 1.4, 0.6, 1, 0.5, 2, 1, 1, 1};
    for (std::size_t i = 0; i < gradient.size(); ++i) EXPECT_NEAR(gradient[i], expected[i], 1e-6) << i;
}

TEST_P(StraightThroughOf, PullIsTheDerivativeOfTheSquaredErrors) {
    const at::Tensor x = leaf({-3, 0.6, 1.5, 2.6});
    FakeQuantization how;
    how.bits = 3;
    how.pull = 0.25;
    fakeQuantized(x, how).sum().backward();
    const std::vector<double> gradient = valuesOf(x.grad()), expected{1, 1 + 0.5 * -0.4, 1 + 0.5 * -0.5, 1 + 0.5 * -0.4};
    for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(gradient[i], expected[i], 1e-6) << i;
}

TEST_P(StraightThroughOf, EverythingZero) {
    const at::Tensor x = leaf({0, 0, 0});
    FakeQuantization how;
    how.probeBits = 4;
    QuantizedFigures figures;
    const at::Tensor y = fakeQuantized(x, how, &figures);
    EXPECT_EQ(valuesOf(y), (std::vector<double>{0, 0, 0}));
    EXPECT_EQ(figures.probeAbsolute, 0);
    y.sum().backward();
    EXPECT_EQ(valuesOf(x.grad()), (std::vector<double>{1, 1, 1}));
}

TEST_P(StraightThroughOf, AgreesWithThePlainFunctionsOnLongTensors) {
    const at::Tensor x = at::randn({37, 129}, at::TensorOptions().dtype(GetParam())).transpose(0, 1);  // not contiguous
    const std::vector<double> values = valuesOf(x);
    for (const int bits : {2, 4, 8}) {
        FakeQuantization how;
        how.bits = bits;
        how.probeBits = 5;
        QuantizedFigures figures;
        const std::vector<double> q = valuesOf(fakeQuantized(x, how, &figures));
        const double step = stepOf(figures.maxAbs, bits);
        const std::vector<double> expected = fakeQuantize(std::span<const double>(values), step, bits);
        std::size_t other = 0;
        for (std::size_t i = 0; i < q.size(); ++i) other += std::abs(q[i] - expected[i]) > 1e-5;
        EXPECT_LE(other, 2u) << bits;  // ties fall differently in float32
        const RoundingError error = roundingError(std::span<const double>(values), std::span<const double>(q));
        EXPECT_NEAR(figures.sumSquares, error.sumSquares, 1e-5 * error.sumSquares);
        const std::vector<double> probed = fakeQuantize(std::span<const double>(values), stepOf(figures.maxAbs, 5), 5);
        const double probe = roundingError(std::span<const double>(values), std::span<const double>(probed)).meanAbsolute;
        EXPECT_NEAR(figures.probeAbsolute, probe * static_cast<double>(q.size()), 1e-4 * figures.probeAbsolute);
    }
}

TEST_P(StraightThroughOf, Oracle) {
    const SolverFile file = readSolverFile("dsa");
    std::size_t seen = 0;
    for (const SolverCase& c : file.cases) {
        if (!c.name.starts_with("fake")) continue;
        SCOPED_TRACE(c.name);
        ++seen;
        const at::Tensor x = leaf(file.problem.at("layer.0.activation").values);
        FakeQuantization how;
        how.bits = c.settings.at("bits").get<int>();
        if (c.settings.at("range") == "frozen_range") how.maxAbs = c.settings.at("max_abs").get<double>();
        QuantizedFigures figures;
        const at::Tensor y = fakeQuantized(x, how, &figures);
        const double tolerance = GetParam() == at::kDouble ? 1e-12 : 1e-5;
        EXPECT_LT(largestDifference(y, tensorOf(c.expected.at("q").values, GetParam())), tolerance * figures.maxAbs);
        EXPECT_NEAR(figures.sumSquares, c.values.at("penalty_sum").get<double>(), tolerance * figures.sumSquares);
        y.backward(tensorOf(file.problem.at("upstream_grad").values, GetParam()));
        EXPECT_EQ(largestDifference(x.grad(), tensorOf(c.expected.at("grad_ste_clipped").values, GetParam())), 0);
    }
    EXPECT_EQ(seen, 6u);
}

/// Q with its rounding errors at `at` kept, which is differentiable: clip(x) + (Q(at) − clip(at)).
double surrogate(double x, double at, double range, int bits) {
    const auto clipped = [&](double v) { return std::clamp(v, -range, range); };
    const std::vector<double> one{at};
    return clipped(x) + fakeQuantize(std::span<const double>(one), stepOf(range, bits), bits)[0] - clipped(at);
}

TEST(StraightThroughGradient, IsThatOfTheSurrogate) {
    const std::vector<double> points{-2.1, -0.83, -0.2, 0, 0.31, 0.97, 1.4};
    const double range = 1, h = 1e-6;
    const at::Tensor x = tensorOf(points, at::kDouble).requires_grad_(true);
    FakeQuantization how;
    how.bits = 4;
    how.maxAbs = range;
    fakeQuantized(x, how).pow(3).sum().backward();
    const std::vector<double> gradient = valuesOf(x.grad());
    for (std::size_t i = 0; i < points.size(); ++i) {
        const auto f = [&](double v) { return std::pow(surrogate(v, points[i], range, 4), 3); };
        EXPECT_NEAR(gradient[i], (f(points[i] + h) - f(points[i] - h)) / (2 * h), 1e-8) << points[i];
    }
}

at::Tensor logarithmOf(const std::vector<double>& steps, at::ScalarType type, at::IntArrayRef shape = {}) {
    return tensorOf(steps, type).log_().reshape(shape).requires_grad_(true);
}
at::Tensor matrixOf(const std::vector<double>& values, at::ScalarType type, std::int64_t columns) {
    return tensorOf(values, type).reshape({-1, columns}).requires_grad_(true);
}

TEST_P(StraightThroughOf, LearnedStepByHand) {
    const at::Tensor x = leaf({-5, -0.7, 0.2, 1.4, 9});  // step 0.5, 3 bits: m = 3, codes −3, −1, 0, 3 (2.8 → 3), 3
    const at::Tensor theta = logarithmOf({0.5}, GetParam());
    const at::Tensor y = learnedStepQuantized(x, {theta, {}}, 3, 0.1);
    EXPECT_EQ(valuesOf(y), (std::vector<double>{-1.5, -0.5, 0, 1.5, 1.5}));
    y.mul(tensorOf({1, 2, 3, 4, 5}, GetParam())).sum().backward();
    EXPECT_EQ(valuesOf(x.grad()), (std::vector<double>{0, 2, 3, 4, 0}));
    const double expected = 1 * -3 + 2 * (-1 + 1.4) + 3 * (0 - 0.4) + 4 * (3 - 2.8) + 5 * 3;
    EXPECT_NEAR(theta.grad().item().toDouble(), 0.1 * 0.5 * expected, GetParam() == at::kDouble ? 1e-14 : 1e-6);
}

TEST_P(StraightThroughOf, LearnedStepsOfRowsByHand) {
    const at::Tensor x = matrixOf({-5, 0.2, 1.4, /**/ -5, 0.2, 1.4}, GetParam(), 3);  // steps 0.5 and 2: codes −3, 0, 3 and −2 (2.5), 0, 1
    const at::Tensor theta = logarithmOf({0.5, 2}, GetParam(), {2, 1});
    const at::Tensor y = learnedStepQuantized(x, {theta, {}}, 3, 1);
    EXPECT_EQ(valuesOf(y.flatten()), (std::vector<double>{-1.5, 0, 1.5, -4, 0, 2}));
    y.sum().backward();
    EXPECT_EQ(valuesOf(x.grad().flatten()), (std::vector<double>{0, 1, 1, 1, 1, 1}));
    const std::vector<double> found = valuesOf(theta.grad().flatten());
    EXPECT_NEAR(found[0], 0.5 * (-3 - 0.4 + 0.2), 1e-6);
    EXPECT_NEAR(found[1], 2 * (0.5 - 0.1 + 0.3), 1e-6);
}

/// One learned factor of the ranges of tokens.
TEST_P(StraightThroughOf, LearnedShareOfTheRangeOfTokensByHand) {
    const at::Tensor x = matrixOf({-6, 2, 5, /**/ 60, -20, 0, /**/ 0, 0, 0}, GetParam(), 3);
    const at::Tensor units = tokenUnits(x, 3);  // 2, 20, and 1 where all are 0
    EXPECT_EQ(valuesOf(units.flatten()), (std::vector<double>{2, 20, 1}));
    const at::Tensor theta = logarithmOf({0.5}, GetParam());  // steps 1, 10, 0.5: codes −3 (clipped), 2, 3 (clipped); 3 (clipped), −2, 0
    const at::Tensor y = learnedStepQuantized(x, {theta, units}, 3, 1);
    EXPECT_EQ(valuesOf(y.flatten()), (std::vector<double>{-3, 2, 3, 30, -20, 0, 0, 0, 0}));
    y.sum().backward();
    EXPECT_EQ(valuesOf(x.grad().flatten()), (std::vector<double>{0, 1, 0, 0, 1, 1, 1, 1, 1}));
    EXPECT_NEAR(theta.grad().item().toDouble(), 1 * (-3 + 0 + 3) + 10 * (3 + 0 + 0), 1e-5);
    EXPECT_EQ(valuesOf(roundedBySteps(x, units.mul(0.5), 3).flatten()), valuesOf(y.flatten()));
}

TEST_P(StraightThroughOf, LiteralLearnedStepPassesEverythingToTheInput) {
    const at::Tensor x = leaf({-5, 0.2, 9});
    const at::Tensor theta = logarithmOf({0.5}, GetParam());
    const at::Tensor y = learnedStepQuantized(x, {theta, {}}, 3, 1, StraightThrough::Literal);
    EXPECT_EQ(valuesOf(y), (std::vector<double>{-1.5, 0, 1.5}));
    y.sum().backward();
    EXPECT_EQ(valuesOf(x.grad()), (std::vector<double>{1, 1, 1}));
    EXPECT_NEAR(theta.grad().item().toDouble(), 0.5 * (-3 - 0.4 + 3), 1e-6);
}

/// With codes kept at `step`, Q(x; s) = s · (clip(x / s) + code − v) inside: the surrogate whose derivative LSQ takes.
TEST(LearnedStep, GradientOfTheStepIsThatOfTheSurrogate) {
    const std::vector<double> points{-5, -0.7, 0.2, 1.4, 9};
    const double s = 0.5, h = 1e-6, m = 3;
    const auto f = [&](double theta) {
        const double step = std::exp(theta);
        double sum = 0;
        for (const double x : points) {
            const double v = std::clamp(x / s, -m, m);
            sum += std::pow(step * (std::clamp(x / step, -m, m) + std::nearbyint(v) - v), 2);
        }
        return sum;
    };
    const at::Tensor theta = logarithmOf({s}, at::kDouble);
    learnedStepQuantized(tensorOf(points, at::kDouble), {theta, {}}, 3, 1).square().sum().backward();
    EXPECT_NEAR(theta.grad().item().toDouble(), (f(std::log(s) + h) - f(std::log(s) - h)) / (2 * h), 1e-7);
}

TEST(LearnedStep, BeginsWhereTheSquaredErrorIsLeast) {
    // 3 bits, steps 2, 1.9 …: 6 loses 6 − 3 s. {6, ±1}: 1 is 0 at s = 2, s at 1.9 and less. With 99 ones (18 + 99) / (9 + 99) = 1.08.
    EXPECT_NEAR(firstLearnedStep(tensorOf({6, 1, -1}, at::kDouble), 3, false).item().toDouble(), 1.8, 1e-12);
    std::vector<double> values(100, 1);
    values[0] = 6;
    EXPECT_NEAR(firstLearnedStep(tensorOf(values, at::kDouble), 3, false).item().toDouble(), 1.1, 1e-12);
    values.resize(200, -0.5);
    values[100] = 0.5;
    const at::Tensor rows = firstLearnedStep(matrixOf(values, at::kDouble, 100), 3, true);
    ASSERT_EQ(rows.sizes(), (at::IntArrayRef{2, 1}));
    EXPECT_NEAR(rows[0].item().toDouble(), 1.1, 1e-12);
    EXPECT_NEAR(rows[1].item().toDouble(), 0.5 / 3, 1e-12);
    EXPECT_GT(firstLearnedStep(tensorOf({0, 0}, at::kDouble), 4, false).item().toDouble(), 0);
    EXPECT_EQ(learnedStepScale(28, 4), 1.0 / 14);
}

}  // namespace
}  // namespace qs
