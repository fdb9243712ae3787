// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/number_types.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace qs {
namespace {

/// The value of half-precision bits, from the definition.
double halfValue(unsigned bits) {
    const int exponent = static_cast<int>(bits >> 10 & 31), mantissa = static_cast<int>(bits & 1023);
    const double magnitude = exponent == 0 ? std::ldexp(mantissa, -24) : std::ldexp(1024 + mantissa, exponent - 25);
    return bits & 0x8000 ? -magnitude : magnitude;
}

TEST(Float16, EveryValueSurvivesTheWayThroughFloat) {
    for (unsigned bits = 0; bits < 65536; ++bits) {
        const Float16 half{static_cast<std::uint16_t>(bits)};
        const float value = toFloat(half);
        if ((bits & 0x7c00) == 0x7c00) {
            EXPECT_EQ(std::isnan(value), (bits & 1023) != 0);
            EXPECT_EQ(std::isinf(value), (bits & 1023) == 0);
            EXPECT_EQ(std::isnan(toFloat(toFloat16(value))), std::isnan(value));
        } else {
            EXPECT_EQ(value, halfValue(bits)) << bits;
            EXPECT_EQ(toFloat16(value), half) << bits;
        }
    }
}

TEST(Float16, RoundsToTheNearestAndTiesToEven) {
    for (unsigned bits = 0; bits < 0x7bff; ++bits) {  // between every pair of neighbours
        const double low = halfValue(bits), high = halfValue(bits + 1), middle = (low + high) / 2;
        const auto even = static_cast<std::uint16_t>(bits % 2 == 0 ? bits : bits + 1);
        const auto at = static_cast<float>(middle);
        ASSERT_EQ(at, middle);
        EXPECT_EQ(toFloat16(at).bits, even) << bits;
        EXPECT_EQ(toFloat16(std::nextafter(at, 0.0f)).bits, bits);
        EXPECT_EQ(toFloat16(std::nextafter(at, 1e6f)).bits, bits + 1);
        EXPECT_EQ(toFloat16(-at).bits, even | 0x8000);
    }
    EXPECT_EQ(toFloat16(65519.99f).bits, 0x7bff);
    EXPECT_EQ(toFloat16(65520.0f).bits, 0x7c00);
    EXPECT_EQ(toFloat16(-1e30f).bits, 0xfc00);
    EXPECT_EQ(toFloat16(std::numeric_limits<float>::denorm_min()).bits, 0);
}

TEST(BFloat16, RoundsToTheNearestAndTiesToEven) {
    EXPECT_EQ(toBFloat16(1.0f).bits, 0x3f80);
    EXPECT_EQ(toBFloat16(1.0f + std::ldexp(1.0f, -8)).bits, 0x3f80);  // tie to even
    EXPECT_EQ(toBFloat16(1.0f + std::ldexp(3.0f, -8)).bits, 0x3f82);  // tie to even
    EXPECT_EQ(toBFloat16(std::nextafter(1.0f + std::ldexp(1.0f, -8), 2.0f)).bits, 0x3f81);
    EXPECT_EQ(toBFloat16(std::numeric_limits<float>::max()).bits, 0x7f80);
    EXPECT_EQ(toBFloat16(-std::numeric_limits<float>::infinity()).bits, 0xff80);
    EXPECT_TRUE(std::isnan(toFloat(toBFloat16(std::bit_cast<float>(0x7f800001u)))));
    for (unsigned bits = 0; bits < 0x7f80; ++bits) EXPECT_EQ(toBFloat16(toFloat(BFloat16{static_cast<std::uint16_t>(bits)})).bits, bits);
}

TEST(DType, SizesAndNames) {
    EXPECT_EQ(byteSize(DType::F64), 8u);
    EXPECT_EQ(byteSize(DType::BF16), 2u);
    EXPECT_EQ(byteSize(DType::Bool), 1u);
    EXPECT_STREQ(nameOf(DType::BF16), "BF16");
    EXPECT_STREQ(nameOf(DType::Bool), "BOOL");
}

}  // namespace
}  // namespace qs
