// SPDX-License-Identifier: GPL-3.0-or-later
// Vectors of float32 for the kernels of the forward pass: as many lanes as the instruction set of this compilation has, loads and
// stores of float32 and bfloat16 with ends of rows. Include from _cpu files only.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/number_types.h"

#if defined(__AVX2__)
#include <immintrin.h>
#endif

namespace qs::QS_ISA {
namespace {  // each object file has its own: the linker must not take one of another instruction set

#if defined(__AVX512F__)
constexpr std::size_t kWidth = 16;
#elif defined(__AVX2__)
constexpr std::size_t kWidth = 8;
#else
constexpr std::size_t kWidth = 4;
#endif

using Floats = float __attribute__((vector_size(4 * kWidth)));
using Ints = std::int32_t __attribute__((vector_size(4 * kWidth)));  // also the result of comparisons: -1 or 0
using Bits = std::uint32_t __attribute__((vector_size(4 * kWidth)));
using Halves = std::uint16_t __attribute__((vector_size(2 * kWidth)));

/// Every lane, or only the first `count`: how loops treat the end of a row.
struct All {};
struct First {
    std::size_t count;
};

/// body(i, All) for each full vector of [0, n), then body(i, First{rest}).
template <class Body>
inline void overLanes(std::size_t n, const Body& body) {
    std::size_t i = 0;
    for (; i + kWidth <= n; i += kWidth) body(i, All{});
    if (i < n) body(i, First{n - i});
}

inline Floats splat(float x) { return Floats{} + x; }

inline Floats load(const float* p, All) {
    Floats v;
    __builtin_memcpy(&v, p, sizeof v);
    return v;
}
inline Floats load(const BFloat16* p, All) {
    Halves h;
    __builtin_memcpy(&h, p, sizeof h);
    return reinterpret_cast<Floats>(__builtin_convertvector(h, Bits) << 16);
}
/// Lanes beyond the count are zero.
template <class T>
inline Floats load(const T* p, First first) {
    alignas(64) T part[kWidth] = {};
    for (std::size_t i = 0; i < first.count; ++i) part[i] = p[i];
    return load(part, All{});
}

/// Round to nearest, ties to even; NaN stays NaN. Subnormal numbers become zero with AVX512-BF16 instructions.
inline Halves narrowed(Floats v) {
#if defined(__AVX512BF16__)
    return reinterpret_cast<Halves>(_mm512_cvtneps_pbh(reinterpret_cast<__m512>(v)));
#else
    const Bits u = reinterpret_cast<Bits>(v);
    const Bits rounded = (u + 0x7fffu + ((u >> 16) & 1u)) >> 16, quiet = (u >> 16) | 0x40u;
    return __builtin_convertvector(v == v ? rounded : quiet, Halves);
#endif
}

inline void store(float* p, Floats v, All) { __builtin_memcpy(p, &v, sizeof v); }
inline void store(BFloat16* p, Floats v, All) {
    const Halves h = narrowed(v);
    __builtin_memcpy(static_cast<void*>(p), &h, sizeof h);
}
template <class T>
inline void store(T* p, Floats v, First first) {
    alignas(64) T part[kWidth];
    store(part, v, All{});
    for (std::size_t i = 0; i < first.count; ++i) p[i] = part[i];
}

inline Floats fma(Floats a, Floats b, Floats c) {
#if defined(__AVX512F__)
    return reinterpret_cast<Floats>(_mm512_fmadd_ps(reinterpret_cast<__m512>(a), reinterpret_cast<__m512>(b), reinterpret_cast<__m512>(c)));
#elif defined(__AVX2__)
    return reinterpret_cast<Floats>(_mm256_fmadd_ps(reinterpret_cast<__m256>(a), reinterpret_cast<__m256>(b), reinterpret_cast<__m256>(c)));
#else
    return a * b + c;
#endif
}
/// If one of the two is NaN: b.
inline Floats maximum(Floats a, Floats b) { return a > b ? a : b; }
inline Floats minimum(Floats a, Floats b) { return a < b ? a : b; }
inline Floats magnitude(Floats a) { return reinterpret_cast<Floats>(reinterpret_cast<Bits>(a) & 0x7fffffffu); }

inline float sumOf(Floats v) {
    alignas(64) float lanes[kWidth];
    store(lanes, v, All{});
    for (std::size_t half = kWidth / 2; half > 0; half /= 2)
        for (std::size_t i = 0; i < half; ++i) lanes[i] += lanes[i + half];
    return lanes[0];
}
inline float maximumOf(Floats v) {
    alignas(64) float lanes[kWidth];
    store(lanes, v, All{});
    for (std::size_t i = 1; i < kWidth; ++i) lanes[0] = lanes[i] > lanes[0] ? lanes[i] : lanes[0];
    return lanes[0];
}
/// 0, 1, 2 … in the lanes.
inline Ints laneIndex() {
    Ints v{};
    for (std::size_t i = 0; i < kWidth; ++i) v[i] = static_cast<std::int32_t>(i);
    return v;
}

}  // namespace
}  // namespace qs::QS_ISA
