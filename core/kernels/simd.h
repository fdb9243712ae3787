// SPDX-License-Identifier: GPL-3.0-or-later
// Vectors of the instruction set that a *_cpu.cpp file is compiled for, in the compiler's vector notation: + − · / < and ?: act on all
// lanes.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/grid.h"

#if defined(QS_ISA_avx512) || defined(QS_ISA_avx512bf16)
#define QS_LANES 16
#elif defined(QS_ISA_avx2)
#define QS_LANES 8
#else
#define QS_LANES 4
#endif

namespace qs::QS_ISA {

inline constexpr std::size_t kLanes = QS_LANES;

typedef float FloatVector __attribute__((vector_size(QS_LANES * 4)));
typedef std::int32_t IntVector __attribute__((vector_size(QS_LANES * 4)));
typedef double DoubleVector __attribute__((vector_size(QS_LANES * 8)));
typedef std::uint8_t ByteVector __attribute__((vector_size(QS_LANES)));
typedef float FloatsAnywhere __attribute__((vector_size(QS_LANES * 4), aligned(4), may_alias));
typedef std::uint8_t BytesAnywhere __attribute__((vector_size(QS_LANES), aligned(1), may_alias));

QS_INLINE FloatVector load(const float* p) { return *reinterpret_cast<const FloatsAnywhere*>(p); }
QS_INLINE void store(float* p, FloatVector v) { *reinterpret_cast<FloatsAnywhere*>(p) = v; }
QS_INLINE FloatVector splat(float x) { return FloatVector{} + x; }
QS_INLINE void storeBytes(std::uint8_t* p, FloatVector v) {
    *reinterpret_cast<BytesAnywhere*>(p) = __builtin_convertvector(__builtin_convertvector(v, IntVector), ByteVector);
}
QS_INLINE double sumOf(FloatVector v) {
    double sum = 0;
    for (std::size_t i = 0; i < kLanes; ++i) sum += static_cast<double>(v[i]);
    return sum;
}

}  // namespace qs::QS_ISA

namespace qs {
template <>
struct ElementOf<QS_ISA::FloatVector> {
    using Type = float;
};
}  // namespace qs
