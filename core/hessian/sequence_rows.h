// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "hessian/bank.h"

namespace qs {

/// Pointers to all tokens but the first of each sequence: one stream, so that short sequences fill whole chunks too.
template <class T>
std::vector<const T*> restOf(std::span<const SequenceInput> sequences, int length, std::size_t dim) {
    std::vector<const T*> rows;
    rows.reserve(sequences.size() * static_cast<std::size_t>(length - 1));
    for (const SequenceInput& sequence : sequences)
        for (int t = 1; t < length; ++t) rows.push_back(static_cast<const T*>(sequence.x) + static_cast<std::size_t>(t) * dim);
    return rows;
}

}  // namespace qs
