// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/plot/ticks.h"

#include <gtest/gtest.h>

#include <QStringList>

namespace qs {
namespace {

QStringList labels(AxisScale scale, double low, double high, int wanted) {
    Axis axis;
    axis.scale = scale;
    QStringList result;
    for (const Tick& tick : ticksOf(axis, low, high, wanted)) result << tick.label;
    return result;
}

TEST(Ticks, StepAndDecimalsBelongTogether) {
    EXPECT_EQ(labels(AxisScale::Linear, 0, 1, 4), (QStringList{"0.00", "0.25", "0.50", "0.75", "1.00"}));
    EXPECT_EQ(labels(AxisScale::Linear, 0.76, 1.42, 7), (QStringList{"0.8", "0.9", "1.0", "1.1", "1.2", "1.3", "1.4"}));
    EXPECT_EQ(labels(AxisScale::Linear, -30, 30, 3), (QStringList{"−20", "0", "20"}));
    EXPECT_EQ(labels(AxisScale::Linear, 0.585, 0.645, 2), (QStringList{"0.60", "0.62", "0.64"}));  // not 0.60 alone
}

TEST(Ticks, CountsHaveNoTicksBetweenWholeNumbers) {
    const auto counts = [](double high, int wanted) {
        Axis axis;
        axis.whole = true;
        QStringList result;
        for (const Tick& tick : ticksOf(axis, 0, high, wanted)) result << tick.label;
        return result;
    };
    EXPECT_EQ(counts(2.4, 5), (QStringList{"0", "1", "2"}));
    EXPECT_EQ(counts(9, 4), (QStringList{"0", "5"}));  // not 2.5
    EXPECT_EQ(counts(0.9, 3), (QStringList{"0"}));
    EXPECT_EQ(counts(100, 4), (QStringList{"0", "25", "50", "75", "100"}));
}

TEST(Ticks, PowersOfTenThinOutOverManyDecades) {
    EXPECT_EQ(labels(AxisScale::Log, 0.05, 20000, 8), (QStringList{"0.1", "1", "10", "100", "1,000", "10⁴"}));
    EXPECT_EQ(labels(AxisScale::Log, 1e-6, 1e6, 4), (QStringList{"10⁻⁴", "1", "10⁴"}));
    EXPECT_EQ(labels(AxisScale::Log, 0.4, 12, 8), (QStringList{"0.5", "1", "2", "5", "10"}));
}

TEST(Ticks, RatiosAreFractionsAndMultiples) { EXPECT_EQ(labels(AxisScale::Ratio, 0.2, 5, 6), (QStringList{"¼", "½", "1", "2", "4"})); }
TEST(Ticks, OneIsNamedWhereThereIsRoomForASingleRatio) { EXPECT_EQ(labels(AxisScale::Ratio, 0.55, 1.8, 1), QStringList{"1"}); }
TEST(Ticks, SmallFractionsAreWrittenAlikeAlongAnAxis) {
    EXPECT_EQ(labels(AxisScale::Ratio, 0.01, 10, 6), (QStringList{"1/64", "1/16", "1/4", "1", "4"}));
}

TEST(Ticks, NothingOnAnEmptyOrImpossibleRange) {
    EXPECT_TRUE(labels(AxisScale::Linear, 1, 1, 5).isEmpty());
    EXPECT_TRUE(labels(AxisScale::Log, -1, 5, 5).isEmpty());
}

TEST(Ticks, NiceSteps) {
    EXPECT_DOUBLE_EQ(niceStep(0.13), 0.2);
    EXPECT_DOUBLE_EQ(niceStep(0.2), 0.2);
    EXPECT_DOUBLE_EQ(niceStep(2.2), 2.5);
    EXPECT_DOUBLE_EQ(niceStep(70), 100);
}

}  // namespace
}  // namespace qs
