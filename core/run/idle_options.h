// SPDX-License-Identifier: GPL-3.0-or-later
// Options that change nothing beside the others. THE list of what depends on what; a run records those that were set all the same.
#pragma once

#include <string>
#include <vector>

#include "base/job.h"
#include "run/evaluation.h"
#include "run/options.h"
#include "run/train_options.h"

namespace qs {

inline constexpr const char* kIdleOption = "option-without-effect";

/// One event kIdleOption (subject "--alpha", message what would give it a meaning) for every option that differs from its
/// default and changes nothing.
std::vector<Event> idleOptions(const CalibrateOptions& options);
std::vector<Event> idleOptions(const QuantizeOptions& options);
std::vector<Event> idleOptions(const TrainOptions& options);
std::vector<Event> idleOptions(const EvaluationOptions& options);

/// Names of the options that change nothing beside the others, whether they were set or not: a form leaves them out.
std::vector<std::string> namesWithoutUse(const QuantizeOptions& options);
std::vector<std::string> namesWithoutUse(const TrainOptions& options);

}  // namespace qs
