// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "text/vocabulary.h"

namespace qs {

/// Ids of words that were seen lately. Every thread has one for each kind of model, which belongs to the model that used it last;
/// it forgets everything when it is full or when another model takes it.
class WordCache {
  public:
    static constexpr std::size_t maxWordBytes = 256;

    /// A number that no other model of this process has.
    static std::uint64_t newOwner() {
        static std::atomic<std::uint64_t> last{0};
        return ++last;
    }

    void take(std::uint64_t owner) {
        if (owner != m_owner) clear();
        m_owner = owner;
    }

    /// Appends the ids of `word` to `ids` and returns true if it is known.
    bool find(std::string_view word, std::vector<TokenId>& ids) const {
        const auto found = m_words.find(word);
        if (found == m_words.end()) return false;
        const auto first = m_ids.begin() + found->second.start;
        ids.insert(ids.end(), first, first + found->second.count);
        return true;
    }

    void store(std::string_view word, std::span<const TokenId> ids) {
        if (word.size() > maxWordBytes) return;
        if (m_words.size() >= maxWords) clear();
        m_words.emplace(word, Range{static_cast<std::uint32_t>(m_ids.size()), static_cast<std::uint32_t>(ids.size())});
        m_ids.insert(m_ids.end(), ids.begin(), ids.end());
    }

  private:
    static constexpr std::size_t maxWords = 1 << 16;
    struct Range {
        std::uint32_t start, count;
    };

    void clear() {
        m_words.clear();
        m_ids.clear();
    }

    std::uint64_t m_owner = 0;
    TextMap<Range> m_words;
    std::vector<TokenId> m_ids;
};

}  // namespace qs
