// SPDX-License-Identifier: GPL-3.0-or-later
// Turns a Chart into the parts of a QCustomPlot; the same for the screen and for figures. Included by views/plot only.
#pragma once

#include <qcustomplot.h>

#include "views/plot/chart.h"
#include "views/plot/plot_items.h"
#include "views/theme.h"

namespace qs {

/// Pens, colours and sizes. Thick pens run over thinned lines only: QCustomPlot freezes on a thick pen over noise (a 4 096 point curve
/// takes 1.1 s at 2 px and 2.5 ms at 1 px).
QPen penOf(LineKind kind, int rank, const Theme& theme);
QCPScatterStyle markerOf(int rank, double size, const Theme& theme);

/// Replaces everything in `plot` by the chart. Axis ranges are those of the chart. Returns the axis rects, column by column.
std::vector<Frame> buildPlot(QCustomPlot& plot, const Chart& chart, const Theme& theme);

}  // namespace qs
