// SPDX-License-Identifier: GPL-3.0-or-later
// What loaders do not take, checked before anything is written. THE table is in loader_rules.cpp.
#pragma once

#include <string>
#include <vector>

#include "base/job.h"
#include "export/survey.h"

namespace qs {

struct LoaderFinding {
    bool refuses = false;  ///< no loader reads such a file, or reads something else
    std::string loader, reason, subject;
    std::string text() const;  ///< "GPTQModel, vLLM: 3 linears (…) have …"
};

/// What the table says about a run in a format.
std::vector<LoaderFinding> lint(const std::string& format, const Survey& survey);

/// Throws Error with every finding that refuses; the others become events "loader-limit" and are returned.
std::vector<std::string> requireLoadable(const std::string& format, const Survey& survey, JobContext& context);

}  // namespace qs
