// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/number_text.h"

#include <gtest/gtest.h>

#include <cmath>

namespace qs {
namespace {

TEST(NumberText, ThreeSignificantDigits) {
    EXPECT_EQ(significant(0.086249), "0.0862");
    EXPECT_EQ(significant(12.34), "12.3");
    EXPECT_EQ(significant(21977), "21,977");
    EXPECT_EQ(significant(-1.5), "−1.50");
    EXPECT_EQ(significant(1.5e-7), "1.50 × 10⁻⁷");
    EXPECT_EQ(significant(std::nan("")), "–");
    EXPECT_EQ(percent(0.0123), "1.23 %");
}

TEST(NumberText, AShareNeverRoundsToNoneOrAll) {
    EXPECT_EQ(share(0.004), "< 1 %");
    EXPECT_EQ(share(0.998), "> 99 %");
    EXPECT_EQ(share(0), "0 %");
    EXPECT_EQ(share(1), "100 %");
    EXPECT_EQ(share(0.541), "54 %");
}

TEST(NumberText, TimesAndSizes) {
    EXPECT_EQ(duration(9.94), "9.9 s");
    EXPECT_EQ(duration(130), "2 min 10 s");
    EXPECT_EQ(duration(3900), "1 h 5 min");
    EXPECT_EQ(duration(-1), "–");
    EXPECT_EQ(bytes(44.4e6), "44.4 MB");
    EXPECT_EQ(bytes(2.44e9), "2.4 GB");
}

}  // namespace
}  // namespace qs
