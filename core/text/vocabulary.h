// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "text/tokenizer.h"

namespace qs {

/// Hash that looks a string_view up in a map of strings without a copy.
struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

template <class Value>
using TextMap = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;

/// Tokens and their ids, both ways. Ids may have gaps.
class Vocabulary {
  public:
    /// Ids above this are refused: a damaged file, not a vocabulary.
    static constexpr TokenId maxId = 9'999'999;

    Vocabulary() = default;
    Vocabulary(Vocabulary&&) = default;
    Vocabulary& operator=(Vocabulary&&) = default;

    /// Throws Error naming the token if an id is negative or above maxId, or if two tokens have one id.
    void add(const std::string& token, TokenId id);

    /// -1 if there is no such token.
    TokenId find(std::string_view token) const {
        const auto found = m_ids.find(token);
        return found == m_ids.end() ? -1 : found->second;
    }
    /// nullptr if there is no such id.
    const std::string* token(TokenId id) const {
        return id >= 0 && static_cast<std::size_t>(id) < m_tokens.size() ? m_tokens[static_cast<std::size_t>(id)] : nullptr;
    }
    /// Number of tokens.
    std::size_t count() const { return m_ids.size(); }
    /// Largest id + 1.
    std::size_t idLimit() const { return m_tokens.size(); }
    const TextMap<TokenId>& ids() const { return m_ids; }

  private:
    TextMap<TokenId> m_ids;
    std::vector<const std::string*> m_tokens;  // keys of m_ids, which do not move
};

}  // namespace qs
