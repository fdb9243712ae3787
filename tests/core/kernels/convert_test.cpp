// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/convert.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "core/kernels/forward_support.h"

namespace qs {
namespace {

using testing::alignedValues;

TEST(Convert, RoundsToNearestEven) {
    // 1 + 2^-8 lies between 1 and 1 + 2^-7: the tie goes to the even 1; 1 + 3·2^-8 goes up to 1 + 2^-6.
    const float values[] = {1, 1.00390625f, 1.01171875f, -1.0039064f, 3.4e38f, 0, 1e-30f};
    const float expected[] = {1, 1, 1.015625f, -1.0078125f, std::numeric_limits<float>::infinity(), 0, toFloat(toBFloat16(1e-30f))};
    for (const auto& [isa, narrow] : QS_ALL_ISAS(narrowToBFloat16)) {
        BFloat16 result[7];
        narrow(values, result, 7);
        for (int i = 0; i < 7; ++i) EXPECT_EQ(toFloat(result[i]), expected[i]) << isa << ' ' << i;
    }
}

TEST(Convert, EveryLengthAgreesWithTheScalarConversion) {
    for (const auto& [isa, narrow] : QS_ALL_ISAS(narrowToBFloat16))
        for (std::size_t n = 0; n < 40; ++n) {
            const auto values = alignedValues(n, static_cast<unsigned>(n));
            std::vector<BFloat16> result(n + 1, BFloat16{7});
            narrow(values.data(), result.data(), n);
            for (std::size_t i = 0; i < n; ++i) ASSERT_EQ(result[i], toBFloat16(values[i])) << isa;
            EXPECT_EQ(result[n].bits, 7) << isa << " writes beyond the end";
        }
}

TEST(Convert, WidensEveryBFloat16) {
    std::vector<BFloat16> all(65536);
    for (std::size_t i = 0; i < all.size(); ++i) all[i].bits = static_cast<std::uint16_t>(i);
    for (const auto& [isa, widen] : QS_ALL_ISAS(widenBFloat16)) {
        std::vector<float> result(all.size());
        widen(all.data(), result.data(), all.size());
        for (std::size_t i = 0; i < all.size(); ++i)
            ASSERT_EQ(std::bit_cast<std::uint32_t>(result[i]), static_cast<std::uint32_t>(i) << 16) << isa;
    }
}

TEST(Convert, NaNStaysNaN) {
    const std::vector<float> values(20, std::bit_cast<float>(0x7f800001u));  // its upper half alone would be infinity
    for (const auto& [isa, narrow] : QS_ALL_ISAS(narrowToBFloat16)) {
        std::vector<BFloat16> result(20);
        narrow(values.data(), result.data(), 20);
        for (const BFloat16 r : result) EXPECT_TRUE(std::isnan(toFloat(r))) << isa;
    }
}

}  // namespace
}  // namespace qs
