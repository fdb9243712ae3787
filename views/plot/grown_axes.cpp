// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/plot/grown_axes.h"

#include <algorithm>

namespace qs {
namespace {

void grow(Axis& axis, const Axis& before) {
    if (axis.scale == AxisScale::Named || axis.scale != before.scale || axis.title != before.title || !(before.low < before.high)) return;
    axis.low = std::min(axis.low, before.low);
    axis.high = std::max(axis.high, before.high);
}

}  // namespace

void growAxes(Chart& chart, const Chart& before) {
    if (chart.title != before.title || chart.panels.size() != before.panels.size() || chart.beside.size() != before.beside.size()) return;
    grow(chart.x, before.x);
    for (std::size_t p = 0; p < chart.panels.size(); ++p) {
        grow(chart.panels[p].y, before.panels[p].y);
        if (chart.panels[p].ownX && before.panels[p].ownX) grow(*chart.panels[p].ownX, *before.panels[p].ownX);
    }
    for (std::size_t c = 0; c < chart.beside.size(); ++c) growAxes(chart.beside[c], before.beside[c]);
}

}  // namespace qs
