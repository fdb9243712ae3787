// SPDX-License-Identifier: GPL-3.0-or-later
#include "export/gguf_blocks.h"

#include <cstring>

#include "base/error.h"
#include "base/number_types.h"
#include "export/gguf_super_blocks.h"

namespace qs {
namespace {

constexpr GgufBlockType kQ4_0{2, "Q4_0", 32, 18, 2}, kQ4_1{3, "Q4_1", 32, 20, 3}, kQ5_0{6, "Q5_0", 32, 22, 8}, kQ5_1{7, "Q5_1", 32, 24, 9},
    kQ8_0{8, "Q8_0", 32, 34, 7}, kQ2_K{10, "Q2_K", 256, 84, 10}, kQ3_K{11, "Q3_K", 256, 110, 11}, kQ4_K{12, "Q4_K", 256, 144, 14},
    kQ5_K{13, "Q5_K", 256, 176, 16}, kQ6_K{14, "Q6_K", 256, 210, 18}, kTQ2_0{35, "TQ2_0", 256, 66, 37};

/// One block's worth of a row.
struct Source {
    const std::uint8_t* codes;
    float scale;
    int zero;
};

void putBlockHalf(std::uint8_t* at, float value) {
    const std::uint16_t bits = toFloat16(value).bits;
    std::memcpy(at, &bits, 2);
}

float offsetOf(float scale, int zero) { return -(scale * static_cast<float>(zero)); }

/// Byte j: element j in the low nibble, element j + 16 in the high one.
template <class Code>
void putPairedNibbles(std::uint8_t* at, Code code) {
    for (int j = 0; j < 16; ++j) at[j] = static_cast<std::uint8_t>((code(j) & 15) | (code(j + 16) & 15) << 4);
}

template <class Code>
void putFifthBits(std::uint8_t* at, Code code) {
    std::uint32_t word = 0;
    for (int j = 0; j < 32; ++j) word |= static_cast<std::uint32_t>((code(j) >> 4) & 1) << j;
    std::memcpy(at, &word, 4);
}

void encode32(const GgufBlockType& type, const Source& s, std::uint8_t* block) {
    putBlockHalf(block, s.scale);
    const auto stored = [&](int j) { return static_cast<int>(s.codes[j]); };
    const auto around = [&](int middle) { return [&s, middle](int j) { return s.codes[j] - s.zero + middle; }; };
    switch (type.id) {
        case 2: return putPairedNibbles(block + 2, around(8));
        case 3: putBlockHalf(block + 2, offsetOf(s.scale, s.zero)); return putPairedNibbles(block + 4, stored);
        case 6: putFifthBits(block + 2, around(16)); return putPairedNibbles(block + 6, around(16));
        case 7:
            putBlockHalf(block + 2, offsetOf(s.scale, s.zero));
            putFifthBits(block + 4, stored);
            return putPairedNibbles(block + 8, stored);
        default:
            for (int j = 0; j < 32; ++j) block[2 + j] = static_cast<std::uint8_t>(static_cast<std::int8_t>(s.codes[j] - s.zero));
    }
}

std::size_t blockGroupOf(const LinearRecord& r, std::size_t column) {
    if (!r.groupIndex.empty()) return static_cast<std::size_t>(r.groupIndex[column]);
    return r.groupSize > 0 ? column / static_cast<std::size_t>(r.groupSize) : 0;
}

const GgufBlockType* narrowType(const LinearFacts& f, bool exact) {
    if (f.in % 32 != 0 || f.groupWidth() % 32 != 0 || f.scattered) return nullptr;
    const int low = -f.largestZero, high = (1 << f.bits) - 1 - f.smallestZero;
    const auto within = [&](int middle) { return low >= -middle && high < middle; };
    if (within(8)) return &kQ4_0;
    if (f.bits == 4 && !exact) return &kQ4_1;
    if (within(16)) return &kQ5_0;
    if (f.bits == 5 && !exact) return &kQ5_1;
    return within(128) ? &kQ8_0 : nullptr;
}

/// The super-blocks that codes of this kind go into, if any.
const GgufBlockType* superBlockType(int bits, bool symmetric) {
    switch (bits) {
        case 2: return &kQ2_K;
        case 3: return symmetric ? &kQ3_K : &kQ4_K;
        case 4: return &kQ4_K;
        case 5: return &kQ5_K;
        default: return bits == 6 && symmetric ? &kQ6_K : nullptr;
    }
}

const GgufBlockType* wideType(const LinearFacts& f, bool ternary) {
    if (!f.superBlocks || f.scattered) return nullptr;
    if (ternary && f.bits == 2 && f.symmetric && f.groupWidth() % 256 == 0) return &kTQ2_0;
    return superBlockType(f.bits, f.symmetric);
}

}  // namespace

const GgufBlockType* ggufTypeFor(const LinearFacts& f, const std::string& preference) {
    const GgufBlockType *narrow = narrowType(f, preference == "exact"), *wide = wideType(f, preference == "tq2_0");
    const bool shared = f.scales.worstFloat16 > 0 && f.groupWidth() < 256;  // of --scale-type k: blocks of 32 would round them
    const bool wideFirst = preference == "k" || preference == "tq2_0" || shared;
    return wideFirst ? (wide ? wide : narrow) : (narrow ? narrow : wide);
}

bool superBlocksHold(const LinearRecord& r, bool symmetric) {
    const GgufBlockType* type = superBlockType(r.bits, symmetric);
    if (!type || r.codes.cols() % 256 != 0) return false;
    for (std::size_t row = 0; row < r.codes.rows(); ++row)
        for (std::size_t first = 0; first < r.codes.cols(); first += 256)
            if (!superBlockOf(*type, r, row, first)) return false;
    return true;
}

void encodeGgufRow(const GgufBlockType& type, const LinearRecord& r, std::size_t row, std::byte* out) {
    for (std::size_t first = 0; first < r.codes.cols(); first += type.elements, out += type.bytes) {
        const std::uint8_t* codes = r.codes.row(row) + first;
        auto* block = reinterpret_cast<std::uint8_t*>(out);
        if (type.elements == 32) {
            const std::size_t g = blockGroupOf(r, first);
            encode32(type, {codes, r.scales(row, g), r.zeros(row, g)}, block);
            continue;
        }
        const auto numbers = superBlockOf(type, r, row, first);
        if (!numbers) throw Error(r.name + ": " + type.name + " does not hold row " + std::to_string(row));
        encodeSuperBlock(type, *numbers, codes, block);
    }
}

void ggufRowValues(const GgufBlockType* type, const LinearRecord& r, std::size_t row, float* out) {
    const bool offset = type && (type->id == kQ4_1.id || type->id == kQ5_1.id);
    // scales of super-blocks of several groups are multiples of a number in float16, and kept as they are
    const bool rounded = type && (type->elements == 32 || r.groupSize <= 0 || r.groupSize >= 256);
    for (std::size_t c = 0; c < r.codes.cols(); ++c) {
        const std::size_t g = blockGroupOf(r, c);
        const float scale = rounded ? toFloat(toFloat16(r.scales(row, g))) : r.scales(row, g);
        const int code = r.codes(row, c), zero = r.zeros(row, g);
        if (offset) out[c] = scale * static_cast<float>(code) + toFloat(toFloat16(offsetOf(r.scales(row, g), zero)));
        else out[c] = scale * static_cast<float>(code - zero);
    }
}

}  // namespace qs
