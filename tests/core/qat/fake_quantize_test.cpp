// SPDX-License-Identifier: GPL-3.0-or-later
#include "qat/fake_quantize.h"

#include <gtest/gtest.h>

namespace qs {
namespace {

const std::vector<double> kX{-3, 0.4, 1.5, 2.6};
const std::span<const double> kSpan(kX);

TEST(FakeQuantize, OwnRange) {
    EXPECT_EQ(largestOf(kSpan), 3);
    EXPECT_EQ(stepOf(3, 3), 1);                                                  // codes −3 … 3
    EXPECT_EQ(fakeQuantize(kSpan, 1.0, 3), (std::vector<double>{-3, 0, 2, 3}));  // 1.5 goes to the even code
    EXPECT_EQ(insideRange(kSpan, 1.0, 3), (std::vector<bool>{true, true, true, true}));
}

TEST(FakeQuantize, FrozenRangeClips) {
    EXPECT_EQ(fakeQuantize(kSpan, 0.5, 3), (std::vector<double>{-1.5, 0.5, 1.5, 1.5}));
    EXPECT_EQ(insideRange(kSpan, 0.5, 3), (std::vector<bool>{false, true, true, false}));
}

TEST(FakeQuantize, TheEdgeOfTheRangeIsInside) {
    for (const int bits : {2, 3, 4, 5, 6, 7, 8}) {
        const std::vector<float> x{0.1f, -0.1f};
        const float step = static_cast<float>(stepOf(static_cast<double>(0.1f), bits));
        EXPECT_EQ(insideRange(std::span<const float>(x), step, bits), (std::vector<bool>{true, true})) << bits;
    }
}

TEST(FakeQuantize, NoRangeGivesZero) {
    const std::vector<double> zeros(3);
    EXPECT_EQ(fakeQuantize(std::span<const double>(zeros), stepOf(0, 8), 8), zeros);
}

TEST(RoundingError, ByHand) {
    const std::vector<double> q{-3, 0, 2, 3};
    const RoundingError error = roundingError(kSpan, std::span<const double>(q));
    EXPECT_NEAR(error.meanAbsolute, (0.4 + 0.5 + 0.4) / 4, 1e-15);
    EXPECT_NEAR(error.sumSquares, 0.16 + 0.25 + 0.16, 1e-15);
}

}  // namespace
}  // namespace qs
