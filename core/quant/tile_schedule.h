// SPDX-License-Identifier: GPL-3.0-or-later
// Where the column loop pauses: blocks, super-blocks, and the places where dynamic groups take their scales.
#pragma once

#include <cstddef>
#include <vector>

#include "quant/settings.h"

namespace qs {

/// Columns [first, last) in solve order.
struct ColumnRange {
    std::size_t first = 0, last = 0;
};

/// A block of at most 128 columns inside a super-block.
struct ColumnStep {
    ColumnRange block, superBlock;
    ColumnRange ahead;                          ///< fully compensated before the block is solved; empty if no group takes its scale here
    std::size_t firstGroup = 0, lastGroup = 0;  ///< the groups that take their scales from it
    ColumnRange settled;  ///< CorrectionWeight::Published: the block of settings.blockSize columns that this step completes; else empty
};

struct TileSchedule {
    std::size_t superBlock = 0;  ///< width of the widest
    std::size_t reach = 0;       ///< width of the widest look-ahead
    std::vector<ColumnStep> steps;
};

/// For `in` columns. Static grids need no look-ahead; with ScaleTime::Current a group looks ahead at its own first column, with
/// ScaleTime::Stale at the start of the block of settings.blockSize columns that holds its first column. With the published weight of
/// GPTAQ no step and no look-ahead crosses the end of such a block (checkSettings sees to the latter).
TileSchedule makeSchedule(const QuantSettings& settings, std::size_t in);

}  // namespace qs
