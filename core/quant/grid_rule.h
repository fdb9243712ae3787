// SPDX-License-Identifier: GPL-3.0-or-later
// From the options of a quantizer to the rule that the kernels know.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "kernels/grid.h"
#include "quant/settings.h"

namespace qs {

/// Fractions that the search of the settings tries: as asked for, else 80 as in the GPTQ code, or the whole grid for the Hessian search.
int searchStepsOf(const QuantSettings& settings);

GridRule gridRuleOf(const QuantSettings& settings);

/// Columns that share a scale: the whole row (per channel) or groupSize; the last group may be shorter.
std::size_t groupWidth(const QuantSettings& settings, std::size_t in);
std::size_t groupCount(const QuantSettings& settings, std::size_t in);

/// Whether all scales are fixed before the column loop: static groups, or one group a row.
bool hasStaticGrids(const QuantSettings& settings, std::size_t in);

/// Throws Error naming the row and the remedy if a scale does not fit its storage type.
void requireScaleFits(double scale, const GridRule& rule, std::size_t row, const std::string& name);

}  // namespace qs
