// SPDX-License-Identifier: GPL-3.0-or-later
// The curves of the welcome page.
#include "app/demo_picture.h"

#include <gtest/gtest.h>

#include "app/welcome_page.h"

namespace qs {
namespace {

TEST(DemoPicture, ReadsTheColumnsOfTheLengths) {
    const DemoCurves curves = readDemoCurves(
        "rank,channel,E[x²] at 8 tokens,E[x²] at 16 tokens,mix,relative standard error\n"
        "1,7,4,3,3.5,0.1\n2,1,2,1,1.5,0.1\n");
    EXPECT_EQ(curves.values, (std::vector<std::vector<double>>{{4, 2}, {3, 1}}));
    EXPECT_EQ(curves.ranks, (std::vector<int>{1, 2}));
    EXPECT_EQ(curves.medians, curves.values);
    EXPECT_TRUE(readDemoCurves("no table").values.empty());
    EXPECT_TRUE(readDemoCurves("rank,channel,E[x²] at 8 tokens,mix\n1,7\n").values.empty());
}

TEST(DemoPicture, TheBundledCurvesAreThoseOfFourLengths) {
    WelcomePage page;
    const auto* picture = page.findChild<DemoPicture*>();
    ASSERT_TRUE(picture);
    ASSERT_EQ(picture->curves().values.size(), 4U);
    EXPECT_EQ(picture->curves().values.front().size(), 256U);
    for (const auto& values : picture->curves().values)
        for (const double value : values) EXPECT_GT(value, 0);
    EXPECT_FALSE(picture->accessibleName().isEmpty());
}

}  // namespace
}  // namespace qs
