// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/grid.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "base/number_types.h"

namespace qs {
namespace {

template <class R>
class GridOf : public ::testing::Test {};
using Reals = ::testing::Types<float, double>;
TYPED_TEST_SUITE(GridOf, Reals);

TYPED_TEST(GridOf, SymmetricByHand) {
    using R = TypeParam;
    const Grid<R> grid = baseGrid<R>(GridKind::Symmetric, 4, -7.5, 3);  // A = 7.5, maxq = 15
    EXPECT_EQ(grid.scale, 1);
    EXPECT_EQ(grid.zero, 8);
    const std::pair<R, R> expected[] = {{0.5, 0}, {1.5, 2}, {2.5, 2}, {-0.5, 0}, {-7.5, -8}, {-9, -8}, {6.4, 6}, {7.5, 7}, {100, 7}};
    for (const auto& [x, code] : expected) EXPECT_EQ(centredCode(x, grid, 4), code) << x;
    EXPECT_EQ(dequantized(15, 8, R(0.5)), 3.5);
}

TYPED_TEST(GridOf, OtherSchemesByHand) {
    using R = TypeParam;
    const Grid<R> narrow = baseGrid<R>(GridKind::Narrow, 3, -3, 1);  // 3 / (4 − 1)
    EXPECT_EQ(narrow.scale, 1);
    EXPECT_EQ(narrow.zero, 4);
    const Grid<R> asymmetric = baseGrid<R>(GridKind::Asymmetric, 2, -1, 2);  // 3 / 3, zero at 1
    EXPECT_EQ(asymmetric.scale, 1);
    EXPECT_EQ(asymmetric.zero, 1);
    const Grid<R> positive = baseGrid<R>(GridKind::Asymmetric, 2, 1, 6);  // the range includes 0
    EXPECT_EQ(positive.scale, 2);
    EXPECT_EQ(positive.zero, 0);
    const Grid<R> negative = baseGrid<R>(GridKind::Asymmetric, 2, -6, -1);
    EXPECT_EQ(negative.scale, 2);
    EXPECT_EQ(negative.zero, 3);
    const Grid<R> onlyPositive = baseGrid<R>(GridKind::Symmetric, 4, 1, 7.5);  // stays symmetric
    EXPECT_EQ(onlyPositive.scale, 1);
    EXPECT_EQ(onlyPositive.zero, 8);
}

TYPED_TEST(GridOf, ZerosAndEvenRanges) {
    using R = TypeParam;
    EXPECT_EQ(baseGrid<R>(GridKind::Symmetric, 4, 0, 0).scale, R(2) / 15);
    EXPECT_EQ(baseGrid<R>(GridKind::Asymmetric, 4, 0, 0).scale, R(2) / 15);
    for (int bits = 2; bits <= 8; ++bits)
        EXPECT_EQ(roundHalfEven(baseGrid<R>(GridKind::Asymmetric, bits, R(-0.3), R(0.3)).zero), 1 << (bits - 1)) << bits;
    EXPECT_TRUE(scaleFits(static_cast<double>(storedScale(baseGrid<R>(GridKind::Symmetric, 8, 0, R(3e38)).scale, ScaleStorage::Full)),
                          ScaleStorage::Full));
}

TYPED_TEST(GridOf, SearchByHand) {
    using R = TypeParam;
    // 2 bits, narrow: s = 4 p. p = 1: the ones become 0, −4 is exact, error 3 · 1.5² = 6.75. p = 0.75: 1.5 / 3 is a tie, so 0 again, and −4
    // becomes −3: 7.75. p = 0.5: the ones become 2, −4 is exact: 0.75. p = 0.25: 1.5 becomes 1 (clamped), −4 becomes −2: 4.75.
    const R x[] = {1.5, 1.5, 1.5, -4};
    GridRule rule;
    rule.kind = GridKind::Narrow;
    rule.bits = 2;
    rule.shrinkGrid = 4;
    rule.shrinkSteps = 4;
    EXPECT_EQ(chooseGrid(x, 1, 4, rule).scale, 2);
    rule.shrinkSteps = 2;
    EXPECT_EQ(chooseGrid(x, 1, 4, rule).scale, 4);
    rule.shrinkSteps = 0;
    EXPECT_EQ(chooseGrid(x, 1, 4, rule).scale, 4);
}

TEST(StoredScale, AgreesWithTheNumberTypes) {
    std::mt19937 generator(5);
    std::uniform_real_distribution<float> exponent(-30, 15);
    for (int i = 0; i < 20000; ++i) {
        const float x = std::exp2(exponent(generator));
        const float half = toFloat(toFloat16(x)), brain = toFloat(toBFloat16(x));
        EXPECT_EQ(storedScale(x, ScaleStorage::Float16), half > 0 ? half : std::exp2(-24.0f)) << x;
        EXPECT_EQ(storedScale(x, ScaleStorage::BFloat16), brain) << x;
        EXPECT_EQ(storedScale(x, ScaleStorage::Full), x);
    }
    EXPECT_EQ(storedScale(1.0f + 0x1p-11f, ScaleStorage::Float16), 1.0f);  // halfway: to the even one
    EXPECT_FALSE(scaleFits(storedScale(70000.0f, ScaleStorage::Float16), ScaleStorage::Float16));
    EXPECT_TRUE(scaleFits(storedScale(65504.0f, ScaleStorage::Float16), ScaleStorage::Float16));
    EXPECT_GT(storedScale(0.0f, ScaleStorage::Full), 0);
}

}  // namespace
}  // namespace qs
