// SPDX-License-Identifier: GPL-3.0-or-later
// A bit plan for people and for programs.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "run/bit_plan.h"

namespace qs::cli {

/// "down_proj" of "model.layers.3.mlp.down_proj".
std::string lastPart(const std::string& name);
/// Widths by block and kind of linear.
std::string planWidthsText(const BitPlanRecord& plan);
/// Budget, size, predicted error and uniform widths; the optima at other budgets.
std::string planText(const BitPlanRecord& plan);
/// Predicted beside measured, with the remark why they differ.
std::string planCheckText(const BitPlanCheck& check);
nlohmann::json planCheckJson(const BitPlanCheck& check);

}  // namespace qs::cli
