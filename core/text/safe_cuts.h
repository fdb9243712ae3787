// SPDX-License-Identifier: GPL-3.0-or-later
// Places where a text may be cut without any effect on merging. A merge can only join what stands on both sides of a place
// between the characters a and b if some token holds "ab"; if none does, both sides merge as if the other were not there.
// So a whole document, which SentencePiece-style tokenizers merge as one piece, falls into words that a cache can hold.
#pragma once

#include <string_view>
#include <vector>

#include "text/flat_table.h"
#include "text/function_ref.h"
#include "text/tokenizer.h"
#include "text/utf8.h"
#include "text/vocabulary.h"

namespace qs {

class SafeCuts {
  public:
    /// `vocabulary` must outlive the object. Cuts are made only between characters that are tokens.
    explicit SafeCuts(const Vocabulary& vocabulary);

    /// Notes that merging may give `token`.
    void addToken(std::string_view token);

    /// Id of a single character, -1 if it is no token.
    TokenId characterId(std::string_view character) const {
        const char32_t c = codePointAt(character, 0);
        return c < m_characterIds.size() ? m_characterIds[c] : m_vocabulary->find(character);
    }

    /// Calls chunk(text) for consecutive parts of `piece`: cut before spaces where that is safe, elsewhere once a part has 32 characters.
    void eachChunk(std::string_view piece, FunctionRef<void(std::string_view)> chunk) const;

  private:
    const Vocabulary* m_vocabulary;
    FlatTable<bool> m_pairs;
    std::vector<TokenId> m_characterIds;  // of the basic multilingual plane
};

}  // namespace qs
