// SPDX-License-Identifier: GPL-3.0-or-later
// Storage types of numbers in model files, and their conversion to and from float32 (round to nearest, ties to even).
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#ifdef __CUDACC__
#define QS_HOST_DEVICE __host__ __device__
#else
#define QS_HOST_DEVICE
#endif

namespace qs {

/// bfloat16: the upper half of a float32.
struct BFloat16 {
    std::uint16_t bits = 0;
    bool operator==(const BFloat16&) const = default;
};

/// IEEE half precision.
struct Float16 {
    std::uint16_t bits = 0;
    bool operator==(const Float16&) const = default;
};

enum class DType { F64, F32, F16, BF16, I64, I32, I16, I8, U8, Bool };

/// Bytes of one element.
std::size_t byteSize(DType type);
/// "F32", "BF16", … as safetensors spells them.
const char* nameOf(DType type);

inline float toFloat(BFloat16 x) { return std::bit_cast<float>(static_cast<std::uint32_t>(x.bits) << 16); }
/// NaN stays NaN (quiet).
inline BFloat16 toBFloat16(float x) {
    const auto u = std::bit_cast<std::uint32_t>(x);
    if ((u & 0x7fffffffu) > 0x7f800000u) return {static_cast<std::uint16_t>((u >> 16) | 0x40u)};
    return {static_cast<std::uint16_t>((u + 0x7fffu + ((u >> 16) & 1u)) >> 16)};
}
float toFloat(Float16 x);
Float16 toFloat16(float x);

}  // namespace qs
