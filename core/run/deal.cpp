// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/deal.h"

#include <algorithm>
#include <numeric>

namespace qs {

std::vector<int> dealSequences(std::span<const int> lengths, int ranks) {
    std::vector<std::size_t> longestFirst(lengths.size());
    std::iota(longestFirst.begin(), longestFirst.end(), std::size_t{0});
    std::stable_sort(longestFirst.begin(), longestFirst.end(), [&](std::size_t a, std::size_t b) { return lengths[a] > lengths[b]; });
    std::vector<std::int64_t> tokens(static_cast<std::size_t>(ranks), 0);
    std::vector<int> rankOf(lengths.size());
    for (const std::size_t i : longestFirst) {
        const auto least = std::min_element(tokens.begin(), tokens.end());
        *least += lengths[i];
        rankOf[i] = static_cast<int>(least - tokens.begin());
    }
    return rankOf;
}

RowRange shareOfRows(std::size_t rows, int rank, int ranks) {
    const auto count = static_cast<std::size_t>(ranks);
    const std::size_t unit = rows >= 8 * count ? 8 : 1, units = (rows + unit - 1) / unit;
    const auto border = [&](int r) { return std::min(rows, (units * static_cast<std::size_t>(r) + count - 1) / count * unit); };
    return {border(rank), border(rank + 1)};
}

}  // namespace qs
