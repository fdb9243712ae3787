// SPDX-License-Identifier: GPL-3.0-or-later
// Group scales as the K blocks of ggml hold them: 256 columns of a row share a number d in float16, and every scale is a whole multiple of
// it,
//   s_g = d k_g,  1 ≤ k_g ≤ 15 (2 bits), 31 (3), 63 (4 and 5), 127 (6).
// Layouts: github.com/ggml-org/llama.cpp, ggml/src/ggml-common.h.
#pragma once

#include <cstddef>
#include <span>

#include "quant/settings.h"

namespace qs {

inline constexpr std::size_t kSuperBlockColumns = 256;

/// What --scale-type k asks of the scales of a row.
struct SuperBlockRule {
    std::size_t groups = 0;  ///< consecutive groups that share d; 0: nothing is asked, scales stand alone
    int largest = 0;         ///< largest k
};

/// None for other storage types, for groups that cover 256 columns or more, for rows that are no multiple of 256, and for 7 and 8 bits,
/// which no K block holds.
SuperBlockRule superBlockRule(const QuantSettings& settings, std::size_t in);

/// Moves the scales of one row [groups] to the nearest such numbers: of the d with k = largest / 2 … largest for the largest scale, that
/// with the least Σ (change)². All scales positive.
void snapToSuperBlocks(const SuperBlockRule& rule, std::span<double> scales);

/// Throws Error(Usage) naming `name` if --scale-type k cannot be kept with these settings for rows of `in` columns.
void checkSuperBlocks(const QuantSettings& settings, std::size_t in, const std::string& name);

/// Bits that a scale takes in storage.
int scaleBits(const QuantSettings& settings, std::size_t in);

}  // namespace qs
