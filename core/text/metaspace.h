// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "text/json_part.h"

namespace qs {

/// U+2581, which SentencePiece writes for a space.
inline constexpr const char* spaceSymbol = "\xE2\x96\x81";

/// Where Metaspace puts a space symbol in front.
enum class PrependScheme { Always, First, Never };

/// Settings that Metaspace pre-tokenizer and decoder share.
struct Metaspace {
    std::string replacement = spaceSymbol;
    PrependScheme scheme = PrependScheme::Always;
    bool split = true;
};

/// Reads the newer form ("prepend_scheme") and the older one ("add_prefix_space").
Metaspace readMetaspace(const JsonPart& part);

}  // namespace qs
