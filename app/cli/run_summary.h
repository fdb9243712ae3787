// SPDX-License-Identifier: GPL-3.0-or-later
// What a person wants to read when a calibration or quantization has ended.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace qs::cli {

/// Per-block errors, totals, events, forecast beside actual, and what to do next.
std::string runSummaryText(const std::string& path);
nlohmann::json runSummaryJson(const std::string& path);

}  // namespace qs::cli
