// SPDX-License-Identifier: GPL-3.0-or-later
// Block types of ggml: value of element j from its block. q unsigned codes, d (and m, dmin) half-precision numbers of the block.
//   Q4_0, Q5_0   d (q - 8), d (q - 16)             blocks of 32
//   Q4_1, Q5_1   d q + m
//   Q8_0         d q, q signed
//   Q2_K, Q4_K, Q5_K   d s_k q - dmin m_k            blocks of 256 with 16 or 8 sub-blocks k
//   Q3_K, Q6_K   d s_k (q - 4), d s_k (q - 32)     s_k signed, 16 sub-blocks of 16
// Layouts: github.com/ggml-org/llama.cpp, ggml/src/ggml-common.h (block structures).
#include <cstring>
#include <utility>

#include "model/tensor_format.h"

namespace qs {
namespace {

float half(const std::uint8_t* at) {
    Float16 value;
    std::memcpy(&value.bits, at, sizeof value.bits);
    return toFloat(value);
}

std::uint32_t word(const std::uint8_t* at) {
    std::uint32_t value;
    std::memcpy(&value, at, sizeof value);
    return value;
}

/// Runs decodeBlock on every block; `Bytes` and `Elements` are those of one block.
template <std::size_t Bytes, std::size_t Elements, void (*DecodeBlock)(const std::uint8_t*, float*)>
void decodeBlocks(const std::byte* from, std::size_t blocks, float* to) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(from);
    for (std::size_t b = 0; b < blocks; ++b) DecodeBlock(bytes + b * Bytes, to + b * Elements);
}

/// 16 bytes: byte j holds element j in its low and element j + 16 in its high nibble.
void q4_0(const std::uint8_t* block, float* to) {
    const float d = half(block);
    for (int j = 0; j < 16; ++j) {
        to[j] = d * static_cast<float>((block[2 + j] & 15) - 8);
        to[j + 16] = d * static_cast<float>((block[2 + j] >> 4) - 8);
    }
}

void q4_1(const std::uint8_t* block, float* to) {
    const float d = half(block), m = half(block + 2);
    for (int j = 0; j < 16; ++j) {
        to[j] = d * static_cast<float>(block[4 + j] & 15) + m;
        to[j + 16] = d * static_cast<float>(block[4 + j] >> 4) + m;
    }
}

/// Fifth bits in a word of 32 in front of the nibbles.
void q5_0(const std::uint8_t* block, float* to) {
    const float d = half(block);
    const std::uint32_t high = word(block + 2);
    for (int j = 0; j < 16; ++j) {
        const int low0 = block[6 + j] & 15, low1 = block[6 + j] >> 4;
        to[j] = d * static_cast<float>((low0 | static_cast<int>((high >> j) & 1u) << 4) - 16);
        to[j + 16] = d * static_cast<float>((low1 | static_cast<int>((high >> (j + 16)) & 1u) << 4) - 16);
    }
}

void q5_1(const std::uint8_t* block, float* to) {
    const float d = half(block), m = half(block + 2);
    const std::uint32_t high = word(block + 4);
    for (int j = 0; j < 16; ++j) {
        const int low0 = block[8 + j] & 15, low1 = block[8 + j] >> 4;
        to[j] = d * static_cast<float>(low0 | static_cast<int>((high >> j) & 1u) << 4) + m;
        to[j + 16] = d * static_cast<float>(low1 | static_cast<int>((high >> (j + 16)) & 1u) << 4) + m;
    }
}

void q8_0(const std::uint8_t* block, float* to) {
    const float d = half(block);
    for (int j = 0; j < 32; ++j) to[j] = d * static_cast<float>(static_cast<std::int8_t>(block[2 + j]));
}

/// scales[16] (low nibble scale, high nibble minimum), codes[64], d, dmin; of each 128 elements byte l holds l, l + 32, l + 64, l + 96.
void q2_K(const std::uint8_t* block, float* to) {
    const float d = half(block + 80), dmin = half(block + 82);
    for (int e = 0; e < 256; ++e) {
        const int inside = e % 128, code = (block[16 + e / 128 * 32 + inside % 32] >> (inside / 32 * 2)) & 3;
        const int scale = block[e / 16];
        to[e] = d * static_cast<float>(scale & 15) * static_cast<float>(code) - dmin * static_cast<float>(scale >> 4);
    }
}

/// high bits[32], low bits[64], 6-bit scales[12], d.
void q3_K(const std::uint8_t* block, float* to) {
    const std::uint8_t* packed = block + 96;
    const float d = half(block + 108);
    for (int e = 0; e < 256; ++e) {
        const int inside = e % 128, k = e / 16;
        const int low = (block[32 + e / 128 * 32 + inside % 32] >> (inside / 32 * 2)) & 3;
        const int high = (block[e % 32] >> (e / 32)) & 1;
        const int scaleLow = k < 8 ? packed[k] & 15 : packed[k - 8] >> 4;
        const int scaleHigh = (packed[8 + k % 4] >> (k / 4 * 2)) & 3;
        to[e] = d * static_cast<float>((scaleLow | scaleHigh << 4) - 32) * static_cast<float>(low + 4 * high - 4);
    }
}

struct ScaleAndMinimum {
    float scale, minimum;
};

/// The eight 6-bit scales and minimums of Q4_K and Q5_K in 12 bytes.
ScaleAndMinimum packedScale(const std::uint8_t* packed, int k) {
    if (k < 4) return {static_cast<float>(packed[k] & 63), static_cast<float>(packed[k + 4] & 63)};
    return {static_cast<float>((packed[k + 4] & 15) | (packed[k - 4] >> 6) << 4),
            static_cast<float>((packed[k + 4] >> 4) | (packed[k] >> 6) << 4)};
}

/// d, dmin, scales[12], codes[128]: of each 64 elements the low nibbles are the first 32, the high ones the second.
void q4_K(const std::uint8_t* block, float* to) {
    const float d = half(block), dmin = half(block + 2);
    for (int k = 0; k < 8; ++k) {
        const auto [scale, minimum] = packedScale(block + 4, k);
        const float step = d * scale, offset = dmin * minimum;
        const std::uint8_t* codes = block + 16 + k / 2 * 32;
        for (int j = 0; j < 32; ++j) to[k * 32 + j] = step * static_cast<float>((codes[j] >> (k % 2 * 4)) & 15) - offset;
    }
}

/// d, dmin, scales[12], fifth bits[32], codes[128].
void q5_K(const std::uint8_t* block, float* to) {
    const float d = half(block), dmin = half(block + 2);
    for (int k = 0; k < 8; ++k) {
        const auto [scale, minimum] = packedScale(block + 4, k);
        const float step = d * scale, offset = dmin * minimum;
        const std::uint8_t* codes = block + 48 + k / 2 * 32;
        for (int j = 0; j < 32; ++j) {
            const int code = ((codes[j] >> (k % 2 * 4)) & 15) | ((block[16 + j] >> k) & 1) << 4;
            to[k * 32 + j] = step * static_cast<float>(code) - offset;
        }
    }
}

/// low nibbles[128], high bits[64], signed scales[16], d. Of each 128 elements: quarter t (0 … 3), place j (0 … 31).
void q6_K(const std::uint8_t* block, float* to) {
    const float d = half(block + 208);
    for (int part = 0; part < 2; ++part) {
        const std::uint8_t* low = block + part * 64;
        const std::uint8_t* high = block + 128 + part * 32;
        const std::uint8_t* scales = block + 192 + part * 8;
        for (int t = 0; t < 4; ++t)
            for (int j = 0; j < 32; ++j) {
                const int nibble = (low[t % 2 * 32 + j] >> (t / 2 * 4)) & 15, bits = (high[j] >> (2 * t)) & 3;
                const float scale = d * static_cast<float>(static_cast<std::int8_t>(scales[2 * t + j / 16]));
                to[part * 128 + t * 32 + j] = scale * static_cast<float>((nibble | bits << 4) - 32);
            }
    }
}

/// codes[64] as in Q2_K, d: d (q − 1).
void tq2_0(const std::uint8_t* block, float* to) {
    const float d = half(block + 64);
    for (int e = 0; e < 256; ++e) to[e] = d * static_cast<float>(((block[e / 128 * 32 + e % 32] >> (e % 128 / 32 * 2)) & 3) - 1);
}

struct GgmlType {
    std::uint32_t id;
    TensorFormat format;
};

constexpr GgmlType kBlockTypes[] = {
    {2, {"Q4_0", 32, 18, true, decodeBlocks<18, 32, q4_0>}},      {3, {"Q4_1", 32, 20, true, decodeBlocks<20, 32, q4_1>}},
    {6, {"Q5_0", 32, 22, true, decodeBlocks<22, 32, q5_0>}},      {7, {"Q5_1", 32, 24, true, decodeBlocks<24, 32, q5_1>}},
    {8, {"Q8_0", 32, 34, true, decodeBlocks<34, 32, q8_0>}},      {10, {"Q2_K", 256, 84, true, decodeBlocks<84, 256, q2_K>}},
    {11, {"Q3_K", 256, 110, true, decodeBlocks<110, 256, q3_K>}}, {12, {"Q4_K", 256, 144, true, decodeBlocks<144, 256, q4_K>}},
    {13, {"Q5_K", 256, 176, true, decodeBlocks<176, 256, q5_K>}}, {14, {"Q6_K", 256, 210, true, decodeBlocks<210, 256, q6_K>}},
    {35, {"TQ2_0", 256, 66, true, decodeBlocks<66, 256, tq2_0>}},
};

}  // namespace

const TensorFormat* ggmlFormat(std::uint32_t type) {
    switch (type) {
        case 0: return &formatOf(DType::F32);
        case 1: return &formatOf(DType::F16);
        case 24: return &formatOf(DType::I8);
        case 25: return &formatOf(DType::I16);
        case 26: return &formatOf(DType::I32);
        case 27: return &formatOf(DType::I64);
        case 28: return &formatOf(DType::F64);
        case 30: return &formatOf(DType::BF16);
        default: break;
    }
    for (const GgmlType& entry : kBlockTypes)
        if (entry.id == type) return &entry.format;
    return nullptr;
}

std::string ggmlTypeName(std::uint32_t type) {
    if (const TensorFormat* format = ggmlFormat(type)) return format->name;
    constexpr std::pair<std::uint32_t, const char*> others[] = {
        {9, "Q8_1"},   {15, "Q8_K"},  {16, "IQ2_XXS"}, {17, "IQ2_XS"}, {18, "IQ3_XXS"}, {19, "IQ1_S"}, {20, "IQ4_NL"},
        {21, "IQ3_S"}, {22, "IQ2_S"}, {23, "IQ4_XS"},  {29, "IQ1_M"},  {34, "TQ1_0"},   {39, "MXFP4"}};
    for (const auto& [id, name] : others)
        if (id == type) return name;
    return "type " + std::to_string(type);
}

}  // namespace qs
