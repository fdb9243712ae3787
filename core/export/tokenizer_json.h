// SPDX-License-Identifier: GPL-3.0-or-later
// The tokenizer of a GGUF file as the files of a Hugging Face directory.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace qs {

/// Writes tokenizer.json, tokenizer_config.json and generation_config.json into `folder` and returns their names. Throws Error, leaving
/// none of them, if the tokenizer is of an unknown kind or the written one gives other ids for the probing texts.
std::vector<std::string> writeTokenizerOfGguf(const std::filesystem::path& gguf, const std::filesystem::path& folder);

}  // namespace qs
