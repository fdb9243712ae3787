// SPDX-License-Identifier: GPL-3.0-or-later
// Axes that do not jump while a run is written.
#pragma once

#include "views/plot/chart.h"

namespace qs {

/// Every axis of `chart` reaches at least as far as the same one of `before`: the same place, title and scale. Axes of names stay as they
/// are.
void growAxes(Chart& chart, const Chart& before);

}  // namespace qs
