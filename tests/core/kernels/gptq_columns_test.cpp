// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/gptq_columns.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "kernels/tile_layout.h"
#include "support/isa.h"

namespace qs {
namespace {

using testing::hasIsa;
using testing::Kernel;

TEST(QuantizeColumn, ByHand) {
    // scale 0.5, zero 2, 2 bits: centred codes −2 … 1. v = 0.9 is 1.8 steps: clamped to 1, ŵ = 0.5.
    const auto q = quantizeColumn(0.9f, 0.7f, 0.5f, 2.0f, 3.0f, 10.0f);
    EXPECT_EQ(q.code, 3);
    EXPECT_FLOAT_EQ(q.difference, 0.2f);
    EXPECT_FLOAT_EQ(q.error, 4.0f);
}

/// The loop of the header comment, in double.
void solvePlainly(const ColumnBlock& b, std::vector<double>& D, std::vector<int>& codes, ColumnSums& sums) {
    D.resize(b.count * b.lanes);
    codes.resize(D.size());
    for (std::size_t r = 0; r < b.lanes; ++r)
        for (std::size_t j = 0; j < b.count; ++j) {
            const std::size_t at = j * b.lanes + r, g = static_cast<std::size_t>(b.groups[j]) * b.lanes + r;
            const double w = static_cast<double>(b.weights[at]), scale = static_cast<double>(b.scales[g]),
                         zero = static_cast<double>(b.zeros[g]);
            double v = w + static_cast<double>(b.compensation[at]);
            for (std::size_t i = 0; i < j; ++i) v += D[i * b.lanes + r] * static_cast<double>(b.unitLower[j * b.unitLowerStride + i]);
            const auto q = quantizeColumn(v, w, scale, zero, static_cast<double>((1 << b.bits) - 1), static_cast<double>(b.diagonal[j]));
            D[at] = q.difference;
            codes[at] = static_cast<int>(q.code);
            sums.squaredErrors += q.error * q.error;
            sums.squaredDifferences += q.difference * q.difference;
        }
}

TEST(SolveColumns, EveryInstructionSetFollowsTheFormula) {
    const Kernel<decltype(&solveColumns)> kernels[] = {QS_TEST_ISAS(solveColumns)};
    constexpr std::size_t lanes = 64;
    for (const std::size_t count : {1u, 3u, 8u, 13u, 128u, 200u}) {
        std::mt19937 generator(static_cast<unsigned>(count));
        std::normal_distribution<float> normal;
        std::vector<float> w(count * lanes), v(count * lanes), L(count * (count + 2)), diagonal(count), scales(2 * lanes), zeros(2 * lanes);
        for (float& x : w) x = normal(generator);
        for (float& x : v) x = normal(generator) / 10;
        for (float& x : L) x = normal(generator) / 10;
        for (float& x : diagonal) x = 1 + std::abs(normal(generator));
        for (float& x : scales) x = 0.1f + std::abs(normal(generator)) / 10;
        for (float& x : zeros) x = std::round(7 + normal(generator));
        std::vector<std::int32_t> groups(count);
        for (std::size_t j = 0; j < count; ++j) groups[j] = j % 3 == 0;
        for (const auto& [isa, kernel] : kernels) {
            if (!hasIsa(isa)) continue;
            SCOPED_TRACE(std::string(nameOf(isa)) + ", columns " + std::to_string(count));
            std::vector<float> weights = w;
            std::vector<std::uint8_t> codes(count * lanes);
            const ColumnBlock block{count,           lanes,         weights.data(), v.data(),      L.data(), count + 2,
                                    diagonal.data(), scales.data(), zeros.data(),   groups.data(), 4,        codes.data()};
            std::vector<double> expectedD;
            std::vector<int> expectedCodes;
            ColumnSums expected;
            solvePlainly(block, expectedD, expectedCodes, expected);
            const ColumnSums sums = kernel(block);
            std::size_t equal = 0;
            for (std::size_t i = 0; i < codes.size(); ++i) {
                equal += codes[i] == expectedCodes[i];
                if (codes[i] == expectedCodes[i] && count <= 13) {
                    EXPECT_NEAR(static_cast<double>(weights[i]), expectedD[i], 1e-4);
                }
            }
            EXPECT_GE(static_cast<double>(equal), 0.995 * static_cast<double>(codes.size()));  // rounding on a boundary may go either way
            EXPECT_NEAR(sums.squaredErrors / expected.squaredErrors, 1, 3e-3);
            EXPECT_NEAR(sums.squaredDifferences / expected.squaredDifferences, 1, 3e-3);
        }
    }
}

TEST(TileLayout, EveryInstructionSetTransposes) {
    const Kernel<decltype(&rowsToLanes)> toLanes[] = {QS_TEST_ISAS(rowsToLanes)};
    const Kernel<decltype(&lanesToRows)> toRows[] = {QS_TEST_ISAS(lanesToRows)};
    for (std::size_t k = 0; k < std::size(toLanes); ++k) {
        if (!hasIsa(toLanes[k].isa)) continue;
        for (const auto& [rows, cols] : std::vector<std::pair<std::size_t, std::size_t>>{{1, 1}, {5, 16}, {32, 33}, {47, 100}}) {
            const std::size_t lanes = (rows + kLaneMultiple - 1) / kLaneMultiple * kLaneMultiple, stride = cols + 5;
            std::vector<std::int32_t> position(cols);
            for (std::size_t c = 0; c < cols; ++c) position[c] = static_cast<std::int32_t>(cols - 1 - c);
            std::vector<float> W(rows * stride);
            for (std::size_t i = 0; i < W.size(); ++i) W[i] = static_cast<float>(i);
            for (const std::int32_t* order :
                 {static_cast<const std::int32_t*>(nullptr), static_cast<const std::int32_t*>(position.data())}) {
                const TileLayout layout{rows, cols, stride, lanes, order};
                std::vector<float> tile(cols * lanes, -1);
                std::vector<std::uint8_t> bytes(cols * lanes), codes(rows * stride);
                EXPECT_TRUE(toLanes[k].function(layout, W.data(), tile.data()));
                for (std::size_t c = 0; c < cols; ++c)
                    for (std::size_t r = 0; r < lanes; ++r) {
                        const std::size_t at = (order ? cols - 1 - c : c) * lanes + r;
                        EXPECT_EQ(tile[at], r < rows ? W[r * stride + c] : 0);
                        bytes[at] = static_cast<std::uint8_t>(r * 31 + c * 7);
                    }
                toRows[k].function(layout, bytes.data(), codes.data());
                for (std::size_t r = 0; r < rows; ++r)
                    for (std::size_t c = 0; c < cols; ++c) EXPECT_EQ(codes[r * stride + c], static_cast<std::uint8_t>(r * 31 + c * 7));
                for (const float bad : {NAN, INFINITY}) {
                    std::vector<float> broken = W;
                    broken[(rows - 1) * stride + cols - 1] = bad;
                    EXPECT_FALSE(toLanes[k].function(layout, broken.data(), tile.data()));
                }
            }
        }
    }
}

}  // namespace
}  // namespace qs
