// SPDX-License-Identifier: GPL-3.0-or-later
// Text operations of the published evaluation programs, which are written in Python: characters are code points, blanks and case follow
// Unicode.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace qs {

/// str.isspace for one character: property White_Space, and the separators U+001C … U+001F.
bool isPythonSpace(char32_t c);
/// str.strip(), str.rstrip().
std::string_view stripped(std::string_view text);
std::string_view strippedRight(std::string_view text);
/// str.split(): the pieces between runs of blanks.
std::vector<std::string> words(std::string_view text);
/// str.split(separator): at every occurrence; n separators give n + 1 pieces.
std::vector<std::string> splitAt(std::string_view text, std::string_view separator);
/// " ".join(…) for any separator.
std::string join(const std::vector<std::string>& pieces, std::string_view separator);
/// str.replace(from, to): left to right, without overlap.
std::string replaceAll(std::string_view text, std::string_view from, std::string_view to);
/// str.lower(), str.capitalize(): the first character in title case, all others in lower case.
std::string lowered(std::string_view text);
std::string capitalized(std::string_view text);
/// len(str): code points.
std::size_t characterCount(std::string_view text);

}  // namespace qs
