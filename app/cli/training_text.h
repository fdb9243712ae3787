// SPDX-License-Identifier: GPL-3.0-or-later
// The record of a training as text and JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "run/training_record.h"

namespace qs::cli {

std::string trainingText(const TrainingRecord& record);
/// Without curves, which stand in the run file.
nlohmann::json trainingJson(const TrainingRecord& record);

}  // namespace qs::cli
