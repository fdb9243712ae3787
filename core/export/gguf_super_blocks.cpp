// SPDX-License-Identifier: GPL-3.0-or-later
#include "export/gguf_super_blocks.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

#include "base/number_types.h"

namespace qs {
namespace {

constexpr std::size_t kColumns = 256;

/// What the sub-blocks of a type can say.
struct SubBlocks {
    std::size_t width;
    int largestScale, largestMinimum;  ///< minimum 0: zero points lie in the middle
};

SubBlocks subBlocksOf(const GgufBlockType& type) {
    switch (type.id) {
        case 10: return {16, 15, 15};
        case 11: return {16, 31, 0};
        case 14: return {16, 127, 0};
        case 35: return {kColumns, 1, 0};
        default: return {32, 63, 63};
    }
}

void putHalf(std::uint8_t* at, float value) {
    const std::uint16_t bits = toFloat16(value).bits;
    std::memcpy(at, &bits, 2);
}

bool isHalf(double x) { return static_cast<double>(toFloat(toFloat16(static_cast<float>(x)))) == x; }

/// k with d k = scale, or 0.
int multipleOf(double scale, double d, int largest) {
    const double k = std::nearbyint(scale / d);
    return k >= 1 && k <= largest && k * d == scale ? static_cast<int>(k) : 0;
}

struct Grids {
    std::size_t count = 0;  ///< sub-blocks
    std::array<double, 16> scales{};
    std::array<int, 16> zeros{};
};

/// The k of all sub-blocks with the largest d for which they are whole.
bool findScales(const Grids& grids, int largest, SuperBlock& numbers) {
    const double most = *std::max_element(grids.scales.begin(), grids.scales.begin() + static_cast<std::ptrdiff_t>(grids.count));
    for (int top = 1; top <= largest; ++top) {
        const double d = most / top;
        if (!isHalf(d) || d * top != most) continue;
        bool whole = true;
        for (std::size_t i = 0; i < grids.count && whole; ++i) {
            const int k = multipleOf(grids.scales[i], d, largest);
            numbers.scales[i] = static_cast<std::uint8_t>(k);
            whole = k > 0;
        }
        if (!whole) continue;
        numbers.d = static_cast<float>(d);
        return true;
    }
    return false;
}

/// dmin = d h and m = k z / h with the largest common divisor h of all k z for which d h is a number in float16.
bool findMinimums(const Grids& grids, int largest, SuperBlock& numbers) {
    int divisor = 0, most = 0;
    for (std::size_t i = 0; i < grids.count; ++i) {
        const int product = numbers.scales[i] * grids.zeros[i];
        divisor = std::gcd(divisor, product);
        most = std::max(most, product);
    }
    if (divisor == 0) return true;
    for (int h = divisor; h >= 1 && most <= largest * h; --h) {
        const double dmin = static_cast<double>(numbers.d) * h;
        if (divisor % h != 0 || !isHalf(dmin)) continue;
        numbers.dmin = static_cast<float>(dmin);
        for (std::size_t i = 0; i < grids.count; ++i)
            numbers.minimums[i] = static_cast<std::uint8_t>(numbers.scales[i] * grids.zeros[i] / h);
        return true;
    }
    return false;
}

/// One group: k = 1.
SuperBlock ofOneGroup(float scale, int zero, int bits) {
    SuperBlock numbers;
    numbers.scales.fill(1);
    numbers.d = scale;
    const bool middle = zero == 1 << (bits - 1);
    numbers.dmin = middle ? scale * static_cast<float>(zero) : scale;
    numbers.minimums.fill(static_cast<std::uint8_t>(middle ? 1 : zero));
    return numbers;
}

/// Two bits an element: of each 128 elements byte l holds l, l + 32, l + 64, l + 96.
template <class Code>
void putPairs(std::uint8_t* at, Code code) {
    for (int e = 0; e < 256; ++e)
        at[e / 128 * 32 + e % 32] = static_cast<std::uint8_t>(at[e / 128 * 32 + e % 32] | (code(e) & 3) << (e % 128 / 32 * 2));
}

/// Of each 64 elements the low nibbles are the first 32, the high ones the second.
void putNibbles(std::uint8_t* at, const std::uint8_t* codes) {
    for (int e = 0; e < 256; ++e)
        at[e / 64 * 32 + e % 32] = static_cast<std::uint8_t>(at[e / 64 * 32 + e % 32] | (codes[e] & 15) << (e % 64 / 32 * 4));
}

/// Eight 6-bit scales and minimums in 12 bytes: those of the first four sub-blocks, whose top bits are those of the last four.
void putSixBits(std::uint8_t* at, const SuperBlock& n) {
    for (std::size_t k = 0; k < 4; ++k) {
        at[k] = static_cast<std::uint8_t>(n.scales[k] | (n.scales[k + 4] >> 4) << 6);
        at[k + 4] = static_cast<std::uint8_t>(n.minimums[k] | (n.minimums[k + 4] >> 4) << 6);
        at[k + 8] = static_cast<std::uint8_t>((n.scales[k + 4] & 15) | (n.minimums[k + 4] & 15) << 4);
    }
}

void encodeQ2(const SuperBlock& n, const std::uint8_t* codes, std::uint8_t* block) {
    for (std::size_t k = 0; k < 16; ++k) block[k] = static_cast<std::uint8_t>(n.scales[k] | n.minimums[k] << 4);
    putPairs(block + 16, [&](int e) { return codes[e]; });
    putHalf(block + 80, n.d);
    putHalf(block + 82, n.dmin);
}

/// Scales are stored plus 32, in 6 bits: nibbles first, then pairs.
void encodeQ3(const SuperBlock& n, const std::uint8_t* codes, std::uint8_t* block) {
    for (int e = 0; e < 256; ++e) block[e % 32] = static_cast<std::uint8_t>(block[e % 32] | ((codes[e] >> 2) & 1) << (e / 32));
    putPairs(block + 32, [&](int e) { return codes[e]; });
    for (std::size_t k = 0; k < 16; ++k) {
        const int scale = n.scales[k] + 32;
        std::uint8_t &low = block[96 + k % 8], &high = block[104 + k % 4];
        low = static_cast<std::uint8_t>(low | (scale & 15) << (k / 8 * 4));
        high = static_cast<std::uint8_t>(high | (scale >> 4) << (k / 4 * 2));
    }
    putHalf(block + 108, n.d);
}

void encodeQ4(const SuperBlock& n, const std::uint8_t* codes, std::uint8_t* block) {
    putHalf(block, n.d);
    putHalf(block + 2, n.dmin);
    putSixBits(block + 4, n);
    putNibbles(block + 16, codes);
}

void encodeQ5(const SuperBlock& n, const std::uint8_t* codes, std::uint8_t* block) {
    putHalf(block, n.d);
    putHalf(block + 2, n.dmin);
    putSixBits(block + 4, n);
    for (int e = 0; e < 256; ++e) block[16 + e % 32] = static_cast<std::uint8_t>(block[16 + e % 32] | (codes[e] >> 4) << (e / 32));
    putNibbles(block + 48, codes);
}

/// Of each 128 elements: quarter t (0 … 3), place j (0 … 31).
void encodeQ6(const SuperBlock& n, const std::uint8_t* codes, std::uint8_t* block) {
    for (int e = 0; e < 256; ++e) {
        const int part = e / 128, t = e % 128 / 32, j = e % 32;
        std::uint8_t &low = block[part * 64 + t % 2 * 32 + j], &high = block[128 + part * 32 + j];
        low = static_cast<std::uint8_t>(low | (codes[e] & 15) << (t / 2 * 4));
        high = static_cast<std::uint8_t>(high | (codes[e] >> 4) << (2 * t));
    }
    std::copy(n.scales.begin(), n.scales.end(), block + 192);
    putHalf(block + 208, n.d);
}

}  // namespace

std::optional<SuperBlock> superBlockOf(const GgufBlockType& type, const LinearRecord& r, std::size_t row, std::size_t first) {
    const SubBlocks parts = subBlocksOf(type);
    const std::size_t group = r.groupSize > 0 ? static_cast<std::size_t>(r.groupSize) : r.codes.cols();
    const int middle = 1 << (r.bits - 1);
    const auto fits = [&](int zero) { return parts.largestMinimum > 0 || zero == middle; };
    if (group % kColumns == 0 || group >= r.codes.cols()) {
        const std::size_t g = first / group;
        const int zero = r.zeros(row, g);
        if (!fits(zero) || (zero != middle && zero > parts.largestMinimum)) return std::nullopt;
        return ofOneGroup(r.scales(row, g), zero, r.bits);
    }
    if (kColumns % group != 0 || group % parts.width != 0) return std::nullopt;
    Grids grids{kColumns / parts.width, {}, {}};
    for (std::size_t i = 0; i < grids.count; ++i) {
        const std::size_t g = (first + i * parts.width) / group;
        grids.scales[i] = static_cast<double>(r.scales(row, g));
        grids.zeros[i] = r.zeros(row, g);
        if (!fits(grids.zeros[i])) return std::nullopt;
    }
    SuperBlock numbers;
    if (!findScales(grids, parts.largestScale, numbers)) return std::nullopt;
    if (parts.largestMinimum > 0 && !findMinimums(grids, parts.largestMinimum, numbers)) return std::nullopt;
    return numbers;
}

void encodeSuperBlock(const GgufBlockType& type, const SuperBlock& numbers, const std::uint8_t* codes, std::uint8_t* block) {
    std::memset(block, 0, type.bytes);
    switch (type.id) {
        case 10: return encodeQ2(numbers, codes, block);
        case 11: return encodeQ3(numbers, codes, block);
        case 12: return encodeQ4(numbers, codes, block);
        case 13: return encodeQ5(numbers, codes, block);
        case 14: return encodeQ6(numbers, codes, block);
        default: putPairs(block, [&](int e) { return 3 - codes[e]; }); putHalf(block + 64, -numbers.d);
    }
}

}  // namespace qs
