// SPDX-License-Identifier: GPL-3.0-or-later
// What normalizers, pre-tokenizers and decoders look for in a text, and the ways to cut a text there.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "text/function_ref.h"
#include "text/json_part.h"

namespace qs {

using FoundMatch = FunctionRef<void(std::size_t start, std::size_t end)>;
/// Calls its second argument for every match in a text, from left to right, without overlap.
using Matcher = std::function<void(std::string_view, FoundMatch)>;

Matcher matchLiteral(std::string literal);
Matcher matchRegex(std::string_view pattern);
/// Every single character that the predicate holds for.
Matcher matchCharacters(bool (*predicate)(char32_t));
/// {"String": …} or {"Regex": …}; a bare text is a literal.
Matcher readPattern(const JsonPart& part);

/// `text` with every match replaced by `content`.
std::string replaceMatches(std::string_view text, const Matcher& matcher, std::string_view content);

/// What happens to the matches when a text is cut at them.
enum class SplitBehavior { Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous };

SplitBehavior readSplitBehavior(const JsonPart& part);

/// Calls piece(start, end) for the non-empty pieces of `text`. `invert` exchanges what matches and what does not.
void splitAtMatches(std::string_view text, const Matcher& matcher, SplitBehavior behavior, bool invert, FoundMatch piece);

}  // namespace qs
