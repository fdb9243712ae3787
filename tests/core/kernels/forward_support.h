// SPDX-License-Identifier: GPL-3.0-or-later
// For the tests of the forward kernels: each function of every instruction set that this machine has, and random values.
#pragma once

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "base/array.h"
#include "base/number_types.h"
#include "kernels/isa.h"
#include "support/single_threaded.h"

namespace qs::testing {

template <class Function>
using ByIsa = std::vector<std::pair<std::string, Function*>>;

/// The compiled forms of a kernel that can run here, in the order generic, avx2, avx512, avx512bf16.
template <class Function>
ByIsa<Function> runnable(std::initializer_list<Function*> forms) {
    ByIsa<Function> result;
    int isa = 0;
    for (Function* form : forms) {
        if (isa <= static_cast<int>(bestIsa())) result.emplace_back(nameOf(static_cast<Isa>(isa)), form);
        ++isa;
    }
    return result;
}

template <class T>
T rounded(float x) {
    if constexpr (std::is_same_v<T, BFloat16>) return toBFloat16(x);
    else return x;
}
inline float widened(float x) { return x; }
inline float widened(BFloat16 x) { return toFloat(x); }

/// Normally distributed values.
template <class T = float>
AlignedVector<T> alignedValues(std::size_t n, unsigned seed, float deviation = 1) {
    std::mt19937 generator(seed);
    std::normal_distribution<float> normal(0, deviation);
    AlignedVector<T> values(n);
    for (T& v : values) v = rounded<T>(normal(generator));
    return values;
}

/// Half a unit in the last place, relative, with room for float32 arithmetic.
template <class T>
constexpr double roundingOf() {
    return std::is_same_v<T, BFloat16> ? 1.0 / 256 * 1.01 : 2e-6;
}

}  // namespace qs::testing

#if defined(__x86_64__)
#define QS_ALL_ISAS(name) \
    ::qs::testing::runnable({&::qs::isa_generic::name, &::qs::isa_avx2::name, &::qs::isa_avx512::name, &::qs::isa_avx512bf16::name})
#else
#define QS_ALL_ISAS(name) ::qs::testing::runnable({&::qs::isa_generic::name})
#endif
