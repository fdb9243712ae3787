// SPDX-License-Identifier: GPL-3.0-or-later
// The exact bit plan: small cases by hand, then every combination.
#include "quant/bit_plan.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "base/error.h"

namespace qs {
namespace {

std::int64_t costOf(const std::vector<BitUnit>& units, const BitSolution& s) {
    std::int64_t cost = 0;
    for (std::size_t u = 0; u < units.size(); ++u) cost += units[u].choices[s.chosen[u]].cost;
    return cost;
}

double errorOf(const std::vector<BitUnit>& units, const BitSolution& s) {
    double error = 0;
    for (std::size_t u = 0; u < units.size(); ++u) error += units[u].choices[s.chosen[u]].error;
    return error;
}

/// Least error of all combinations within the budget.
double bruteForce(const std::vector<BitUnit>& units, std::int64_t budget, std::size_t u = 0) {
    if (u == units.size()) return 0;
    double best = std::numeric_limits<double>::infinity();
    for (const BitChoice& c : units[u].choices)
        if (c.cost <= budget) best = std::min(best, c.error + bruteForce(units, budget - c.cost, u + 1));
    return best;
}

std::vector<BitUnit> randomUnits(std::size_t count, unsigned seed, std::int64_t largestSize, bool falling) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> uniform(0.01, 1);
    std::vector<BitUnit> units;
    for (std::size_t u = 0; u < count; ++u) {
        BitUnit unit{"unit " + std::to_string(u), {}};
        const auto size = static_cast<std::int64_t>(1 + random() % static_cast<unsigned long>(largestSize));
        double error = uniform(random);
        for (const int bits : {2, 3, 4, 8}) {
            unit.choices.push_back({bits, bits * size, error});
            error = falling ? error * uniform(random) * 0.4 : uniform(random);  // not falling: a wider code may be worse
        }
        units.push_back(unit);
    }
    return units;
}

TEST(BitPlan, TwoUnitsByHand) {
    // 10 weights each; one more bit saves 5 in the first, 3 in the second, the next bits save little.
    const std::vector<BitUnit> units{{"a", {{2, 20, 7}, {3, 30, 2}, {4, 40, 1}}}, {"b", {{2, 20, 4}, {3, 30, 1}, {4, 40, 0.5}}}};
    EXPECT_EQ(planBits(units, 40).chosen, (std::vector<std::size_t>{0, 0}));
    EXPECT_EQ(planBits(units, 49).chosen, (std::vector<std::size_t>{0, 0}));
    EXPECT_EQ(planBits(units, 50).chosen, (std::vector<std::size_t>{1, 0}));
    EXPECT_EQ(planBits(units, 60).chosen, (std::vector<std::size_t>{1, 1}));
    EXPECT_EQ(planBits(units, 70).error, 2);
    EXPECT_EQ(planBits(units, 1000).cost, 80);
}

TEST(BitPlan, BeatsTheGreedyOrder) {
    // Best gain per bit first takes a (10 for 10), then nothing fits; the optimum takes b (15 for 16).
    const std::vector<BitUnit> units{{"a", {{2, 10, 10}, {3, 20, 0}}}, {"b", {{2, 10, 15}, {3, 26, 0}}}};
    EXPECT_EQ(planBits(units, 36).error, 10);
    EXPECT_EQ(planBits(units, 36).chosen, (std::vector<std::size_t>{0, 1}));
}

TEST(BitPlan, AWiderCodeThatIsWorseIsNotChosen) {
    const std::vector<BitUnit> units{{"a", {{2, 20, 5}, {3, 30, 1}, {4, 40, 2}}}};
    EXPECT_EQ(planBits(units, 100).chosen, (std::vector<std::size_t>{1}));
}

TEST(BitPlan, TooSmallABudgetIsRefused) {
    const std::vector<BitUnit> units{{"a", {{2, 20, 5}}}};
    try {
        planBits(units, 19);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Usage);
        EXPECT_NE(std::string(error.what()).find("the least possible is 20"), std::string::npos);
    }
}

TEST(BitPlan, EqualsEveryCombination) {
    for (unsigned seed = 0; seed < 60; ++seed) {
        const std::vector<BitUnit> units = randomUnits(1 + seed % 8, seed, seed % 3 ? 1000 : 3, seed % 2);
        std::int64_t least = 0, most = 0;
        for (const BitUnit& unit : units) least += unit.choices.front().cost, most += unit.choices.back().cost;
        for (int step = 0; step <= 6; ++step) {
            const std::int64_t budget = least + (most - least) * step / 6;
            const BitSolution solution = planBits(units, budget);
            EXPECT_NEAR(solution.error, bruteForce(units, budget), 1e-12) << "seed " << seed << ", budget " << budget;
            EXPECT_EQ(solution.cost, costOf(units, solution));
            EXPECT_NEAR(solution.error, errorOf(units, solution), 1e-12);
            EXPECT_LE(solution.cost, budget);
        }
    }
}

TEST(BitPlan, ManyUnitsOfUnlikeSizesStaySmall) {
    const std::vector<BitUnit> units = randomUnits(400, 9, 100'000'000, true);
    std::int64_t three = 0;
    for (const BitUnit& unit : units) three += unit.choices[1].cost;
    const BitSolution solution = planBits(units, three);
    EXPECT_LE(solution.cost, three);
    double uniform = 0;
    for (const BitUnit& unit : units) uniform += unit.choices[1].error;
    EXPECT_LT(solution.error, uniform);
}

TEST(BitPlan, TheCurveFallsAndHasNoPointTwice) {
    const std::vector<BitUnit> units = randomUnits(12, 4, 50, true);
    std::vector<std::int64_t> budgets;
    for (std::int64_t b = 0; b < 5000; b += 50) budgets.push_back(b);
    const std::vector<BitSolution> curve = bitCurve(units, budgets);
    ASSERT_GT(curve.size(), 5u);
    for (std::size_t i = 1; i < curve.size(); ++i) {
        EXPECT_GT(curve[i].cost, curve[i - 1].cost);
        EXPECT_LT(curve[i].error, curve[i - 1].error);
    }
}

}  // namespace
}  // namespace qs
