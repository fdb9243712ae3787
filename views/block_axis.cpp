// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/block_axis.h"

#include <QCoreApplication>

#include "views/number_text.h"

namespace qs {

Axis blockAxis(int blocks) {
    Axis axis;
    axis.title = QCoreApplication::translate("Views", "Block");
    axis.scale = AxisScale::Named;
    axis.low = -0.5, axis.high = blocks - 0.5;
    const int step = blocks <= 12 ? 1 : blocks <= 60 ? 5 : 20;
    for (int b = 0; b < blocks; b += step)
        if (b + (step + 1) / 2 <= blocks - 1 || step == 1) axis.names.emplace_back(b, count(b));
    if (axis.names.empty() || axis.names.back().first != blocks - 1) axis.names.emplace_back(blocks - 1, count(blocks - 1));
    return axis;
}

}  // namespace qs
