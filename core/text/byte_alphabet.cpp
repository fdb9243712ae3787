// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/byte_alphabet.h"

#include <array>

#include "text/utf8.h"

namespace qs {
namespace {

constexpr char32_t alphabetEnd = 0x100 + 68;  // 68 bytes do not stand for themselves

struct Alphabet {
    std::array<char32_t, 256> characters{};
    std::array<int, alphabetEnd> bytes{};
    std::array<std::array<char, 2>, 256> utf8{};
    std::array<unsigned char, 256> length{};

    constexpr Alphabet() {
        bytes.fill(-1);
        char32_t next = 0x100;
        for (unsigned b = 0; b < 256; ++b) {
            const bool itself = (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174;
            const char32_t c = itself ? b : next++;
            characters[b] = c;
            bytes[c] = static_cast<int>(b);
            length[b] = c < 0x80 ? 1 : 2;
            if (c < 0x80) utf8[b] = {static_cast<char>(c), 0};
            else utf8[b] = {static_cast<char>(0xc0 | c >> 6), static_cast<char>(0x80 | (c & 0x3f))};
        }
    }
};

constexpr Alphabet alphabet;

}  // namespace

std::string toByteAlphabet(std::string_view bytes) {
    std::string text(bytes.size() * 2, '\0');
    char* out = text.data();
    for (const char c : bytes) {
        const auto b = static_cast<unsigned char>(c);
        *out = alphabet.utf8[b][0];
        if (alphabet.length[b] == 2) out[1] = alphabet.utf8[b][1];
        out += alphabet.length[b];
    }
    text.resize(static_cast<std::size_t>(out - text.data()));
    return text;
}

std::optional<std::string> fromByteAlphabet(std::string_view text) {
    std::string bytes;
    for (std::size_t at = 0; at < text.size(); at += utf8Length(text[at])) {
        const char32_t c = codePointAt(text, at);
        if (c >= alphabetEnd || alphabet.bytes[c] < 0) return std::nullopt;
        bytes += static_cast<char>(alphabet.bytes[c]);
    }
    return bytes;
}

}  // namespace qs
