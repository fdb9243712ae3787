// SPDX-License-Identifier: GPL-3.0-or-later
// UTF-8: checking, repairing, walking, and the character classes that tokenizers ask for.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace qs {

/// U+FFFD, the replacement character.
inline constexpr std::string_view replacementCharacter = "\xEF\xBF\xBD";

/// Offset of the first byte that is not part of valid UTF-8 (no overlong forms, surrogates or values above U+10FFFF);
/// text.size() if all is valid.
std::size_t firstInvalidUtf8(std::string_view text);

/// `text` with every maximal invalid sequence replaced by one U+FFFD (Unicode, section 3.9, "best practice").
std::string repairedUtf8(std::string_view text);

/// Bytes of the character that begins with `first`, a lead byte of valid UTF-8.
constexpr std::size_t utf8Length(char first) {
    const auto byte = static_cast<unsigned char>(first);
    return byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

/// The code point at `offset` of valid UTF-8.
char32_t codePointAt(std::string_view text, std::size_t offset);
/// Offset of the character that ends before `offset` > 0.
std::size_t previousCharacter(std::string_view text, std::size_t offset);
void appendUtf8(std::string& text, char32_t codePoint);

bool isAscii(std::string_view text);
/// Property White_Space.
bool isWhiteSpace(char32_t c);
/// General category Nd, Nl or No.
bool isNumeric(char32_t c);
/// Alphabetic, mark, decimal number, connector punctuation or join control (\w of Unicode TR 18).
bool isWordCharacter(char32_t c);
/// General category P of Unicode 7, or ASCII punctuation (symbols included): the set of the `tokenizers` library.
bool isPunctuation(char32_t c);
/// General category M of Unicode 9, as above.
bool isMark(char32_t c);

}  // namespace qs
