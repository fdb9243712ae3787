// SPDX-License-Identifier: GPL-3.0-or-later
// Files beside the weights of a Hugging Face directory that loaders need: tokenizer and generation settings.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace qs {

/// Copies those that are there from one directory to another. Returns their names.
std::vector<std::string> copyCompanionFiles(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace qs
