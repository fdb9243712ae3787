// SPDX-License-Identifier: GPL-3.0-or-later
// The tokenizer of a Hugging Face directory as keys of a GGUF file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "base/job.h"
#include "export/gguf_container.h"

/// Values of tokenizer.ggml.token_type.
namespace qs::gguf_token {
constexpr std::int32_t kNormal = 1, kUnknown = 2, kControl = 3, kUserDefined = 4, kUnused = 5, kByte = 6;
}

namespace qs {

/// Adds tokenizer.ggml.*. `vocabulary`: rows of the embedding; tokens beyond those of the tokenizer are filled up as unused. What cannot be
/// told is an event, and the file then has no tokenizer (tokenizer.ggml.model "none").
void addTokenizerKeys(GgufKeys& keys, const std::filesystem::path& model, int vocabulary, JobContext& context);

/// Compares ids of probing texts between the tokenizers of the original and of the file. A difference is an event.
void compareTokenizers(const std::filesystem::path& original, const std::filesystem::path& written, JobContext& context);

/// Texts on which tokenizers that differ give different ids, as a rule.
std::span<const char* const> tokenizerProbes();

}  // namespace qs
