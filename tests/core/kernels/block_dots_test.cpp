// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/block_dots.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "support/isa.h"
#include "support/random_matrix.h"

namespace qs {
namespace {

using testing::randomValues;

constexpr std::size_t kLanes = 2 * kBlockDotLanes;

TEST(BlockDots, PackedByHand) {
    const std::vector<float> M{1,  2,  3,  4,  5,  6,  7,  8,  9,  0,  // the tenth column is not part of it
                               -1, -2, -3, -4, -5, -6, -7, -8, -9, 0};
    std::vector<float> packed(packedBlockSize(2, 9), 99.0f);
    packBlock({M.data(), 2, 9, 10}, packed.data());
    EXPECT_EQ(packed, (std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8, -1, -2, -3, -4, -5, -6, -7, -8,  //
                                          9, 0, 0, 0, 0, 0, 0, 0, -9, 0,  0,  0,  0,  0,  0,  0}));
}

TEST(BlockDots, EveryInstructionSetSumsTheProducts) {
    using testing::Kernel;
    const Kernel<decltype(&addBlockDots)> kernels[] = {QS_TEST_ISAS(addBlockDots)};
    for (const std::size_t depth : {1u, 5u, 64u})
        for (const std::size_t columns : {1u, 8u, 13u, 64u}) {
            const std::size_t padded = columns + kBlockDotColumns;
            const std::vector<float> M = randomValues(depth * columns, 1), x = randomValues(depth * kLanes, 2),
                                     a = randomValues(padded * kLanes, 3), b = randomValues(padded * kLanes, 4);
            std::vector<float> packed(packedBlockSize(depth, columns));
            packBlock({M.data(), depth, columns, columns}, packed.data());
            for (const auto& [isa, kernel] : kernels) {
                if (!testing::hasIsa(isa)) continue;
                SCOPED_TRACE(nameOf(isa));
                std::vector<double> sumA(kLanes, 1.0), sumB(kLanes, 2.0), alone(kLanes, 1.0);
                kernel({packed.data(), depth, columns, kLanes, x.data(), a.data(), sumA.data(), b.data(), sumB.data()});
                kernel({packed.data(), depth, columns, kLanes, x.data(), a.data(), alone.data(), nullptr, nullptr});
                EXPECT_EQ(sumA, alone);
                for (std::size_t r = 0; r < kLanes; ++r) {
                    double withA = 1, withB = 2, size = 1;
                    for (std::size_t j = 0; j < columns; ++j) {
                        double z = 0;
                        for (std::size_t k = 0; k < depth; ++k)
                            z += static_cast<double>(x[k * kLanes + r]) * static_cast<double>(M[k * columns + j]);
                        withA += z * static_cast<double>(a[j * kLanes + r]);
                        withB += z * static_cast<double>(b[j * kLanes + r]);
                        size += std::abs(z);
                    }
                    EXPECT_NEAR(sumA[r], withA, 2e-6 * size) << depth << " x " << columns << ", row " << r;
                    EXPECT_NEAR(sumB[r], withB, 2e-6 * size) << depth << " x " << columns << ", row " << r;
                }
            }
        }
}

}  // namespace
}  // namespace qs
