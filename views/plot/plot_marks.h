// SPDX-License-Identifier: GPL-3.0-or-later
// The marks of a panel as parts of a QCustomPlot. Included by views/plot only.
#pragma once

#include "views/plot/plot_items.h"

namespace qs {

/// Maps, bars, bands, points, lines, boxes and single marks of a panel, back to front. `opacity` < 1: the numbers are old.
void drawMarks(QCustomPlot& plot, const Frame& frame, const Panel& panel, const Theme& theme, double opacity);
QCPItemLine* addLine(QCustomPlot& plot, const Frame& frame, const QPen& pen, double x0, double y0, double x1, double y1);

}  // namespace qs
