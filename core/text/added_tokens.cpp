// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/added_tokens.h"

#include <algorithm>

#include "base/error.h"
#include "text/utf8.h"

namespace qs {
namespace {

bool endsWithWord(std::string_view text) {
    return !text.empty() && isWordCharacter(codePointAt(text, previousCharacter(text, text.size())));
}
bool startsWithWord(std::string_view text) { return !text.empty() && isWordCharacter(codePointAt(text, 0)); }

std::size_t spaceAtStart(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size() && isWhiteSpace(codePointAt(text, at))) at += utf8Length(text[at]);
    return at;
}

/// Where the white space at the end of `text` begins.
std::size_t spaceAtEnd(std::string_view text) {
    std::size_t at = text.size();
    while (at > 0) {
        const std::size_t previous = previousCharacter(text, at);
        if (!isWhiteSpace(codePointAt(text, previous))) break;
        at = previous;
    }
    return at;
}

}  // namespace

void WordTrie::add(std::string_view word, std::size_t value) {
    std::uint32_t node = 0;
    for (const char c : word) {
        const auto byte = static_cast<unsigned char>(c);
        if (const std::uint32_t* child = m_children.find(node, byte)) {
            node = *child;
            continue;
        }
        const auto child = static_cast<std::uint32_t>(m_values.size());
        m_children.set(node, byte, child);
        m_values.push_back(none);
        node = child;
    }
    if (m_values[node] == none) m_values[node] = value;
    m_first.set(static_cast<unsigned char>(word.front()));
}

WordTrie::Found WordTrie::longest(std::string_view text, std::size_t at) const {
    Found found;
    std::uint32_t node = 0;
    for (std::size_t end = at; end < text.size(); ++end) {
        const std::uint32_t* child = m_children.find(node, static_cast<unsigned char>(text[end]));
        if (!child) break;
        node = *child;
        if (m_values[node] != none) found = {end + 1 - at, m_values[node]};
    }
    return found;
}

AddedTokens::AddedTokens(std::vector<AddedToken> tokens, const Normalizer& normalizer) : m_tokens(std::move(tokens)) {
    // Of tokens that look the same after normalization the first special one is meant.
    std::stable_partition(m_tokens.begin(), m_tokens.end(), [](const AddedToken& token) { return token.special; });
    for (std::size_t i = 0; i < m_tokens.size(); ++i) {
        AddedToken& token = m_tokens[i];
        if (token.content.empty()) throw Error("added token " + std::to_string(token.id) + " is empty");
        if (token.id < 0 || token.id > Vocabulary::maxId)
            throw Error("added token '" + token.content + "' has the id " + std::to_string(token.id) + ", which is out of range");
        if (!m_byContent.emplace(token.content, i).second) throw Error("added token '" + token.content + "' occurs twice");
        if (!m_byId.emplace(token.id, i).second) throw Error("added token '" + token.content + "' has the id of another added token");
        m_largestId = std::max(m_largestId, token.id);
        token.written = token.normalized && normalizer ? normalizer(token.content) : token.content;
        if (token.written.empty()) throw Error("added token '" + token.content + "' is empty after normalization");
        (token.normalized ? m_normalized : m_raw).add(token.written, i);
    }
}

const AddedToken* AddedTokens::find(TokenId id) const {
    const auto found = m_byId.find(id);
    return found == m_byId.end() ? nullptr : &m_tokens[found->second];
}

const AddedToken* AddedTokens::find(std::string_view content) const {
    const auto found = m_byContent.find(content);
    return found == m_byContent.end() ? nullptr : &m_tokens[found->second];
}

bool AddedTokens::isSpecial(std::string_view content) const {
    const AddedToken* token = find(content);
    return token && token->special;
}

void AddedTokens::split(const WordTrie& trie, std::string_view text, Sink sink) const {
    const auto emit = [&](std::size_t start, std::size_t end, TokenId id) {
        if (end > start) sink(text.substr(start, end - start), id);  // a token that another has left no text is lost
    };
    std::size_t done = 0;
    for (std::size_t at = 0; !trie.empty() && at < text.size();) {
        if (!trie.mayBegin(text[at])) {
            ++at;
            continue;
        }
        const WordTrie::Found found = trie.longest(text, at);
        if (found.length == 0) {
            ++at;
            continue;
        }
        const AddedToken& token = m_tokens[found.value];
        std::size_t start = at, end = at + found.length;
        at = end;  // the search goes on behind the token even if the token is refused or takes white space
        if (token.singleWord && (endsWithWord(text.substr(0, start)) || startsWithWord(text.substr(end)))) continue;
        if (token.leftStrip) start = std::max(spaceAtEnd(text.substr(0, start)), done);
        if (token.rightStrip) end += spaceAtStart(text.substr(end));
        if (done < start) emit(done, start, -1);
        emit(start, end, token.id);
        done = end;
    }
    if (done != text.size()) emit(done, text.size(), -1);
}

}  // namespace qs
