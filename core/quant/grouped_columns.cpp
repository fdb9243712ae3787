// SPDX-License-Identifier: GPL-3.0-or-later
#include "quant/grouped_columns.h"

#include <algorithm>
#include <numeric>

namespace qs {

GroupedColumns::GroupedColumns(const QuantizedLinear& q) : starts(q.scales.cols() + 1) {
    const std::size_t n = q.codes.cols();
    const auto groupOf = [&](std::size_t c) { return static_cast<std::size_t>(q.groupOf(static_cast<int>(c))); };
    for (std::size_t c = 0; c < n; ++c) ++starts[groupOf(c) + 1];
    std::partial_sum(starts.begin(), starts.end(), starts.begin());
    if (q.groupIndex.empty()) return;
    order.resize(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return groupOf(a) < groupOf(b); });
}

}  // namespace qs
