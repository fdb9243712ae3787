// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/rotary.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/kernels/forward_support.h"

namespace qs {
namespace {

using testing::alignedValues;
using testing::roundingOf;
using testing::widened;

TEST(Rotary, TableOfPositions) {
    const std::vector<double> frequencies{1, 0.25};
    const CosSinTable table = makeCosSinTable(frequencies, 2, 5);
    EXPECT_EQ(table.cos(0, 0), 2);
    EXPECT_EQ(table.sin(0, 1), 0);
    EXPECT_FLOAT_EQ(table.cos(4, 1), static_cast<float>(2 * std::cos(1.0)));
    EXPECT_FLOAT_EQ(table.sin(3, 0), static_cast<float>(2 * std::sin(3.0)));
}

TEST(Rotary, QuarterTurnByHand) {
    // cos = 0, sin = 1: (a, b) -> (-b, a), the halves being (1, 2) and (3, 4).
    const float in[] = {1, 2, 3, 4}, cos[] = {0, 0}, sin[] = {1, 1};
    for (const auto& [isa, rotate] : QS_ALL_ISAS(rotateHeadF32)) {
        std::vector<float> out(4);
        rotate(HeadRotation<float>{in, 4, nullptr, nullptr, 0, cos, sin, 1, 4, out.data()});
        EXPECT_EQ(out, (std::vector<float>{-3, -4, 1, 2})) << isa;
    }
}

template <class T, class Forms>
void check(const Forms& forms, std::size_t dim, bool withBias, bool withNorm, bool withRotation) {
    constexpr std::size_t tokens = 4;
    const std::size_t stride = dim + 7, half = dim / 2;
    const auto in = alignedValues(tokens * stride, 1), bias = alignedValues(dim, 2), w = alignedValues(dim, 3);
    std::vector<double> frequencies;
    for (std::size_t i = 0; i < half; ++i) frequencies.push_back(std::pow(100.0, -static_cast<double>(i) / static_cast<double>(half)));
    const CosSinTable table = makeCosSinTable(frequencies, 1.5, tokens);
    for (const auto& [isa, rotate] : forms) {
        std::vector<T> out(tokens * dim);
        rotate(HeadRotation<T>{in.data(), stride, withBias ? bias.data() : nullptr, withNorm ? w.data() : nullptr, 1e-6f,
                               withRotation ? table.cos.data() : nullptr, table.sin.data(), tokens, dim, out.data()});
        for (std::size_t t = 0; t < tokens; ++t) {
            std::vector<double> z(dim), y(dim);
            double squares = 0;
            for (std::size_t j = 0; j < dim; ++j) {
                z[j] = in[t * stride + j] + (withBias ? static_cast<double>(bias[j]) : 0);
                squares += z[j] * z[j];
            }
            if (withNorm)
                for (std::size_t j = 0; j < dim; ++j) z[j] *= w[j] / std::sqrt(squares / static_cast<double>(dim) + 1e-6);
            y = z;
            for (std::size_t j = 0; withRotation && j < half; ++j) {
                const double angle = static_cast<double>(t) * frequencies[j], c = 1.5 * std::cos(angle), s = 1.5 * std::sin(angle);
                y[j] = z[j] * c - z[j + half] * s;
                y[j + half] = z[j + half] * c + z[j] * s;
            }
            for (std::size_t j = 0; j < dim; ++j)
                EXPECT_NEAR(widened(out[t * dim + j]), y[j], roundingOf<T>() * std::abs(y[j]) + 4e-6) << isa << " dim " << dim;
        }
    }
}

TEST(Rotary, AgreesWithTheFormula) {
    for (const std::size_t dim : {2, 8, 32, 48, 64, 128})
        for (const bool bias : {false, true})
            for (const bool norm : {false, true})
                for (const bool rotation : {false, true}) {
                    check<float>(QS_ALL_ISAS(rotateHeadF32), dim, bias, norm, rotation);
                    check<BFloat16>(QS_ALL_ISAS(rotateHeadBf16), dim, bias, norm, rotation);
                }
}

}  // namespace
}  // namespace qs
