// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "text/pre_tokenizer.h"
#include "text/tokenizer.h"

namespace qs {

/// Tokenizer inside a GGUF file: byte-level BPE (tokenizer.ggml.model "gpt2") or SentencePiece BPE ("llama"). Tokens of the types control
/// and user-defined are found in the text first, as added tokens of a tokenizer.json are.
/// Throws Error naming the file and the key that is missing, wrong or not supported.
std::unique_ptr<Tokenizer> loadGgufTokenizer(const std::filesystem::path& path);

/// How a byte-level BPE of a GGUF file cuts text, by the name in tokenizer.ggml.pre.
struct GgufPreTokenizer {
    PreTokenizer cut;
    bool ignoreMerges = false;
    bool addBos = false;  ///< if the file does not say
    bool nfc = false;     ///< text is normalized to NFC first
};
/// Throws Error naming a kind that is not known.
GgufPreTokenizer ggufPreTokenizer(const std::string& name);
/// Its patterns; every one cuts what the one before it left, and matches stay pieces of their own.
std::vector<std::string> ggufPreTokenizerPatterns(const std::string& name);

}  // namespace qs
