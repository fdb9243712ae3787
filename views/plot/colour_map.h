// SPDX-License-Identifier: GPL-3.0-or-later
// Colours of maps and widths. Viridis and cividis are readable for every kind of colour vision and in grey.
#pragma once

#include <QColor>

#include "views/plot/chart.h"

namespace qs {

struct Theme;

/// The colour at t in [0, 1]; of Diverging 0.5 is the neutral middle.
QColor mapColour(ColourMap map, double t, const Theme& theme);
/// More bits, more ink.
QColor bitsColour(double bits, const Theme& theme);
/// Ink or white, whichever reads better on `ground`.
QColor wordColour(const QColor& ground, const Theme& theme);
/// The colour of a value of a map.
QColor cellColour(const HeatMap& map, double value, const Theme& theme);

}  // namespace qs
