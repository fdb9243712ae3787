// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluate/python_text.h"

#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include "text/utf8.h"

namespace qs {

bool isPythonSpace(char32_t c) { return isWhiteSpace(c) || (c >= 0x1c && c <= 0x1f); }

std::string_view strippedRight(std::string_view text) {
    while (!text.empty()) {
        const std::size_t last = previousCharacter(text, text.size());
        if (!isPythonSpace(codePointAt(text, last))) break;
        text = text.substr(0, last);
    }
    return text;
}

std::string_view stripped(std::string_view text) {
    while (!text.empty() && isPythonSpace(codePointAt(text, 0))) text.remove_prefix(utf8Length(text[0]));
    return strippedRight(text);
}

std::vector<std::string> words(std::string_view text) {
    std::vector<std::string> found;
    std::string word;
    for (std::size_t i = 0; i < text.size(); i += utf8Length(text[i])) {
        if (!isPythonSpace(codePointAt(text, i))) {
            word += text.substr(i, utf8Length(text[i]));
        } else if (!word.empty()) {
            found.push_back(std::move(word));
            word.clear();
        }
    }
    if (!word.empty()) found.push_back(std::move(word));
    return found;
}

std::vector<std::string> splitAt(std::string_view text, std::string_view separator) {
    std::vector<std::string> pieces;
    for (std::size_t start = 0;;) {
        const std::size_t end = text.find(separator, start);
        pieces.emplace_back(text.substr(start, end - start));
        if (end == text.npos) return pieces;
        start = end + separator.size();
    }
}

std::string join(const std::vector<std::string>& pieces, std::string_view separator) {
    std::string text;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        if (i > 0) text += separator;
        text += pieces[i];
    }
    return text;
}

std::string replaceAll(std::string_view text, std::string_view from, std::string_view to) { return join(splitAt(text, from), to); }

std::string lowered(std::string_view text) {
    std::string result;
    icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())})
        .toLower(icu::Locale::getRoot())
        .toUTF8String(result);
    return result;
}

std::string capitalized(std::string_view text) {
    if (text.empty()) return {};
    const std::size_t first = utf8Length(text[0]);
    std::string result;
    icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(first)})
        .toTitle(nullptr, icu::Locale::getRoot())
        .toUTF8String(result);
    return result + lowered(text.substr(first));
}

std::size_t characterCount(std::string_view text) {
    std::size_t count = 0;
    for (const char c : text) count += (static_cast<unsigned char>(c) & 0xc0u) != 0x80u;
    return count;
}

}  // namespace qs
