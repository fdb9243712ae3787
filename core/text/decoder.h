// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "text/json_part.h"

namespace qs {

/// Rewrites the tokens of a text on the way back; the text is what comes out, joined.
using Decoder = std::function<std::vector<std::string>(std::vector<std::string>)>;

/// Decoder of a tokenizer.json. Throws Error naming a type that is not supported.
Decoder readDecoder(const JsonPart& part);

/// Byte alphabet to bytes; invalid UTF-8 becomes U+FFFD. Tokens with characters outside of the alphabet stay as they are.
Decoder byteLevelDecoder();
/// Runs of byte tokens to characters; a run that is not valid UTF-8 gives one U+FFFD a byte.
Decoder byteFallbackDecoder();
Decoder replaceDecoder(const std::string& from, std::string to);
Decoder fuseDecoder();
/// Drops up to `start` characters `content` in front and `stop` behind.
Decoder stripDecoder(std::string content, std::size_t start, std::size_t stop);
Decoder sequenceDecoder(std::vector<Decoder> parts);

}  // namespace qs
