// SPDX-License-Identifier: GPL-3.0-or-later
// Integers of a run in the block types of ggml. ŵ = s (q − z):
//   Q4_0, Q5_0, Q8_0   d = s, symmetric: q − 2^(b−1) + 8, + 16, or itself. Narrower symmetric codes fit as well
//   Q4_1, Q5_1         d = s, m = −s z                asymmetric; the rounding of m to float16 moves values a little
//   Q4_K, Q2_K         d = s, all sub-scales 1; symmetric: dmin = s z, all minimums 1; asymmetric: dmin = s, all minimums z
//                      super-blocks of 256 inside of one group: exact
//   Q3_K               d = s, all sub-scales 1                             the same, symmetric 3 bits
//   TQ2_0              d = −s, code 3 − q                                  the same, symmetric 2 bits
// d, m and dmin are float16. Layouts: github.com/ggml-org/llama.cpp, ggml/src/ggml-common.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "export/survey.h"

namespace qs {

struct GgufBlockType {
    std::uint32_t id;  ///< ggml type
    const char* name;  ///< "Q4_0"
    std::size_t elements, bytes;
    std::uint32_t fileType;  ///< general.file_type of a file that is mostly of this type
};

/// Type for a linear: `preference` "auto" (blocks of 32), "k" (super-blocks of 256 where they hold the integers exactly, else as auto) or
/// "tq2_0" (the same for symmetric 2 bits). The linear must have passed the rules for GGUF.
const GgufBlockType& ggufTypeFor(const LinearFacts& facts, const std::string& preference);

/// Blocks of one row.
void encodeGgufRow(const GgufBlockType& type, const LinearRecord& record, std::size_t row, std::byte* out);

/// What the blocks mean, computed from the run without them: Ŵ [in] of one row with scales (and, Q4_1 and Q5_1, offsets) in float16.
void ggufRowValues(const GgufBlockType& type, const LinearRecord& record, std::size_t row, float* out);

}  // namespace qs
