// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "run/jobs.h"
#include "run/train_ground.h"

namespace qs {

/// Memory, disk and time of a training from the sizes of its model and a timed step on a few texts. Formulas: train_estimate.cpp.
/// Throws Error(Stopped) if the context was told to stop.
Estimate forecastOf(const TrainGround& ground, JobContext& context);

}  // namespace qs
