// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/elementwise.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "core/kernels/forward_support.h"

namespace qs {
namespace {

using testing::alignedValues;
using testing::roundingOf;
using testing::widened;

double plain(GateFunction function, double g) {
    switch (function) {
        case GateFunction::Silu: return g / (1 + std::exp(-g));
        case GateFunction::GeluTanh: return 0.5 * g * (1 + std::tanh(std::sqrt(2 / std::numbers::pi) * (g + 0.044715 * g * g * g)));
        case GateFunction::GeluErf: return 0.5 * g * (1 + std::erf(g / std::numbers::sqrt2));
    }
    return 0;
}

constexpr std::array kFunctions{GateFunction::Silu, GateFunction::GeluTanh, GateFunction::GeluErf};

TEST(GatedProduct, FunctionsOverTheirWholeRange) {
    std::vector<float> gate, up;
    for (float g = -120; g <= 120; g += 0.03f) gate.push_back(g);
    up.assign(gate.size(), 1);
    for (const auto& [isa, product] : QS_ALL_ISAS(gatedProductF32))
        for (const GateFunction function : kFunctions) {
            std::vector<float> m(gate.size());
            product(GatedProduct<float>{function, gate.data(), up.data(), nullptr, nullptr, 1, gate.size(), m.data(), gate.size()});
            for (std::size_t i = 0; i < gate.size(); ++i) {
                const double expected = plain(function, gate[i]);
                // erf is good to 1.5e-7 absolute
                ASSERT_NEAR(m[i], expected, 3e-7 * std::abs(expected) + 2e-7 * std::min(4.0, std::abs(double(gate[i]))) + 1e-35)
                    << isa << ' ' << gate[i];
            }
        }
}

template <class T, class Forms>
void checkProduct(const Forms& forms) {
    constexpr std::size_t rows = 3, cols = 43, stride = 50;
    const auto gate = alignedValues(rows * cols, 1, 3), up = alignedValues(rows * cols, 2), gateBias = alignedValues(cols, 3),
               upBias = alignedValues(cols, 4);
    for (const auto& [isa, product] : forms)
        for (const GateFunction function : kFunctions)
            for (const bool bias : {false, true}) {
                std::vector<T> m(rows * stride, testing::rounded<T>(9));
                product(GatedProduct<T>{function, gate.data(), up.data(), bias ? gateBias.data() : nullptr, bias ? upBias.data() : nullptr,
                                        rows, cols, m.data(), stride});
                for (std::size_t i = 0; i < rows; ++i)
                    for (std::size_t j = 0; j < stride; ++j) {
                        const double g = gate[i * cols + j] + (bias ? double(gateBias[j % cols]) : 0),
                                     u = up[i * cols + j] + (bias ? double(upBias[j % cols]) : 0);
                        const double expected = j < cols ? plain(function, g) * u : 9;
                        EXPECT_NEAR(widened(m[i * stride + j]), expected, roundingOf<T>() * std::abs(expected) + 2e-6) << isa;
                        if (i + 1 == rows && j + 1 == cols) break;
                    }
            }
}

TEST(GatedProduct, BiasesStridesAndTypes) {
    checkProduct<float>(QS_ALL_ISAS(gatedProductF32));
    checkProduct<BFloat16>(QS_ALL_ISAS(gatedProductBf16));
}

TEST(GatedProduct, NaNIsNotHidden) {
    const std::vector<float> nan(20, std::numeric_limits<float>::quiet_NaN()), one(20, 1);
    for (const auto& [isa, product] : QS_ALL_ISAS(gatedProductF32))
        for (const GateFunction function : kFunctions) {
            std::vector<float> m(20);
            product(GatedProduct<float>{function, nan.data(), one.data(), nullptr, nullptr, 1, 20, m.data(), 20});
            for (const float v : m) EXPECT_TRUE(std::isnan(v)) << isa;
        }
}

TEST(Softcap, TanhOverItsWholeRange) {
    for (const auto& [isa, cap] : QS_ALL_ISAS(softcapF32)) {
        std::vector<float> x, original;
        for (float v = -300; v < 300; v += 0.07f) x.push_back(v);
        x.push_back(1e30f);
        x.push_back(1e-6f);
        original = x;
        cap(x.data(), x.size(), 30);
        for (std::size_t i = 0; i < x.size(); ++i) {
            const double expected = 30 * std::tanh(original[i] / 30.0);
            ASSERT_NEAR(x[i], expected, 4e-7 * std::abs(expected)) << isa << ' ' << original[i];
        }
    }
}

TEST(AddExponentials, InSlicesOfAnyLength) {
    const auto x = alignedValues(1000, 1, 5);
    double expected = 0;
    for (const float v : x) expected += std::exp(static_cast<double>(v));
    for (const auto& [isa, add] : QS_ALL_ISAS(addExponentialsF32))
        for (const std::size_t slice : {1, 7, 16, 100, 1000}) {
            float maximum = -std::numeric_limits<float>::infinity();
            double sum = 0;
            for (std::size_t i = 0; i < x.size(); i += slice) add(x.data() + i, std::min(slice, x.size() - i), &maximum, &sum);
            EXPECT_EQ(maximum, *std::max_element(x.begin(), x.end())) << isa;
            EXPECT_NEAR(maximum + std::log(sum), std::log(expected), 1e-6) << isa << ' ' << slice;
        }
}

TEST(AddExponentials, LargeLogitsDoNotOverflow) {
    const std::vector<float> x{1000, 1000, -1000, 999};
    for (const auto& [isa, add] : QS_ALL_ISAS(addExponentialsF32)) {
        float maximum = -std::numeric_limits<float>::infinity();
        double sum = 0;
        add(x.data(), x.size(), &maximum, &sum);
        EXPECT_EQ(maximum, 1000) << isa;
        EXPECT_NEAR(sum, 2 + std::exp(-1.0), 1e-6) << isa;
    }
}

}  // namespace
}  // namespace qs
