// SPDX-License-Identifier: GPL-3.0-or-later
// One test body for bfloat16, float32 and float64: conversions from and to double.
#pragma once

#include <type_traits>

#include "base/number_types.h"

namespace qs::testing {

template <class T>
constexpr DType typeOf() {
    if constexpr (std::is_same_v<T, BFloat16>) return DType::BF16;
    else return std::is_same_v<T, float> ? DType::F32 : DType::F64;
}

template <class T>
T valueOf(double x) {
    if constexpr (std::is_same_v<T, BFloat16>) return toBFloat16(static_cast<float>(x));
    else return static_cast<T>(x);
}

inline double numberOf(BFloat16 x) { return static_cast<double>(toFloat(x)); }
inline double numberOf(float x) { return static_cast<double>(x); }
inline double numberOf(double x) { return x; }

}  // namespace qs::testing
