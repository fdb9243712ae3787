// SPDX-License-Identifier: GPL-3.0-or-later
// How the numbers of a tensor are stored, and decoding to float32. Plain types of safetensors and the block types of ggml alike.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/number_types.h"

namespace qs {

struct TensorFormat {
    const char* name;           ///< "BF16", "Q4_K"
    std::size_t blockElements;  ///< consecutive elements along a row that share a block; 1 for plain types
    std::size_t blockBytes;
    bool realNumbers;  ///< false for integers and booleans, which cannot be weights
    /// Decodes `blocks` blocks. Values are exact, except F64, which is rounded.
    void (*decode)(const std::byte* from, std::size_t blocks, float* to);
};

/// Format of a safetensors type.
const TensorFormat& formatOf(DType type);
/// Format of a ggml type id; nullptr if it is not supported.
const TensorFormat* ggmlFormat(std::uint32_t type);
/// "Q4_0" … also for ids that are not supported ("type 23" if unknown).
std::string ggmlTypeName(std::uint32_t type);

/// A tensor of a checkpoint, wherever it lies. Bytes stay valid as long as the model that owns the file.
struct StoredTensor {
    std::string name;   ///< Hugging Face name
    std::string where;  ///< path of the file and name inside it, for messages
    const TensorFormat* format = nullptr;
    std::vector<std::int64_t> shape;
    std::span<const std::byte> bytes;
    int interleavedHeads =
        0;            ///< > 0: rows (or elements of a vector) of each head are stored with rotary pairs side by side (ggml's Llama)
    float shift = 0;  ///< added to every value after decoding: ggml stores Gemma's norms as 1 + weight

    std::size_t rows() const;  ///< product of all axes but the last; 1 for a vector
    std::size_t cols() const;  ///< last axis
};

/// Rows [first, first + count) into `out` [count, cols]. Throws Error naming tensor and index if a value is NaN or infinite.
void decodeRows(const StoredTensor& tensor, std::size_t first, std::size_t count, float* out);

}  // namespace qs
