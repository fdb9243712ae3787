// SPDX-License-Identifier: GPL-3.0-or-later
// `train`: quantization-aware training of one model, and of what it is compared with.
#pragma once

#include "base/job.h"
#include "run/jobs.h"
#include "run/train_options.h"

namespace qs {

/// Memory, disk and time from the sizes of the model and two timed steps on a few texts. Throws Error as runTrain does, Error(Stopped) if
/// the context was told to stop.
Estimate estimateTrain(const TrainOptions& options, JobContext& context);
Estimate estimateTrain(const TrainOptions& options);

/// Trains, measures, and writes options.out and the trained model beside it (trainedModelPath). While it runs, the training record in the
/// parts of the run is written anew every two seconds. Throws Error(Stopped) with a checkpoint written when it ended early: with
/// options.resume it goes on to the same bits that an undisturbed training comes to.
void runTrain(const TrainOptions& options, JobContext& context);

}  // namespace qs
