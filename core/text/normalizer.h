// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>

#include "text/json_part.h"

namespace qs {

/// Rewrites a stretch of text between added tokens before it is cut into pieces.
using Normalizer = std::function<std::string(std::string)>;

/// Normalizer of a tokenizer.json. Throws Error naming a type that is not supported.
Normalizer readNormalizer(const JsonPart& part);

Normalizer nfcNormalizer();
/// Puts `prefix` in front of text that is not empty.
Normalizer prependNormalizer(std::string prefix);
Normalizer replaceNormalizer(std::string from, std::string to);
Normalizer sequenceNormalizer(std::vector<Normalizer> parts);

}  // namespace qs
