// SPDX-License-Identifier: GPL-3.0-or-later
// Integers of a run in the super-blocks of ggml: 256 columns of a row in 8 or 16 sub-blocks i with small whole numbers k_i, m_i,
//   Q2_K, Q4_K, Q5_K   d k_i q − dmin m_i        Q3_K, Q6_K   d k_i (q − 2^(b−1))        TQ2_0   d (3 − q − 1), d = −s
// hold ŵ = s_i (q − z_i) exactly where s_i = d k_i and dmin m_i = d k_i z_i. A super-block inside of one group always does (k = 1).
// Layouts: github.com/ggml-org/llama.cpp, ggml/src/ggml-common.h.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "export/gguf_blocks.h"

namespace qs {

/// The numbers of one super-block beside its codes.
struct SuperBlock {
    float d = 0, dmin = 0;
    std::array<std::uint8_t, 16> scales{}, minimums{};  ///< of the first sub-blocks
};

/// Of columns [first, first + 256) of a row; nothing if the type cannot hold them exactly. Where one group covers all of them d is its
/// scale rounded to float16.
std::optional<SuperBlock> superBlockOf(const GgufBlockType& type, const LinearRecord& record, std::size_t row, std::size_t first);

/// type.bytes bytes of 256 codes.
void encodeSuperBlock(const GgufBlockType& type, const SuperBlock& numbers, const std::uint8_t* codes, std::uint8_t* block);

}  // namespace qs
