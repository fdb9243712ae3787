// SPDX-License-Identifier: GPL-3.0-or-later
// Groups of linears, what every width would cost and do to each, and the widths of least error under a budget: exact (quant/bit_plan.h).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "run/run_data.h"

namespace qs {

/// Key of what must have one width: linears that loaders fuse (q, k, v of a block; gate, up of a block), every other linear alone.
std::string tieOf(int block, const std::string& role, const std::string& name);

/// Linears of one width.
struct WidthGroup {
    std::string name;                          ///< for messages
    std::int64_t weights = 0;                  ///< Σ out · in
    std::vector<BitAlternative> alternatives;  ///< not empty
};

enum class BudgetUnit { CodeBits, StoredBits };  ///< codes alone; codes, scales and zero points

/// By group: index of its alternative. Throws Error(Usage) if `budget` (bits) is below leastBits.
std::vector<std::size_t> bestWidths(std::span<const WidthGroup> groups, std::int64_t budget, BudgetUnit unit);

/// What the narrowest widths take.
std::int64_t leastBits(std::span<const WidthGroup> groups, BudgetUnit unit);

/// Whole code bits of a budget of `averageBits` a weight.
std::int64_t codeBits(std::span<const WidthGroup> groups, double averageBits);

/// Size and error of a choice.
BitCurvePoint pointOf(std::span<const WidthGroup> groups, std::span<const std::size_t> chosen);

/// The distinct optima at 49 budgets from the least to the most that can be spent, ascending.
std::vector<BitCurvePoint> bestCurve(std::span<const WidthGroup> groups, BudgetUnit unit);

}  // namespace qs
