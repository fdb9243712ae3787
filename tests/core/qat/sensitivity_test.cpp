// SPDX-License-Identifier: GPL-3.0-or-later
#include "qat/sensitivity.h"

#include <gtest/gtest.h>

namespace qs {
namespace {

TEST(Sensitivity, ByHand) {
    const std::vector<double> gradient{1, 3}, activation{3, 0.4, 1.5, 2.6};
    EXPECT_EQ(varianceOf(std::span<const double>(gradient)), 1);  // over the population
    const double error = activationError(std::span<const double>(activation), 3);
    EXPECT_NEAR(error, 1.3 / 4, 1e-15);
    const std::vector<double> variances{1, 0}, errors{error, 1};
    const std::vector<double> S = sensitivities(variances, errors, {2, 4, 3});
    EXPECT_NEAR(S[0], 2 + 1.3, 1e-14);
    EXPECT_EQ(S[1], 4);
    EXPECT_EQ(dividedByMean(std::vector<double>{1, 3}), (std::vector<double>{0.5, 1.5}));
    EXPECT_EQ(dividedByMean(std::vector<double>{0, 0}), (std::vector<double>{0, 0}));
}

// S = 1, 2 against 3 bits: 1/12 + 2λ/32 against 1/108 + 3λ/32: equal at λ = 64/27.
TEST(Widths, SwitchAtTheBalancePoint) {
    const std::vector<double> S{1};
    const WidthPlan dear = chooseWidths(S, {{2, 3}, 64.0 / 27 + 0.01, 1}), cheap = chooseWidths(S, {{2, 3}, 64.0 / 27 - 0.01, 1});
    EXPECT_EQ(dear.bits, std::vector<int>{2});
    EXPECT_EQ(cheap.bits, std::vector<int>{3});
    EXPECT_NEAR(dear.epsilon[1], 1.0 / 108, 1e-16);
    EXPECT_EQ(dear.cost[0], 1.0 / 16);
    EXPECT_NEAR(cheap.objective(0, 0), 1.0 / 12 + (64.0 / 27 - 0.01) / 16, 1e-14);
    EXPECT_EQ(chooseWidths(S, {{2, 3}, 64.0 / 27 + 0.01, 2}).bits, std::vector<int>{3});  // the gain doubles ε
}

TEST(Widths, ThresholdsAreWhereTheChoiceTurns) {
    const WidthChoice choice{{8, 4, 6}, 0.3, 2};
    const std::vector<WidthThreshold> thresholds = widthThresholds(choice);
    ASSERT_EQ(thresholds.size(), 2u);
    EXPECT_NEAR(thresholds[0].sensitivity, 0.3 * 2 / 32 / (2 * (1.0 / 49 - 1.0 / 961) / 12), 1e-12);
    for (const WidthThreshold& t : thresholds) {
        const double S = t.sensitivity;
        EXPECT_EQ(chooseWidths(std::vector<double>{0.999 * S, 1.001 * S}, choice).bits, (std::vector<int>{t.narrower, t.wider}));
    }
    EXPECT_EQ(thresholds[0].narrower, 4);
    EXPECT_EQ(thresholds[1].wider, 8);
}

TEST(Widths, FewerBitsWinAmongEquals) { EXPECT_EQ(chooseWidths(std::vector<double>{0}, {{8, 4, 6}, 0, 1}).bits, std::vector<int>{4}); }

TEST(Widths, Summary) {
    const std::vector<int> bits{4, 8};
    const WidthSummary summary = summarise(bits, std::vector<double>{30, 10});
    EXPECT_EQ(summary.bits, 6);
    EXPECT_EQ(summary.energy, 200);
    EXPECT_EQ(summary.weightedBits, 5);
}

}  // namespace
}  // namespace qs
