// SPDX-License-Identifier: GPL-3.0-or-later
// What of a chart a card of some size has room for.
#pragma once

#include "views/plot/chart.h"

namespace qs {

/// How many columns of a chart a card of this width holds.
std::size_t columnsFor(int width);
/// Panels of the first column that this height has room for.
std::vector<std::size_t> keptPanels(const Chart& chart, int height);
/// The chart without the columns and panels that there is no room for.
Chart drawnChart(const Chart& chart, int width, int height);

}  // namespace qs
