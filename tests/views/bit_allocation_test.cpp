// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/bit_allocation/bit_allocation_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_run.h"

namespace qs {
namespace {

using ::testing::HasSubstr;

ViewInput allocationInput(const QJsonObject& settings = {}) { return {testing::smallRun(), nullptr, {}, settings, {}}; }

/// Two linears that are not tied: 100 weights each, errors 0.04 and 0.01 at 4 bits.
BitPlan twoLinears() {
    BitPlan plan;
    plan.linears = {{"a", "q_proj", "attention-in", 0, 4, 100, 0, 0.04}, {"b", "down_proj", "mlp-down", 0, 4, 100, 0, 0.01}};
    plan.widths = {4, 4};
    return plan;
}

TEST(BitPlan, ABitLessIsFourTimesTheErrorUnlessMeasured) {
    BitPlan plan = twoLinears();
    EXPECT_DOUBLE_EQ(plan.linears[0].errorAt(3), 0.16);
    plan.linears[0].alternatives[3] = 0.2;
    EXPECT_DOUBLE_EQ(plan.linears[0].errorAt(3), 0.2);
    EXPECT_DOUBLE_EQ(plan.error(), 0.025);
    EXPECT_DOUBLE_EQ(plan.bytes(), 100);
    EXPECT_TRUE(plan.asSolved());
}

TEST(BitPlan, TakesTheErrorsThatARunMeasured) {
    const auto run = testing::smallRun();
    const std::string name = run->linearRecords[0].name;
    LengthError shorter, longer;
    shorter.error = 1, shorter.energy = 4;
    longer.error = 3, longer.energy = 4;
    run->errorsPerWidth.linears.push_back({name, "", "", 0, 2, 3, {{2, {shorter, longer}}}});
    const BitPlan plan = planOf(*run);
    EXPECT_EQ(plan.linears[0].name, name);
    EXPECT_DOUBLE_EQ(plan.linears[0].errorAt(2), 0.5);
    EXPECT_TRUE(plan.linears[1].alternatives.empty());
}

/// Every linear a group of its own, tried at 2 bits and at those it has.
BitPlanRecord smallRecord(const std::vector<LinearRecord>& linears) {
    BitPlanRecord record;
    record.objective = "sensitivity";
    for (const LinearRecord& linear : linears)
        record.groups.push_back({{linear.name}, {}, linear.bits, false, {{2, 10, 0.5}, {linear.bits, 20, 0.1}}});
    return record;
}

TEST(BitPlan, HasTheUnitsOfTheObjectiveThatTheRunMinimised) {
    const auto run = testing::smallRun();
    run->plan = smallRecord(run->linearRecords);
    const BitPlan plan = planOf(*run);
    EXPECT_EQ(plan.objective, "sensitivity");
    EXPECT_EQ(plan.choices, (std::vector<int>{2, 3}));
    EXPECT_NEAR(plan.error(), 0.4, 1e-12);  // four linears, a sum
    EXPECT_NEAR(uniformPlan(plan, 2).error(), 2, 1e-12);
    const BitAllocation data = bitAllocation({run, nullptr, {}, {}, {}});
    EXPECT_EQ(data.curve.front().first, 2);
    EXPECT_NEAR(data.curve.front().second, 2, 1e-12);
    EXPECT_EQ(data.curve.back().first, 3);
    EXPECT_NEAR(data.curve.back().second, 0.4, 1e-12);
    const Chart chart = chartOf(data);
    EXPECT_THAT(chart.leadEstimate.toStdString(), HasSubstr("nats a token"));
    EXPECT_EQ(chart.panels[BitCurvePanel].y.scale, AxisScale::Log);
}

TEST(BitPlan, KeepsRelativeErrorsWhereTheObjectiveLacksALinear) {
    const auto run = testing::smallRun();
    run->plan = smallRecord(run->linearRecords);
    run->plan->groups.pop_back();
    EXPECT_TRUE(planOf(*run).objective.empty());
}

TEST(BitPlan, TheBudgetGoesWhereItHelpsMost) {
    const BitPlan plan = planFor(twoLinears(), 3.5);  // 2 → 3 → 4 for a, 3 for b
    EXPECT_EQ(plan.widths, (std::vector<int>{4, 3}));
    EXPECT_DOUBLE_EQ(plan.averageBits(), 3.5);
    EXPECT_FALSE(plan.asSolved());
    EXPECT_EQ(planFor(twoLinears(), 2).widths, (std::vector<int>{2, 2}));
    EXPECT_EQ(planFor(twoLinears(), 1).widths, (std::vector<int>{2, 2}));  // the least possible
    EXPECT_EQ(planFor(twoLinears(), 8).widths, (std::vector<int>{8, 8}));
}

TEST(BitPlan, IsTheOptimumWhereTheLargestGainPerBitIsNot) {
    BitPlan plan = twoLinears();  // 10 of error for 100 bits, or 15 for 160: both do not fit
    plan.choices = {2, 3};
    plan.linears[0].alternatives = {{2, 10}, {3, 0}};
    plan.linears[1].alternatives = {{2, 15}, {3, 0}};
    plan.linears[1].weights = 160;
    EXPECT_EQ(planFor(plan, 2 + 160.0 / 260).widths, (std::vector<int>{2, 3}));
    plan.linears[1].pinned = true, plan.linears[1].bits = 2;
    EXPECT_EQ(planFor(plan, 2 + 160.0 / 260).widths, (std::vector<int>{3, 2}));
}

TEST(BitPlan, TiesAndPinsAreThoseOfTheRun) {
    const auto run = testing::smallRun();
    run->linearRecords[0].role = "q_proj", run->linearRecords[1].role = "k_proj";
    EXPECT_EQ(planOf(*run).linears[0].tie, planOf(*run).linears[1].tie);
    EXPECT_NE(planOf(*run).linears[0].tie, planOf(*run).linears[2].tie);
    run->plan = smallRecord(run->linearRecords);
    run->plan->ties = false;
    run->plan->groups[1].pinned = true;
    EXPECT_NE(planOf(*run).linears[0].tie, planOf(*run).linears[1].tie);
    EXPECT_FALSE(planOf(*run).linears[0].pinned);
    EXPECT_TRUE(planOf(*run).linears[1].pinned);
}

TEST(BitAllocation, APassThatTriesWidthsShowsThePlanOfWhatItHas) {
    const auto run = testing::smallRun(0);
    EXPECT_THAT(bitAllocation({run, nullptr, {}, {}, {}}).missing.toStdString(), HasSubstr("solved yet"));
    run->origin.kind = "measure";
    run->origin.options["budget"] = "3.5";
    EXPECT_THAT(bitAllocation({run, nullptr, {}, {}, {}}).missing.toStdString(), HasSubstr("tries every width"));
    LengthError low, high;
    low.error = 1, low.energy = 4;
    high.error = 0.1, high.energy = 4;
    for (const char* name : {"a", "b"}) run->errorsPerWidth.linears.push_back({name, name, "", 0, 10, 10, {{3, {low}}, {4, {high}}}});
    const BitAllocation data = bitAllocation({run, nullptr, {}, {}, {}});
    EXPECT_TRUE(data.missing.isEmpty());
    EXPECT_DOUBLE_EQ(data.plan.averageBits(), 3.5);
    EXPECT_FALSE(data.plan.asSolved());
    EXPECT_DOUBLE_EQ(data.plan.linears[0].errorAt(3), 0.25);
    EXPECT_THAT(chartOf(data).subject.toStdString(), HasSubstr("tried so far"));
}

TEST(BitPlan, ZeroPointsGrowWithTheWidth) {
    const auto run = testing::smallRun();  // 2 × 3 in groups of 2: four scales of 32 bits
    EXPECT_DOUBLE_EQ(planOf(*run).linears[0].bytesAt(4), (6 * 4 + 4 * 32) / 8.0);
    run->linearRecords[0].scheme = "asym";
    EXPECT_DOUBLE_EQ(planOf(*run).linears[0].bytesAt(4), (6 * 4 + 4 * (32 + 4)) / 8.0);
    EXPECT_DOUBLE_EQ(planOf(*run).linears[0].bytesAt(2), (6 * 2 + 4 * (32 + 2)) / 8.0);
}

TEST(BitPlan, TheCurveFallsFromTheSmallestToTheLargestWidth) {
    const auto curve = paretoCurve(twoLinears());
    EXPECT_EQ(curve.front().first, 2);
    EXPECT_EQ(curve.back().first, 8);
    for (std::size_t i = 1; i < curve.size(); ++i) EXPECT_LT(curve[i].second, curve[i - 1].second);
    const double uniform = uniformPlan(twoLinears(), 4).error();
    for (const auto& [bits, error] : curve)
        if (bits == 4) {
            EXPECT_LE(error, uniform + 1e-12);
        }
}

TEST(BitPlan, LinearsOfOneTieMoveTogether) {
    BitPlan plan = twoLinears();
    plan.linears[1].tie = "attention-in";
    moveWidth(plan, 0, 1);
    EXPECT_EQ(plan.widths, (std::vector<int>{5, 5}));
    moveWidth(plan, 1, -9);
    EXPECT_EQ(plan.widths, (std::vector<int>{2, 2}));
}

TEST(BitAllocation, AsSolvedItIsNoEstimate) {
    const BitAllocation data = bitAllocation(allocationInput());
    const Chart chart = chartOf(data);
    EXPECT_EQ(data.roles.size(), 2U);
    EXPECT_EQ(chart.panels[BitMapPanel].maps[0].at(0, 1), 3);
    EXPECT_TRUE(chart.leadEstimate.isEmpty());
    EXPECT_THAT(chart.lead.toStdString(), HasSubstr("3.00 bits"));
    EXPECT_EQ(chart.panels[BitCurvePanel].marks.size(), 7U);  // six uniform widths and the run
    EXPECT_EQ(tableOf(data).rows.size(), 4U);
}

TEST(BitAllocation, ErrorsOfWeightsAreCalledThat) {
    auto run = testing::smallRun();
    EXPECT_THAT(chartOf(bitAllocation(allocationInput())).footnote.toStdString(), HasSubstr("linears and lengths"));
    for (LinearRecord& linear : run->linearRecords) {
        linear.calibrationErrors.clear();
        linear.loss = 0.02, linear.energy = 2;
    }
    EXPECT_DOUBLE_EQ(planOf(*run).error(), 0.01);
    EXPECT_THAT(chartOf(bitAllocation({run, nullptr, {}, {}, {}})).footnote.toStdString(), HasSubstr("weights alone"));
}

TEST(BitAllocation, APlanIsAnEstimate) {
    const BitAllocation data = bitAllocation(allocationInput({{"budget", 4}}));
    const Chart chart = chartOf(data);
    EXPECT_THAT(chart.leadEstimate.toStdString(), HasSubstr("≈"));
    EXPECT_LE(data.plan.averageBits(), 4);
    const BitAllocation moved = bitAllocation(allocationInput({{"moves", QJsonObject{{"model.layers.0.mlp.up_proj", 1}}}}));
    EXPECT_EQ(moved.plan.widths[0], 4);
    EXPECT_EQ(moved.plan.widths[1], 3);
}

TEST(BitAllocation, TheBaselineStandsInTheCurveAndTheTable) {
    ViewInput input = allocationInput();
    EXPECT_EQ(chartOf(bitAllocation(input)).panels[BitCurvePanel].lines.size(), 1U);
    auto baseline = testing::smallRun();
    baseline->linearRecords[0].bits = 5;
    input.baseline = baseline;
    const BitAllocation data = bitAllocation(input);
    const Chart chart = chartOf(data);
    const Panel& curve = chart.panels[BitCurvePanel];
    ASSERT_EQ(curve.lines.size(), 3U);  // upright, level, and the best plans
    EXPECT_EQ(curve.lines[0].kind, LineKind::Ghost);
    EXPECT_DOUBLE_EQ(curve.lines[0].x[0], 3.5);
    EXPECT_DOUBLE_EQ(curve.lines[1].y[0], 100 * planOf(*baseline).error());
    EXPECT_THAT(chart.footnote.toStdString(), HasSubstr("3.50 bits on average, other widths in 1 of 4 linears"));
    const ChartTable table = tableOf(data);
    EXPECT_EQ(table.header.size(), table.rows[0].size());
    EXPECT_EQ(table.rows[0].back().toInt(), 5);
    for (LinearRecord& linear : baseline->linearRecords) linear.calibrationErrors.clear(), linear.loss = 0.02, linear.energy = 2;
    EXPECT_EQ(chartOf(bitAllocation(input)).panels[BitCurvePanel].lines.size(), 2U);  // an error of weights has no place on this axis
}

TEST(BitAllocation, UnsolvedBlocksAreHatched) {
    const Chart chart = chartOf(bitAllocation({testing::smallRun(1), nullptr, {}, {}, {}}));
    EXPECT_TRUE(std::isnan(chart.panels[BitMapPanel].maps[0].at(0, 1)));
    EXPECT_TRUE(chartOf(bitAllocation({})).empty());
}

}  // namespace
}  // namespace qs
