// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>

#include "text/tokenizer.h"

namespace qs {

/// tokenizer.model of SentencePiece (BPE or unigram, with its own normalizer), read and run by libsentencepiece; a plain BPE with byte
/// fallback (Llama, Mistral, Gemma) is run by our own merging, which gives the same ids some fifty times faster. Control tokens and the
/// unknown token are found in the text, and every stretch between them is encoded for itself. BOS and EOS follow add_bos_token (true) and
/// add_eos_token (false) of a tokenizer_config.json beside the file. Throws Error naming the file and what is wrong.
std::unique_ptr<Tokenizer> loadSentencePieceTokenizer(const std::filesystem::path& path);

}  // namespace qs
