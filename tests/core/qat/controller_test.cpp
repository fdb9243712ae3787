// SPDX-License-Identifier: GPL-3.0-or-later
#include "qat/controller.h"

#include <gtest/gtest.h>

#include <numeric>

#include "base/error.h"
#include "qat/fake_quantize.h"
#include "qat/sensitivity.h"
#include "support/solver_cases.h"

namespace qs {
namespace {
using testing::readSolverFile;
using testing::SolverCase;
using testing::SolverFile;

TEST(RunningMoments, PortionsAreOneSample) {
    RunningMoments moments;
    moments.add(2, 1 + 3, 1 + 9);
    EXPECT_EQ(moments.variance(), 1);
    moments.add(1, 8, 64);  // 1, 3, 8: mean 4, squares 9 + 1 + 16
    EXPECT_NEAR(moments.mean, 4, 1e-15);
    EXPECT_NEAR(moments.variance(), 26.0 / 3, 1e-14);
    moments.add(0, 0, 0);
    EXPECT_EQ(moments.count, 3);
    EXPECT_EQ(RunningMoments{}.variance(), 0);
}

TEST(RunningMoments, NothingCancelsBetweenPortions) {
    RunningMoments moments;
    for (const double mean : {1e8, 1e8 + 2}) moments.add(1, mean, mean * mean);
    EXPECT_EQ(moments.variance(), 1);
}

QatSettings settingsOf(double lambda, double hysteresis = 0) {
    QatSettings settings;
    settings.widths = {2, 3};
    settings.lambda = lambda;
    settings.smoothing = 0.5;
    settings.hysteresis = hysteresis;
    settings.alpha = settings.beta = 0.5;
    settings.narrowing = 1;
    return settings;
}

/// Gradients of variance v and activation errors e of two layers.
void observe(PrecisionController& controller, std::vector<double> v, std::vector<double> e) {
    for (std::size_t l = 0; l < v.size(); ++l) {
        controller.addGradient(l, 2, 0, 2 * v[l]);
        controller.addActivation(l, 10, 4 * e[l]);
        controller.addActivation(l, 30, 36 * e[l]);
    }
}

// S = 0.5 v / mean(v) + 0.5 e / mean(e); J(2) = S / 12 + λ / 16, J(3) = S / 108 + 3 λ / 32: equal at S = 27 λ / 64.
TEST(Controller, ByHand) {
    const QatSettings settings = settingsOf(64.0 / 27);
    PrecisionController controller(settings, 2);
    EXPECT_EQ(controller.bits(), (std::vector<int>{3, 3}));
    observe(controller, {1, 3}, {4, 4});
    const WidthRecord first = controller.update(10);
    EXPECT_EQ(first.step, 10);
    EXPECT_EQ(first.gradientVariance, (std::vector<double>{1, 3}));
    EXPECT_EQ(first.activationError, (std::vector<double>{4, 4}));
    EXPECT_EQ(first.sensitivity, (std::vector<double>{0.75, 1.25}));
    EXPECT_EQ(first.bits, (std::vector<int>{2, 3}));
    EXPECT_TRUE(first.suppressed.empty() && first.flickers.empty());
    observe(controller, {9, 1}, {3, 1});  // S = 1.65, 0.35; smoothed 1.2, 0.8; the earlier gradients are forgotten
    const WidthRecord second = controller.update(20);
    EXPECT_EQ(second.gradientVariance, (std::vector<double>{9, 1}));
    EXPECT_NEAR(second.sensitivity[0], 1.2, 1e-14);
    EXPECT_NEAR(second.sensitivity[1], 0.8, 1e-14);
    EXPECT_EQ(second.bits, (std::vector<int>{3, 2}));
    EXPECT_EQ(second.flickers, std::vector<int>{0});  // 3, 2, 3
    EXPECT_EQ(controller.flickers(), 1);
}

// At S = 0.75: J(3) = 0.00694 + 0.22222 = 0.22917, J(2) = 0.0625 + 0.14815 = 0.21065: a gain of 8.1 %.
TEST(Controller, HysteresisHoldsSmallGainsBack) {
    for (const double hysteresis : {0.08, 0.082}) {
        const QatSettings settings = settingsOf(64.0 / 27, hysteresis);
        PrecisionController controller(settings, 2);
        observe(controller, {1, 3}, {4, 4});
        const WidthRecord record = controller.update(1);
        const bool held = hysteresis > 0.081;
        EXPECT_EQ(record.bits[0], held ? 3 : 2);
        EXPECT_EQ(record.suppressed.size(), held ? 1u : 0u);
        EXPECT_EQ(controller.suppressed(), held ? 1 : 0);
    }
}

/// S that goes up and down by ±3 % around the point where 2 and 3 bits are equal.
TEST(Controller, WidthsDoNotFlickerUnderHysteresis) {
    std::int64_t changes[2] = {0, 0};
    for (const bool holds : {false, true}) {
        QatSettings settings = settingsOf(64.0 / 27, holds ? 0.05 : 0);
        settings.smoothing = 0;
        PrecisionController controller(settings, 2);
        std::vector<int> before = controller.bits();
        for (int update = 0; update < 20; ++update) {
            const double d = update % 2 ? 0.03 : -0.03;
            observe(controller, {1 + d, 1 - d}, {1 + d, 1 - d});
            const std::vector<int> now = controller.update(update).bits;
            changes[holds] += (now != before);
            before = now;
        }
        if (holds) {
            EXPECT_GE(controller.suppressed(), 10);
            EXPECT_EQ(controller.flickers(), 0);
        } else {
            EXPECT_GE(controller.flickers(), 18);
        }
    }
    EXPECT_EQ(changes[0], 20);
    EXPECT_EQ(changes[1], 0);
}

// Four layers of which all want 2 bits: those of the smallest sensitivity gain most.
TEST(Controller, OnlyAShareOfTheLayersBecomesNarrower) {
    QatSettings settings = settingsOf(20);
    settings.narrowing = 0.3;  // of four layers two, rounded up
    PrecisionController controller(settings, 4);
    observe(controller, {4, 1, 3, 2}, {4, 1, 3, 2});
    const WidthRecord first = controller.update(10);
    EXPECT_EQ(first.bits, (std::vector<int>{3, 2, 3, 2}));
    EXPECT_EQ(first.waiting, (std::vector<int>{0, 2}));
    EXPECT_FALSE(first.heldByLoss);
    observe(controller, {4, 1, 3, 2}, {4, 1, 3, 2});
    EXPECT_EQ(controller.update(20).bits, (std::vector<int>{2, 2, 2, 2}));
}

TEST(Controller, NothingBecomesNarrowerWhileTheLossIsTooHigh) {
    QatSettings settings = settingsOf(20);
    settings.narrowing = 0.25;
    settings.lossMargin = 0.5;
    PrecisionController controller(settings, 4);
    const auto updated = [&](double loss, PrecisionController& c) {
        observe(c, {4, 1, 3, 2}, {4, 1, 3, 2});
        c.addLoss(loss - 0.25);
        c.addLoss(loss + 0.25);
        return c.update(1);
    };
    EXPECT_EQ(updated(3, controller).bits, (std::vector<int>{3, 2, 3, 3}));
    EXPECT_EQ(updated(2.75, controller).bits, (std::vector<int>{3, 2, 3, 2}));
    PrecisionController other(settings, 4);
    other.setState(controller.state());
    for (PrecisionController* c : {&controller, &other}) {
        const WidthRecord held = updated(3.375, *c);  // 2.75 is the lowest
        EXPECT_TRUE(held.heldByLoss);
        EXPECT_EQ(held.bits, (std::vector<int>{3, 2, 3, 2}));
        EXPECT_EQ(held.waiting, (std::vector<int>{0, 2}));
        EXPECT_EQ(updated(3.25, *c).bits, (std::vector<int>{3, 2, 2, 2}));
    }
}

TEST(Controller, StateGoesOnWhereItWas) {
    const QatSettings settings = settingsOf(64.0 / 27, 0.01);
    PrecisionController controller(settings, 2), other(settings, 2);
    observe(controller, {1, 3}, {4, 4});
    controller.update(10);
    observe(controller, {2, 1}, {1, 4});
    other.setState(controller.state());
    EXPECT_EQ(other.bits(), controller.bits());
    for (PrecisionController* c : {&controller, &other}) observe(*c, {5, 1}, {2, 4});
    const WidthRecord a = controller.update(20), b = other.update(20);
    EXPECT_EQ(a.sensitivity, b.sensitivity);
    EXPECT_EQ(a.bits, b.bits);
    EXPECT_EQ(a.flickers, b.flickers);
    EXPECT_EQ(controller.state(), other.state());
    PrecisionController three(settings, 3);
    EXPECT_THROW(three.setState(controller.state()), Error);
    std::vector<double> state = controller.state();
    state[7] = 5;
    EXPECT_THROW(other.setState(state), Error);
}

/// One update on the oracle's activations and gradients: where both terms are divided by their means and alone, S is that of the oracle's
/// normalised cases up to the weights, and the choice is chooseWidths of it.
TEST(Controller, OracleTensors) {
    const SolverFile file = readSolverFile("dsa");
    std::vector<double> variances, errors;
    std::size_t checked = 0;
    for (const SolverCase& c : file.cases) {
        if (!c.name.starts_with("bits")) continue;
        SCOPED_TRACE(c.name);
        QatSettings settings;
        settings.widths = c.settings.at("bits").get<std::vector<int>>();
        settings.probeBits = c.settings.at("probe_bits").get<int>();
        settings.alpha = 0;
        settings.beta = 1;
        settings.hysteresis = 0;
        settings.narrowing = 1;
        settings.lambda = c.settings.at("lambda").get<double>();
        const std::vector<double>& expected = c.expected.at("activation_error").values;
        PrecisionController controller(settings, expected.size());
        for (std::size_t l = 0; l < expected.size(); ++l) {
            const std::string layer = "layer." + std::to_string(l);
            const std::vector<double>& activation = file.problem.at(layer + ".activation").values;
            const std::vector<double>& gradient = file.problem.at(layer + ".weight_grad").values;
            const double count = static_cast<double>(activation.size());
            controller.addActivation(l, count, count * activationError(std::span<const double>(activation), settings.probeBits));
            const double sum = std::accumulate(gradient.begin(), gradient.end(), 0.0);
            controller.addGradient(l, static_cast<double>(gradient.size()), sum,
                                   std::inner_product(gradient.begin(), gradient.end(), gradient.begin(), 0.0));
        }
        const WidthRecord record = controller.update(1);
        const std::vector<double> mean = dividedByMean(expected);
        const WidthPlan plan = chooseWidths(mean, {settings.widths, settings.lambda, 1});
        EXPECT_EQ(record.bits, plan.bits);
        const double alpha = c.settings.at("alpha").get<double>(), beta = c.settings.at("beta").get<double>();
        const std::vector<double>& sensitivity = c.expected.at("sensitivity").values;
        for (std::size_t l = 0; l < expected.size(); ++l) {
            EXPECT_NEAR(record.activationError[l], expected[l], 1e-12 * expected[l]);
            EXPECT_NEAR(record.sensitivity[l], mean[l], 1e-12 * mean[l]);
            EXPECT_NEAR(alpha * record.gradientVariance[l] + beta * record.activationError[l], sensitivity[l], 1e-11 * sensitivity[l]);
        }
        ++checked;
    }
    EXPECT_EQ(checked, 6u);
}

}  // namespace
}  // namespace qs
