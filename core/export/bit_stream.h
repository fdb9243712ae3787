// SPDX-License-Identifier: GPL-3.0-or-later
// Dense little-endian bit streams: code j of b bits stands in the bits j·b … j·b + b − 1; word k holds the stream's bits 32k … 32k + 31,
// lowest bit first. Codes of 3, 5, 6, 7 bits straddle words.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace qs {

/// Words for `count` codes.
inline std::size_t wordsFor(std::size_t count, int bits) { return (count * static_cast<std::size_t>(bits) + 31) / 32; }

/// Writes the stream of code(0) … code(count − 1) through put(word index, word). Unused bits of the last word are 0.
template <class Code, class Put>
void packStream(std::size_t count, int bits, Code code, Put put) {
    std::uint64_t pending = 0;
    int filled = 0;
    std::size_t word = 0;
    for (std::size_t j = 0; j < count; ++j) {
        pending |= static_cast<std::uint64_t>(code(j)) << filled;
        filled += bits;
        if (filled < 32) continue;
        put(word++, static_cast<std::uint32_t>(pending));
        pending >>= 32;
        filled -= 32;
    }
    if (filled > 0) put(word, static_cast<std::uint32_t>(pending));
}

}  // namespace qs
