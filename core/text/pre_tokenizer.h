// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "text/function_ref.h"
#include "text/json_part.h"
#include "text/matcher.h"

namespace qs {

/// A piece of normalized text. `first`: it begins where the whole text begins (Metaspace may ask).
struct Piece {
    std::string_view text;
    bool first = false;
};

using PieceSink = FunctionRef<void(Piece)>;
/// Cuts a piece into smaller ones, which it may rewrite. Pieces are valid during the call of the sink only.
using PreTokenizer = std::function<void(Piece, PieceSink)>;

/// Pre-tokenizer of a tokenizer.json. Throws Error naming a type that is not supported.
PreTokenizer readPreTokenizer(const JsonPart& part);

PreTokenizer splitPreTokenizer(Matcher matcher, SplitBehavior behavior, bool invert = false);
/// Writes bytes in the byte alphabet; with `useRegex` cuts like GPT-2 first.
PreTokenizer byteLevelPreTokenizer(bool addPrefixSpace, bool useRegex);
PreTokenizer sequencePreTokenizer(std::vector<PreTokenizer> stages);

}  // namespace qs
