// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/plot/reference_words.h"

#include <gtest/gtest.h>

namespace qs {
namespace {

TEST(ReferenceWords, StandAtBothSidesOfTheLine) {
    const WordPlaces places = placesBeside(100, 0, 300, 50, 60);
    EXPECT_EQ(places.left, 44);  // 100 − 6 − 50
    EXPECT_EQ(places.right, 106);
}

TEST(ReferenceWords, AWordAtTheEdgeMovesInsideAndTheOtherOneMovesAlong) {
    const WordPlaces first = placesBeside(20, 0, 300, 50, 60);
    EXPECT_EQ(first.left, 0);
    EXPECT_EQ(first.right, 62);
    const WordPlaces last = placesBeside(280, 0, 300, 50, 60);
    EXPECT_EQ(last.right, 240);
    EXPECT_EQ(last.left, 178);
}

TEST(ReferenceWords, TheSideWithMoreRoomKeepsItsWord) {
    const WordPlaces left = placesBeside(80, 0, 100, 50, 60), right = placesBeside(10, 0, 100, 50, 60);
    EXPECT_EQ(left.left, 24);
    EXPECT_FALSE(left.right);
    EXPECT_FALSE(right.left);
    EXPECT_EQ(right.right, 16);
    EXPECT_FALSE(placesBeside(10, 0, 40, 50, 60).right);
}

}  // namespace
}  // namespace qs
