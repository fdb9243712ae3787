// SPDX-License-Identifier: GPL-3.0-or-later
// Which models a job trains, in which order.
#pragma once

#include <string>
#include <vector>

#include "run/train_options.h"

namespace qs {

struct TrainVariant {
    std::string name, label;  ///< as in TrainingVariant
    QatSettings settings;
};

/// True if distillation needs a teacher that is trained first: the model at the start cannot do the task.
bool trainsTeacher(const TrainOptions& options);

/// True if the continuations of all models are compared with those of the one trained in full precision, which is trained first then.
bool comparesContinuations(const TrainOptions& options);

/// The run's own model, and with --baselines full precision, fixed 4 and 8 bits and learned steps; a teacher that is trained comes first.
std::vector<TrainVariant> variantsOf(const TrainOptions& options);

/// Name of the run's own model.
std::string ownVariant(const TrainOptions& options);

inline constexpr const char* kFullVariant = "full";

}  // namespace qs
