// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "text/tokenizer.h"

namespace qs {

/// Tokenizer of a tokenizer.json (format of the `tokenizers` library of Hugging Face). The entries "truncation" and "padding" concern
/// batches of a training pipeline and are not applied, which description() says. Throws Error naming the file and the part that is wrong or
/// not supported.
std::unique_ptr<Tokenizer> loadJsonTokenizer(const std::filesystem::path& path);
/// The same from the text of such a file; messages call it `path`.
std::unique_ptr<Tokenizer> jsonTokenizer(const std::string& text, const std::filesystem::path& path);

}  // namespace qs
