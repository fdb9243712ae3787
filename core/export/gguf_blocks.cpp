// SPDX-License-Identifier: GPL-3.0-or-later
#include "export/gguf_blocks.h"

#include <cstring>

#include "base/error.h"
#include "base/number_types.h"

namespace qs {
namespace {

constexpr GgufBlockType kQ4_0{2, "Q4_0", 32, 18, 2}, kQ4_1{3, "Q4_1", 32, 20, 3}, kQ5_0{6, "Q5_0", 32, 22, 8}, kQ5_1{7, "Q5_1", 32, 24, 9},
    kQ8_0{8, "Q8_0", 32, 34, 7}, kQ2_K{10, "Q2_K", 256, 84, 10}, kQ3_K{11, "Q3_K", 256, 110, 11}, kQ4_K{12, "Q4_K", 256, 144, 14},
    kTQ2_0{35, "TQ2_0", 256, 66, 37};

/// One block's worth of a row.
struct Source {
    const std::uint8_t* codes;
    int bits;
    float scale;
    int zero;
};

void putHalf(std::uint8_t* at, float value) {
    const std::uint16_t bits = toFloat16(value).bits;
    std::memcpy(at, &bits, 2);
}

/// Code moved so that the middle of its grid lies on `middle`.
int centred(const Source& s, int j, int middle) { return s.codes[j] - (1 << (s.bits - 1)) + middle; }

float offsetOf(float scale, int zero) { return -(scale * static_cast<float>(zero)); }

/// Byte j: element j in the low nibble, element j + 16 in the high one.
template <class Code>
void putNibbles(std::uint8_t* at, Code code) {
    for (int j = 0; j < 16; ++j) at[j] = static_cast<std::uint8_t>((code(j) & 15) | (code(j + 16) & 15) << 4);
}

template <class Code>
void putFifthBits(std::uint8_t* at, Code code) {
    std::uint32_t word = 0;
    for (int j = 0; j < 32; ++j) word |= static_cast<std::uint32_t>((code(j) >> 4) & 1) << j;
    std::memcpy(at, &word, 4);
}

void encode32(const GgufBlockType& type, const Source& s, std::uint8_t* block) {
    putHalf(block, s.scale);
    const auto stored = [&](int j) { return static_cast<int>(s.codes[j]); };
    switch (type.id) {
        case 2: return putNibbles(block + 2, [&](int j) { return centred(s, j, 8); });
        case 3: putHalf(block + 2, offsetOf(s.scale, s.zero)); return putNibbles(block + 4, stored);
        case 6: {
            const auto code = [&](int j) { return centred(s, j, 16); };
            putFifthBits(block + 2, code);
            return putNibbles(block + 6, code);
        }
        case 7:
            putHalf(block + 2, offsetOf(s.scale, s.zero));
            putFifthBits(block + 4, stored);
            return putNibbles(block + 8, stored);
        default:
            for (int j = 0; j < 32; ++j) block[2 + j] = static_cast<std::uint8_t>(static_cast<std::int8_t>(centred(s, j, 0)));
    }
}

/// Two bits an element: of each 128 elements byte l holds l, l + 32, l + 64, l + 96.
template <class Code>
void putPairs(std::uint8_t* at, Code code) {
    for (int e = 0; e < 256; ++e)
        at[e / 128 * 32 + e % 32] = static_cast<std::uint8_t>(at[e / 128 * 32 + e % 32] | (code(e) & 3) << (e % 128 / 32 * 2));
}

void encode256(const GgufBlockType& type, const Source& s, std::uint8_t* block) {
    std::memset(block, 0, type.bytes);
    // symmetric: minimums 1 and dmin = s z; asymmetric: minimums z and dmin = s
    const bool symmetric = s.zero == 1 << (s.bits - 1);
    const int minimum = symmetric ? 1 : s.zero;
    const float dmin = symmetric ? s.scale * static_cast<float>(s.zero) : s.scale;
    const auto stored = [&](int e) { return static_cast<int>(s.codes[e]); };
    switch (type.id) {
        case 10:  // 16 bytes: scale 1 in the low nibble, minimum in the high one
            std::memset(block, 1 | minimum << 4, 16);
            putPairs(block + 16, stored);
            putHalf(block + 80, s.scale);
            return putHalf(block + 82, dmin);
        case 11:  // sub-scale 33 means 1: low nibbles 1, high pairs 2
            for (int e = 0; e < 256; ++e) block[e % 32] = static_cast<std::uint8_t>(block[e % 32] | ((s.codes[e] >> 2) & 1) << (e / 32));
            putPairs(block + 32, stored);
            std::memset(block + 96, 0x11, 8);
            std::memset(block + 104, 0xaa, 4);
            return putHalf(block + 108, s.scale);
        case 12:  // sub-scales 1 and minimums of the first four in 8 bytes, of the last four as nibbles
            putHalf(block, s.scale);
            putHalf(block + 2, dmin);
            std::memset(block + 4, 1, 4);
            std::memset(block + 8, minimum, 4);
            std::memset(block + 12, 1 | minimum << 4, 4);
            for (int e = 0; e < 256; ++e)
                block[16 + e / 64 * 32 + e % 32] =
                    static_cast<std::uint8_t>(block[16 + e / 64 * 32 + e % 32] | s.codes[e] << (e % 64 / 32 * 4));
            return;
        default: putPairs(block, [&](int e) { return 3 - s.codes[e]; }); putHalf(block + 64, -s.scale);
    }
}

std::size_t blockGroupOf(const LinearRecord& r, std::size_t column) {
    return r.groupSize > 0 ? column / static_cast<std::size_t>(r.groupSize) : 0;
}

}  // namespace

const GgufBlockType& ggufTypeFor(const LinearFacts& f, const std::string& preference) {
    const bool wide = f.in % 256 == 0 && f.groupWidth() % 256 == 0;
    if (preference != "auto" && wide) {
        if (f.bits == 2 && f.symmetric && preference == "tq2_0") return kTQ2_0;
        if (f.bits == 2) return kQ2_K;
        if (f.bits == 3 && f.symmetric) return kQ3_K;
        if (f.bits == 4 || f.bits == 3) return kQ4_K;
    }
    if (f.symmetric) return f.bits <= 4 ? kQ4_0 : f.bits == 5 ? kQ5_0 : kQ8_0;
    if (f.bits > 5) throw Error(f.name + ": no block type of GGUF holds asymmetric integers of more than 5 bits");
    return f.bits <= 4 ? kQ4_1 : kQ5_1;
}

void encodeGgufRow(const GgufBlockType& type, const LinearRecord& r, std::size_t row, std::byte* out) {
    for (std::size_t first = 0; first < r.codes.cols(); first += type.elements, out += type.bytes) {
        const std::size_t g = blockGroupOf(r, first);
        const Source source{r.codes.row(row) + first, r.bits, r.scales(row, g), r.zeros(row, g)};
        auto* block = reinterpret_cast<std::uint8_t*>(out);
        if (type.elements == 32) encode32(type, source, block);
        else encode256(type, source, block);
    }
}

void ggufRowValues(const GgufBlockType& type, const LinearRecord& r, std::size_t row, float* out) {
    const bool offset = type.id == kQ4_1.id || type.id == kQ5_1.id;
    for (std::size_t c = 0; c < r.codes.cols(); ++c) {
        const std::size_t g = blockGroupOf(r, c);
        const float scale = toFloat(toFloat16(r.scales(row, g)));
        const int code = r.codes(row, c), zero = r.zeros(row, g);
        if (offset) out[c] = scale * static_cast<float>(code) + toFloat(toFloat16(-(r.scales(row, g) * static_cast<float>(zero))));
        else out[c] = scale * static_cast<float>(code - zero);
    }
}

}  // namespace qs
