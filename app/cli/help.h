// SPDX-License-Identifier: GPL-3.0-or-later
// Texts and JSON made from the list of commands and their option fields.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "cli/arguments.h"
#include "cli/command.h"

namespace qs::cli {

/// What `quantoscope-cli --help` prints: purpose, commands, one worked example, exit statuses.
std::string overviewText();
/// What `quantoscope-cli COMMAND --help` prints.
std::string helpText(const CommandEntry& command, const Arguments& arguments);
/// The same as a Markdown section, and as JSON.
std::string helpMarkdown(const CommandEntry& command, const Arguments& arguments);
nlohmann::json helpJson(const CommandEntry& command, const Arguments& arguments);

}  // namespace qs::cli
