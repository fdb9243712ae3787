// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <vector>

namespace qs::cli {

struct ChildResult {
    int status = -1;     ///< exit status; 128 + signal if a signal ended it
    std::string output;  ///< standard output
};

/// Runs this program again with other arguments and additions to the environment. Its standard error is dropped. Throws Error if it cannot
/// start.
ChildResult runSelf(const std::vector<std::string>& arguments, const std::map<std::string, std::string>& environment);

}  // namespace qs::cli
