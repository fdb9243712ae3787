// SPDX-License-Identifier: GPL-3.0-or-later
// The blocks of a model along an axis.
#pragma once

#include "views/plot/chart.h"

namespace qs {

/// Names at every first, fifth, tenth … block and at the last, from −0.5 to blocks − 0.5.
Axis blockAxis(int blocks);

}  // namespace qs
