// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "base/options.h"
#include "run/jobs.h"

namespace qs::cli {

/// `--estimate`: forecast instead of work.
struct EstimateOption {
    bool estimate = false;
    void describe(OptionList& list);
};

std::string estimateText(const Estimate& estimate);
nlohmann::json estimateJson(const Estimate& estimate);
nlohmann::json resourcesJson(const Resources& resources);

}  // namespace qs::cli
