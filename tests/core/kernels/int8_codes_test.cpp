// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/int8_codes.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "kernels/grid.h"
#include "kernels/rounding.h"

namespace qs {
namespace {

TEST(Int8Codes, SmallNumbers) {
    const std::vector<float> x{0,     0.5f,   1.5f,  2.5f,      -0.5f, -1.5f, 6.9f, 7.5f, 100,  -100,
                               3.49f, -3.51f, 1e30f, -INFINITY, 1,     2,     3,    4,    -4.5f};
    const std::vector<int> expected{0, 0, 2, 2, 0, -2, 7, 7, 7, -7, 3, -4, 7, -7, 1, 2, 3, 4, -4};
    std::vector<std::int8_t> codes(x.size());
    int8Codes(x.data(), x.size(), 1, 7, codes.data());
    for (std::size_t i = 0; i < x.size(); ++i) EXPECT_EQ(codes[i], expected[i]) << x[i];
}

TEST(Int8Codes, AreThoseOfTheGrid) {
    std::mt19937 generator(3);
    std::normal_distribution<float> normal;
    for (const float most : {1.0f, 7.0f, 31.0f, 127.0f})
        for (const std::size_t n : {1u, 15u, 64u, 1000u}) {
            std::vector<float> x(n);
            for (float& value : x) value = normal(generator);
            const float step = largestMagnitude(x.data(), n) / most * 0.8f;
            std::vector<std::int8_t> codes(n);
            int8Codes(x.data(), n, step, most, codes.data());
            for (std::size_t i = 0; i < n; ++i) ASSERT_EQ(static_cast<float>(codes[i]), centredCode(x[i], step, -most, most)) << i;
        }
}

TEST(Int8Codes, SumsAreScaledAndShifted) {
    const std::size_t rows = 3, cols = 19;
    std::vector<std::int32_t> sums(rows * cols);
    std::vector<float> bias(cols), y(rows * cols), columnSteps(cols);
    const std::vector<float> rowSteps{1, 0.5f, 2};
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] = static_cast<std::int32_t>(i * i) - 700;
    for (std::size_t j = 0; j < cols; ++j) {
        bias[j] = static_cast<float>(j) / 4;
        columnSteps[j] = j % 2 ? 0.25f : 4;
    }
    const auto scaled = [&](std::size_t i) { return static_cast<float>(sums[i]) * rowSteps[i / cols] * columnSteps[i % cols]; };
    scaledSums(sums.data(), rows, cols, rowSteps.data(), columnSteps.data(), bias.data(), y.data());
    for (std::size_t i = 0; i < sums.size(); ++i) EXPECT_EQ(y[i], scaled(i) + bias[i % cols]) << i;
    scaledSums(sums.data(), rows, cols, rowSteps.data(), columnSteps.data(), nullptr, y.data());
    for (std::size_t i = 0; i < sums.size(); ++i) EXPECT_EQ(y[i], scaled(i)) << i;
}

}  // namespace
}  // namespace qs
