// SPDX-License-Identifier: GPL-3.0-or-later
// SentencePiece's BPE: any two neighbours whose joined text is a token may merge, the highest score first. Characters that are no
// tokens become byte tokens, or the unknown token (one for a run) where these are missing.
// Source: Kudo and Richardson 2018; details as libsentencepiece defines its model type "bpe".
#pragma once

#include <cstdint>
#include <vector>

#include "text/safe_cuts.h"
#include "text/symbol_merger.h"
#include "text/token_model.h"
#include "text/word_cache.h"

namespace qs {

class SpmModel : public TokenModel {
  public:
    /// scores[id] and mergeable[id] (false: control, unknown and byte tokens) for every id below vocabulary.idLimit().
    SpmModel(Vocabulary vocabulary, const std::vector<double>& scores, const std::vector<bool>& mergeable, TokenId unknown);

    void encode(std::string_view piece, std::vector<TokenId>& ids) const override;
    const Vocabulary& vocabulary() const override { return m_vocabulary; }

  private:
    void encodeChunk(std::string_view chunk, std::vector<TokenId>& ids) const;
    void addBytes(std::string_view text, std::vector<TokenId>& ids) const;

    Vocabulary m_vocabulary;
    SafeCuts m_cuts;
    std::vector<std::uint32_t> m_ranks;  // by id: 0 is the best score; notMergeable
    std::size_t m_longest = 0;           // bytes of the longest token that merging may give
    TokenId m_unknown;
    TokenId m_byteIds[256];
    std::uint64_t m_owner = WordCache::newOwner();
};

}  // namespace qs
