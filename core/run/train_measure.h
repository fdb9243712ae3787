// SPDX-License-Identifier: GPL-3.0-or-later
// What a trained variant is measured by: its task, added noise, and its costs on this machine.
#pragma once

#include <string>
#include <vector>

#include "base/job.h"
#include "qat/quantized_linear.h"
#include "qat/trainable_model.h"
#include "run/train_ground.h"
#include "run/training_record.h"

namespace qs {

/// A variant ready for measuring: its model and grids (0 bits: full precision).
struct Measured {
    std::string name;
    const TrainableModel& model;
    std::vector<LayerGrid> grids;
};

/// Task metrics and, for classifiers, accuracy under noise; size on disk and the paper's estimate of energy.
void measureVariant(const TrainGround& ground, const Measured& measured, JobContext& context, TrainingRecord& record);

/// Latency, memory and agreement of the integer arithmetic with the fake-quantized forward pass, beside the same model in float32. The
/// variants of these rows are the arithmetic: "float32", "int8", "int4-weights".
void measureCosts(const TrainGround& ground, const Measured& measured, JobContext& context, TrainingRecord& record);

/// Plain mean of the widths; 32 in full precision.
double averageBits(const std::vector<LayerGrid>& grids);

}  // namespace qs
