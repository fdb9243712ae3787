// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/safe_cuts.h"

namespace qs {
namespace {

constexpr std::size_t longChunk = 32;  // characters
constexpr char32_t spaceCharacter = 0x2581;

}  // namespace

SafeCuts::SafeCuts(const Vocabulary& vocabulary) : m_vocabulary(&vocabulary), m_characterIds(0x10000, -1) {
    for (const auto& [token, id] : vocabulary.ids())
        if (!token.empty() && utf8Length(token[0]) == token.size())
            if (const char32_t c = codePointAt(token, 0); c < m_characterIds.size()) m_characterIds[c] = id;
}

void SafeCuts::addToken(std::string_view token) {
    for (std::size_t at = 0, next; at < token.size(); at = next) {
        next = at + utf8Length(token[at]);
        if (next < token.size()) m_pairs.set(codePointAt(token, at), codePointAt(token, next), true);
    }
}

void SafeCuts::eachChunk(std::string_view piece, FunctionRef<void(std::string_view)> chunk) const {
    std::size_t start = 0, at = 0, characters = 0;
    char32_t previous = 0;
    bool previousKnown = false;
    while (at < piece.size()) {
        const std::size_t length = utf8Length(piece[at]);
        const char32_t c = codePointAt(piece, at);
        const bool known = characterId(piece.substr(at, length)) >= 0;
        if (at > start && (c == spaceCharacter || characters >= longChunk) && known && previousKnown && !m_pairs.find(previous, c)) {
            chunk(piece.substr(start, at - start));
            start = at;
            characters = 0;
        }
        previous = c;
        previousKnown = known;
        ++characters;
        at += length;
    }
    if (at > start) chunk(piece.substr(start));
}

}  // namespace qs
