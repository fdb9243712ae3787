// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/remaining_time.h"

#include <gtest/gtest.h>

namespace qs {
namespace {

TEST(RemainingTime, IsUnknownBeforeTheFirstStep) {
    RemainingTime time;
    EXPECT_LT(time.seconds(), 0);
    time.at(3, 0);
    time.at(40, 0);
    EXPECT_LT(time.seconds(), 0);
}

TEST(RemainingTime, OfSteadyWorkIsExact) {
    RemainingTime time;
    time.at(100, 0);  // the model was read until here
    for (int step = 1; step <= 30; ++step) {
        time.at(100 + 2 * step, step / 100.0);
        EXPECT_NEAR(time.seconds(), 2.0 * (100 - step), 1e-9);
    }
}

TEST(RemainingTime, OneSlowStepMovesLittle) {
    RemainingTime time;
    time.at(0, 0);
    for (int step = 1; step <= 50; ++step) time.at(10 * step, step / 100.0);
    time.at(510 + 90, 0.51);  // ten times as long
    EXPECT_GT(time.seconds(), 490);
    EXPECT_LT(time.seconds(), 750);
    for (int tiny = 1; tiny <= 20; ++tiny) time.at(600 + tiny, 0.51 + tiny * 1e-6);  // held up for 20 seconds, in many reports
    EXPECT_LT(time.seconds(), 800);
}

TEST(RemainingTime, FollowsAMachineThatGotSlower) {
    RemainingTime time;
    time.at(0, 0);
    for (int step = 1; step <= 50; ++step) time.at(step, step / 100.0);
    for (int step = 1; step <= 40; ++step) time.at(50 + 4 * step, (50 + step) / 100.0);
    EXPECT_GT(time.seconds(), 30);
    EXPECT_LT(time.seconds(), 40);  // 10 steps at 4 s
}

TEST(RemainingTime, ManyReportsOfOneInstantAreOneStep) {
    RemainingTime time;
    time.at(0, 0);
    time.at(0.1, 0.1);
    time.at(0.2, 0.2);
    EXPECT_LT(time.seconds(), 0);
    time.at(1, 0.25);
    EXPECT_NEAR(time.seconds(), 3, 1e-9);
}

TEST(RemainingTime, PausesDoNotCount) {
    RemainingTime time;
    time.at(0, 0);
    time.at(10, 0.1);
    time.skipTo(3600);
    time.at(3610, 0.2);
    EXPECT_NEAR(time.seconds(), 80, 1e-6);
}

}  // namespace
}  // namespace qs
