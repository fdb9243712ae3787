// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/utf8.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace qs {
namespace {

/// What the bytes at `offset` are: the length of a valid character, or 0 and in `bad` the length of the maximal invalid sequence.
std::size_t validLength(std::string_view text, std::size_t offset, std::size_t& bad) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[offset + i]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) return 1;
    bad = 1;
    if (lead < 0xc2 || lead > 0xf4) return 0;
    const std::size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    // The second byte has a narrower range after some lead bytes: no overlong forms, surrogates, values above U+10FFFF.
    const unsigned char low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    const unsigned char high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    for (std::size_t i = 1; i < length; ++i) {
        bad = i;
        if (offset + i >= text.size()) return 0;
        const unsigned char next = byte(i);
        if (next < (i == 1 ? low : 0x80) || next > (i == 1 ? high : 0xbf)) return 0;
    }
    return length;
}

std::size_t asciiPrefix(std::string_view text, std::size_t offset) {
    while (offset + 8 <= text.size()) {
        std::uint64_t word;
        std::memcpy(&word, text.data() + offset, 8);
        if (word & 0x8080808080808080u) break;
        offset += 8;
    }
    while (offset < text.size() && static_cast<unsigned char>(text[offset]) < 0x80) ++offset;
    return offset;
}

/// True if the character exists since this version of Unicode.
bool introducedBy(char32_t c, int version) {
    UVersionInfo age;
    u_charAge(static_cast<UChar32>(c), age);
    return age[0] <= version;
}

std::uint32_t maskOf(char32_t c) { return U_GET_GC_MASK(static_cast<UChar32>(c)); }

}  // namespace

std::size_t firstInvalidUtf8(std::string_view text) {
    std::size_t offset = 0, bad = 0;
    while ((offset = asciiPrefix(text, offset)) < text.size()) {
        const std::size_t length = validLength(text, offset, bad);
        if (length == 0) return offset;
        offset += length;
    }
    return offset;
}

std::string repairedUtf8(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t offset = 0; offset < text.size();) {
        const std::size_t valid = firstInvalidUtf8(text.substr(offset));
        result.append(text, offset, valid);
        offset += valid;
        if (offset == text.size()) break;
        std::size_t bad = 1;
        validLength(text, offset, bad);
        result += replacementCharacter;
        offset += bad;
    }
    return result;
}

char32_t codePointAt(std::string_view text, std::size_t offset) {
    const auto byte = [&](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(text[offset + i])); };
    switch (utf8Length(text[offset])) {
        case 1: return byte(0);
        case 2: return (byte(0) & 0x1f) << 6 | (byte(1) & 0x3f);
        case 3: return (byte(0) & 0x0f) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f);
        default: return (byte(0) & 0x07) << 18 | (byte(1) & 0x3f) << 12 | (byte(2) & 0x3f) << 6 | (byte(3) & 0x3f);
    }
}

std::size_t previousCharacter(std::string_view text, std::size_t offset) {
    do --offset;
    while (offset > 0 && (static_cast<unsigned char>(text[offset]) & 0xc0) == 0x80);
    return offset;
}

void appendUtf8(std::string& text, char32_t c) {
    const auto tail = [&](int shift) { text += static_cast<char>(0x80 | ((c >> shift) & 0x3f)); };
    if (c < 0x80) {
        text += static_cast<char>(c);
    } else if (c < 0x800) {
        text += static_cast<char>(0xc0 | c >> 6);
        tail(0);
    } else if (c < 0x10000) {
        text += static_cast<char>(0xe0 | c >> 12);
        tail(6);
        tail(0);
    } else {
        text += static_cast<char>(0xf0 | c >> 18);
        tail(12);
        tail(6);
        tail(0);
    }
}

bool isAscii(std::string_view text) { return asciiPrefix(text, 0) == text.size(); }
bool isWhiteSpace(char32_t c) { return u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_WHITE_SPACE); }
bool isNumeric(char32_t c) { return maskOf(c) & U_GC_N_MASK; }
bool isMark(char32_t c) { return (maskOf(c) & U_GC_M_MASK) && introducedBy(c, 9); }

bool isWordCharacter(char32_t c) {
    return (maskOf(c) & (U_GC_M_MASK | U_GC_ND_MASK | U_GC_PC_MASK)) || u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_ALPHABETIC) ||
           u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_JOIN_CONTROL);
}

bool isPunctuation(char32_t c) {
    const bool ascii = (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
    return ascii || ((maskOf(c) & U_GC_P_MASK) && introducedBy(c, 7));
}

}  // namespace qs
