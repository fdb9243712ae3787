// SPDX-License-Identifier: GPL-3.0-or-later
// Where training data comes from.
#pragma once

#include <cstdint>
#include <vector>

namespace qs {

/// A target that is not counted.
inline constexpr std::int64_t kNoTarget = -1;

/// Texts of one length: nothing is padded, mixed lengths are different batches.
struct Batch {
    int rows = 0, length = 0;
    std::vector<std::int64_t> ids;  ///< [rows, length] token ids
    std::vector<std::int64_t>
        targets;  ///< classification: [rows] labels; language model: [rows, length] the token after each, or kNoTarget
};

class BatchSource {
  public:
    virtual ~BatchSource() = default;
    /// The batch of this number, 0, 1, … without end. A function of the number (and of the source's own seed) alone, so that a resumed
    /// training needs nothing else. Called from one thread at a time; may use cached work of the number before.
    virtual Batch batch(std::int64_t number) = 0;
};

}  // namespace qs
