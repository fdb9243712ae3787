// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/rounding.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/kernels/forward_support.h"
#include "kernels/grid.h"

namespace qs {
namespace {

using testing::alignedValues;

constexpr std::size_t kSizes[] = {0, 1, 15, 16, 17, 1023, 5000};

TEST(LargestMagnitude, FindsItAnywhere) {
    for (const auto& [isa, largest] : QS_ALL_ISAS(largestMagnitudeF32))
        for (const std::size_t n : kSizes) {
            AlignedVector<float> x = alignedValues(n, 1);
            float expected = 0;
            for (const float v : x) expected = std::max(expected, std::abs(v));
            EXPECT_EQ(largest(x.data(), n), expected) << isa << ' ' << n;
            for (std::size_t i = 0; i < n; i += 7) {
                x[i] = i % 2 ? 99.0f : -99.0f;
                EXPECT_EQ(largest(x.data(), n), 99) << isa << ' ' << n << ' ' << i;
                x[i] = 0;
            }
        }
}

TEST(LargestMagnitude, PassesOnWhatIsNoNumber) {
    for (const auto& [isa, largest] : QS_ALL_ISAS(largestMagnitudeF32))
        for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()})
            for (const std::size_t at : {0u, 40u}) {
                AlignedVector<float> x = alignedValues(41, 1);
                x[at] = bad;
                EXPECT_TRUE(std::isnan(largest(x.data(), x.size()))) << isa << ' ' << at;
            }
}

TEST(RoundToGrid, ValuesAndSums) {
    for (const auto& [isa, round] : QS_ALL_ISAS(roundToGridF32))
        for (const std::size_t n : kSizes)
            for (const bool probes : {false, true}) {
                const AlignedVector<float> x = alignedValues(n, 2);
                std::vector<float> q(n + 1, 5);
                GridRounding rounding{x.data(), n, 0.2f, 7, q.data()};
                if (probes) {
                    rounding.probeStep = 0.8f;
                    rounding.probeMost = 1;
                }
                round(rounding);
                double squares = 0, absolute = 0;
                for (std::size_t i = 0; i < n; ++i) {
                    ASSERT_EQ(q[i], centredCode(x[i], 0.2f, -7.0f, 7.0f) * 0.2f) << isa << ' ' << i;
                    squares += std::pow(double(x[i]) - double(q[i]), 2);
                    absolute += std::abs(double(x[i]) - double(centredCode(x[i], 0.8f, -1.0f, 1.0f) * 0.8f));
                }
                EXPECT_EQ(q[n], 5);
                EXPECT_NEAR(rounding.sumSquares, squares, 1e-5 * squares) << isa << ' ' << n;
                EXPECT_NEAR(rounding.probeAbsolute, probes ? absolute : 0, 1e-5 * absolute) << isa << ' ' << n;
            }
}

TEST(RoundRowsToGrid, EveryRowHasARangeOfItsOwn) {
    for (const auto& [isa, round] : QS_ALL_ISAS(roundRowsToGridF32)) {
        // 3 bits (codes −3 … 3): steps 1, 2, any; probed with codes −1 … 1: steps 3, 6, any
        const std::vector<float> x{-3, 0.4f, 1.6f, 6, -2.5f, 1, 0, 0, 0};
        std::vector<float> q(9);
        RowRounding rounding{x.data(), 3, 3, 3, q.data(), 1};
        round(rounding);
        EXPECT_EQ(q, (std::vector<float>{-3, 0, 2, 6, -2, 0, 0, 0, 0})) << isa;
        EXPECT_EQ(rounding.largest, 6);
        EXPECT_NEAR(rounding.sumSquares, 0.16 + 0.16 + 0.25 + 1, 1e-6);
        EXPECT_NEAR(rounding.probeAbsolute, 0.4 + 1.4 + 2.5 + 1, 1e-6);
    }
}

TEST(RoundRowsToGrid, ARowThatIsNoNumberStaysOne) {
    const std::vector<float> x{1, std::numeric_limits<float>::infinity(), 2, 1};
    std::vector<float> q(4);
    RowRounding rounding{x.data(), 2, 2, 1, q.data()};
    roundRowsToGrid(rounding);
    EXPECT_TRUE(std::isnan(q[0]) && std::isnan(rounding.largest) && std::isnan(rounding.sumSquares));
    EXPECT_EQ(q[2], 2);
}

TEST(RoundToGrid, NoStepMakesNothing) {
    const std::vector<float> x{1, 2};
    std::vector<float> q(2);
    GridRounding rounding{x.data(), 2, std::numeric_limits<float>::quiet_NaN(), 7, q.data()};
    roundToGrid(rounding);
    EXPECT_TRUE(std::isnan(q[0]) && std::isnan(q[1]) && std::isnan(rounding.sumSquares));
}

TEST(AddDifference, InPlaceToo) {
    for (const auto& [isa, add] : QS_ALL_ISAS(addDifferenceF32))
        for (const std::size_t n : kSizes) {
            const AlignedVector<float> g = alignedValues(n, 1), x = alignedValues(n, 2), q = alignedValues(n, 3);
            AlignedVector<float> out = g;
            add(out.data(), x.data(), q.data(), 0.5f, n, out.data());
            for (std::size_t i = 0; i < n; ++i) ASSERT_NEAR(out[i], g[i] + 0.5f * (x[i] - q[i]), 1e-6) << isa << ' ' << i;
        }
}

TEST(StepGradient, InsideAndOutside) {
    for (const auto& [isa, gradient] : QS_ALL_ISAS(stepGradientF32))
        for (const std::size_t n : kSizes) {
            const AlignedVector<float> g = alignedValues(n, 5), x = alignedValues(n, 6);
            double expected = 0, size = 0;
            for (std::size_t i = 0; i < n; ++i) {
                const double v = double(x[i] / 0.3f), clipped = std::clamp(v, -3.0, 3.0);
                const double derivative = v == clipped ? std::nearbyint(v) - v : clipped;
                expected += double(g[i]) * derivative;
                size += std::abs(double(g[i]) * derivative);
            }
            EXPECT_NEAR(gradient(g.data(), x.data(), 0.3f, 3, n), expected, 1e-5 * size) << isa << ' ' << n;
        }
}

TEST(MomentSums, OfLongArrays) {
    for (const auto& [isa, sums] : QS_ALL_ISAS(momentSumsF32))
        for (const std::size_t n : kSizes) {
            const AlignedVector<float> x = alignedValues(n, 4);
            double sum = -1, squares = -1, expectedSum = 0, expectedSquares = 0;
            sums(x.data(), n, &sum, &squares);
            for (const float v : x) {
                expectedSum += double(v);
                expectedSquares += double(v) * double(v);
            }
            EXPECT_NEAR(sum, expectedSum, 1e-5 * std::sqrt(double(n)) + 1e-6) << isa << ' ' << n;
            EXPECT_NEAR(squares, expectedSquares, 1e-6 * expectedSquares) << isa << ' ' << n;
        }
}

}  // namespace
}  // namespace qs
