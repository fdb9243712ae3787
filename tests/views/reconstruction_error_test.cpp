// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/reconstruction_error/reconstruction_error_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "support/fake_run.h"

namespace qs {
namespace {

using ::testing::HasSubstr;
using testing::smallRun;

ReconstructionError errorsOf(std::shared_ptr<const RunFile> run, std::shared_ptr<const RunFile> baseline,
                             const char* text = "calibration") {
    ViewInput input;
    input.run = std::move(run);
    input.baseline = std::move(baseline);
    input.settings["text"] = text;
    return reconstructionError(input);
}

double barsTotal(const Chart& chart) {
    double total = 0;
    for (const Bars& bars : chart.panels[0].bars)
        for (const double height : bars.height) total += height;
    return total;
}

TEST(ReconstructionError, OneNumberForEveryLinearAndLength) {
    const ReconstructionError data = errorsOf(smallRun(), nullptr);
    ASSERT_EQ(data.pairs.size(), 8U);  // 2 blocks · 2 linears · 2 lengths
    EXPECT_DOUBLE_EQ(data.pairs[0].value, 0.01);
    EXPECT_FALSE(data.ratio);
    const Chart chart = chartOf(data);
    EXPECT_DOUBLE_EQ(barsTotal(chart), 8);
    EXPECT_EQ(chart.bigNumber.toStdString(), "3.00 %");  // of 1 2 2 2 4 4 8 16
    EXPECT_EQ(chart.panels[1].rightNames.size(), 2U);
    EXPECT_EQ(tableOf(data).rows.size(), 8U);
}

TEST(ReconstructionError, RatioAgainstABaselineCountsTheBetterPairs) {
    auto baseline = smallRun(2, "token");
    for (LinearRecord& linear : baseline->linearRecords) {
        linear.calibrationErrors[0].error *= 1.2;  // length 10: this run is better
        linear.calibrationErrors[1].error *= 0.9;  // length 20: the baseline is
    }
    const ReconstructionError data = errorsOf(smallRun(), baseline);
    ASSERT_EQ(data.pairs.size(), 8U);
    EXPECT_NEAR(data.pairs[0].value, 1.2, 1e-12);
    EXPECT_NEAR(data.pairs[1].value, 0.9, 1e-12);
    EXPECT_DOUBLE_EQ(data.shareBetter, 0.5);
    const Chart chart = chartOf(data);
    EXPECT_EQ(chart.bigNumber, "50 %");
    EXPECT_DOUBLE_EQ(chart.reference, 1);
    EXPECT_DOUBLE_EQ(barsTotal(chart), 8);
    EXPECT_THAT(chart.x.title.toStdString(), HasSubstr("GPTQ / MaCa"));
    EXPECT_EQ(chart.panels[1].rightNames[0].second, "100 %");
    EXPECT_EQ(chart.panels[1].rightNames[1].second, "0 %");
}

TEST(ReconstructionError, WideRatiosGoOnALogarithmicAxis) {
    auto baseline = smallRun();
    for (LinearRecord& linear : baseline->linearRecords) linear.calibrationErrors[0].error *= 8;
    const Chart chart = chartOf(errorsOf(smallRun(), baseline));
    EXPECT_DOUBLE_EQ(chart.reference, 0);  // log₂ 1
    EXPECT_EQ(chart.x.scale, AxisScale::Named);
    EXPECT_DOUBLE_EQ(barsTotal(chart), 8);
}

TEST(ReconstructionError, PairsWithoutAValueAreCountedNotDrawn) {
    auto run = smallRun();
    run->linearRecords[0].calibrationErrors[0].error = 0;
    const ReconstructionError data = errorsOf(run, nullptr);
    EXPECT_EQ(data.pairs.size(), 7U);
    EXPECT_EQ(data.dropped, 1);
    EXPECT_THAT(chartOf(data).footnote.toStdString(), HasSubstr("1 pairs without error"));
}

TEST(ReconstructionError, HeldOutErrorsOneSettingAway) {
    auto run = smallRun();
    EXPECT_FALSE(errorsOf(run, nullptr, "held-out").heldOut);
    for (LinearRecord& linear : run->linearRecords) {
        linear.heldOutErrors = linear.calibrationErrors;
        for (LengthError& error : linear.heldOutErrors) error.error *= 2;
    }
    const ReconstructionError data = errorsOf(run, nullptr, "held-out");
    EXPECT_TRUE(data.heldOut);
    EXPECT_DOUBLE_EQ(data.pairs[0].value, 0.02);
    EXPECT_THAT(chartOf(data).footnote.toStdString(), HasSubstr("held-out"));
}

TEST(ReconstructionError, SaysWhatIsMissing) {
    EXPECT_FALSE(errorsOf(nullptr, nullptr).missing.isEmpty());
    EXPECT_THAT(errorsOf(smallRun(0), nullptr).missing.toStdString(), HasSubstr("No linear"));
    auto other = smallRun();
    for (LinearRecord& linear : other->linearRecords) linear.name += "x";
    EXPECT_THAT(errorsOf(smallRun(), other).missing.toStdString(), HasSubstr("in common"));
}

TEST(ReconstructionError, Median) {
    EXPECT_DOUBLE_EQ(medianOf({3, 1, 2}), 2);
    EXPECT_DOUBLE_EQ(medianOf({4, 1, 2, 3}), 2.5);
    EXPECT_TRUE(std::isnan(medianOf({})));
}

}  // namespace
}  // namespace qs
