// SPDX-License-Identifier: GPL-3.0-or-later
// Columns of a quantized linear by group.
#pragma once

#include <cstddef>
#include <vector>

#include "quant/quantizer.h"

namespace qs {

/// Columns so ordered that those of a group stand together, in natural order within it; group g is [starts[g], starts[g + 1]).
struct GroupedColumns {
    std::vector<std::size_t> order;  ///< natural column of each place; empty = natural
    std::vector<std::size_t> starts;

    explicit GroupedColumns(const QuantizedLinear& q);
    std::size_t groups() const { return starts.size() - 1; }
    std::size_t natural(std::size_t place) const { return order.empty() ? place : order[place]; }
};

}  // namespace qs
