// SPDX-License-Identifier: GPL-3.0-or-later
// Tokens that are looked for in the text before anything else happens to it (or after normalization, if they ask for that).
// Rules as the `tokenizers` library of Hugging Face has them: at every place the longest token wins, from left to right.
#pragma once

#include <bitset>
#include <string>
#include <string_view>
#include <vector>

#include "text/flat_table.h"
#include "text/function_ref.h"
#include "text/normalizer.h"
#include "text/vocabulary.h"

namespace qs {

struct AddedToken {
    std::string content;
    TokenId id = -1;
    bool special = false;     ///< left out of decoded text on request
    bool leftStrip = false;   ///< takes the white space on its left
    bool rightStrip = false;  ///< takes the white space on its right
    bool singleWord = false;  ///< not within a word
    bool normalized = false;  ///< looked for in normalized text
    std::string written{};    ///< what decoding starts from: the content, normalized if the token is; set by AddedTokens
};

/// Finds the longest of a set of words at every place.
class WordTrie {
  public:
    void add(std::string_view word, std::size_t value);
    /// Length of the longest word at `at` and its value; length 0 if there is none.
    struct Found {
        std::size_t length = 0, value = 0;
    };
    Found longest(std::string_view text, std::size_t at) const;
    bool empty() const { return m_values.size() == 1; }
    bool mayBegin(char c) const { return m_first[static_cast<unsigned char>(c)]; }

  private:
    static constexpr std::size_t none = ~std::size_t{0};
    FlatTable<std::uint32_t> m_children;      // (node, byte) to node
    std::vector<std::size_t> m_values{none};  // by node
    std::bitset<256> m_first;
};

class AddedTokens {
  public:
    /// Part of a text: an added token, or text in between (id -1).
    using Sink = FunctionRef<void(std::string_view part, TokenId id)>;

    AddedTokens() = default;
    /// Throws Error naming the token if two have the same text or id or one is empty, also after `normalizer` (may be empty).
    AddedTokens(std::vector<AddedToken> tokens, const Normalizer& normalizer);

    void splitRaw(std::string_view text, Sink sink) const { split(m_raw, text, sink); }
    void splitNormalized(std::string_view text, Sink sink) const { split(m_normalized, text, sink); }

    /// nullptr if absent.
    const AddedToken* find(TokenId id) const;
    const AddedToken* find(std::string_view content) const;
    /// True if a special token has this content.
    bool isSpecial(std::string_view content) const;
    TokenId largestId() const { return m_largestId; }

  private:
    void split(const WordTrie& trie, std::string_view text, Sink sink) const;

    std::vector<AddedToken> m_tokens;
    TextMap<std::size_t> m_byContent;
    std::unordered_map<TokenId, std::size_t> m_byId;
    WordTrie m_raw, m_normalized;
    TokenId m_largestId = -1;
};

}  // namespace qs
