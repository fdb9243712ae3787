// SPDX-License-Identifier: GPL-3.0-or-later
// Byte-pair encoding with ranked merges: a piece starts as its characters; the pair of neighbours with the lowest rank is joined
// until no pair of neighbours has a merge. Characters that are no tokens become byte tokens <0x00> … <0xFF> or the unknown token.
// Source: Sennrich et al. 2016; details as the `tokenizers` library of Hugging Face defines its model "BPE".
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "text/flat_table.h"
#include "text/safe_cuts.h"
#include "text/symbol_merger.h"
#include "text/token_model.h"
#include "text/word_cache.h"

namespace qs {

struct BpeOptions {
    TokenId unknown = -1;        ///< -1: characters that are no tokens are left out
    bool fuseUnknown = false;    ///< a run of unknown characters is one token
    bool byteFallback = false;   ///< unknown characters become byte tokens where these exist
    bool ignoreMerges = false;   ///< a piece that is a token is that token
    std::string prefix, suffix;  ///< of characters that do not begin a piece; of the last character
};

class BpeModel : public TokenModel {
  public:
    /// merges: pairs of tokens, best first. Throws Error naming the merge whose parts or result are no tokens.
    BpeModel(Vocabulary vocabulary, const std::vector<std::pair<std::string, std::string>>& merges, BpeOptions options);

    void encode(std::string_view piece, std::vector<TokenId>& ids) const override;
    const Vocabulary& vocabulary() const override { return m_vocabulary; }

  private:
    void encodeChunk(std::string_view chunk, std::vector<TokenId>& ids) const;
    void addSymbols(std::string_view chunk, SymbolMerger& merger) const;
    bool addBytes(std::string_view character, std::size_t start, SymbolMerger& merger) const;

    Vocabulary m_vocabulary;
    BpeOptions m_options;
    FlatTable<Merge> m_merges;
    SafeCuts m_cuts;
    bool m_cut = true;  // cutting is safe: no merge can reach over a place that m_cuts names
    TokenId m_byteIds[256];
    std::uint64_t m_owner = WordCache::newOwner();
};

}  // namespace qs
