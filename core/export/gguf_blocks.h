// SPDX-License-Identifier: GPL-3.0-or-later
// Integers of a run in the block types of ggml. ŵ = s (q − z):
//   Q4_0, Q5_0, Q8_0   d = s, stored q − z, for all q − z in −8 … 7, −16 … 15, −128 … 127: exact; also asymmetric codes of fewer bits
//   Q4_1, Q5_1         d = s, m = −s z, for asymmetric codes of 4 and 5 bits; the rounding of m to float16 moves values a little
//   Q2_K … Q6_K, TQ2_0 super-blocks of 256 where they hold the integers exactly (gguf_super_blocks.h)
// d, m and dmin are float16. Layouts: github.com/ggml-org/llama.cpp, ggml/src/ggml-common.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "export/survey.h"

namespace qs {

struct GgufBlockType {
    std::uint32_t id;  ///< ggml type
    const char* name;  ///< "Q4_0"
    std::size_t elements, bytes;
    std::uint32_t fileType;  ///< general.file_type of a file that is mostly of this type
};

/// Type for a linear, or nullptr where no block holds it. `preference` "auto": blocks of 32, else super-blocks, first where they
/// alone keep the scales; "exact": the same without Q4_1
/// and Q5_1; "k": super-blocks, else as auto; "tq2_0": the same for symmetric 2 bits.
const GgufBlockType* ggufTypeFor(const LinearFacts& facts, const std::string& preference);

/// Whether super-blocks hold the whole linear.
bool superBlocksHold(const LinearRecord& record, bool symmetric);

/// Blocks of one row.
void encodeGgufRow(const GgufBlockType& type, const LinearRecord& record, std::size_t row, std::byte* out);

/// What the blocks mean, computed from the run without them: Ŵ [in] of one row with scales (and, Q4_1 and Q5_1, offsets) as they are
/// stored. Without a type: Ŵ itself.
void ggufRowValues(const GgufBlockType* type, const LinearRecord& record, std::size_t row, float* out);

}  // namespace qs
