// SPDX-License-Identifier: GPL-3.0-or-later
// Who does what: sequences and rows dealt to the ranks of a job. The same on every rank, and in every repetition.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "distribute/communicator.h"
#include "run/run_data.h"

namespace qs {

/// The rank of every sequence: the longest first, each to the rank with the fewest tokens so far (the lowest of equals), so that the ranks
/// hold nearly the same numbers of tokens and of every length.
std::vector<int> dealSequences(std::span<const int> lengths, int ranks);

/// The elements of `all` whose rank is `rank`, in their order.
template <class T>
std::vector<T> shareOf(const std::vector<T>& all, const std::vector<int>& ranks, int rank) {
    std::vector<T> share;
    for (std::size_t i = 0; i < all.size(); ++i)
        if (ranks[i] == rank) share.push_back(all[i]);
    return share;
}

struct RowRange {
    std::size_t first = 0, last = 0;
    std::size_t size() const { return last - first; }
};
/// Rows [first, last) of `rank`: shares of nearly equal size, whole eights where there are enough; the first has rows, ranks too many
/// have none.
RowRange shareOfRows(std::size_t rows, int rank, int ranks);

}  // namespace qs
