// SPDX-License-Identifier: GPL-3.0-or-later
// Where the ticks of an axis stand and what they are called. Step and decimals belong together.
#pragma once

#include <QString>
#include <vector>

#include "views/plot/chart.h"

namespace qs {

struct Tick {
    double value = 0;
    QString label;
};

/// About `wanted` ticks inside [low, high]. Linear: steps of 1, 2, 2.5 or 5 · 10^k, whole ones on a whole axis. Log: powers of ten (every
/// k-th if there are many; 1, 2, 5 within less than two decades). Ratio: powers of two, "¼ ½ 1 2 4". Named: the given ones.
std::vector<Tick> ticksOf(const Axis& axis, double low, double high, int wanted);

/// "0.01", "1", "1 000", "10⁴", "10⁻³".
QString powerLabel(double value);

/// The smallest of 1, 2, 2.5, 5 · 10^k that is at least `step`.
double niceStep(double step);

}  // namespace qs
