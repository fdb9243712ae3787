// SPDX-License-Identifier: GPL-3.0-or-later
// The tokenizer of models that are trained from scratch without one: a token is a byte.
#pragma once

#include <string>

namespace qs {

inline constexpr int kByteVocabulary = 256;  ///< id = value of the byte

/// A tokenizer.json that loadTokenizer (text/tokenizer.h) and the `tokenizers` library read: byte-level BPE without merges.
std::string byteTokenizerJson();

}  // namespace qs
