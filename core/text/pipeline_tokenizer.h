// SPDX-License-Identifier: GPL-3.0-or-later
// A tokenizer put together from parts: added tokens, normalizer, pre-tokenizer, model, post-processor, decoder.
#pragma once

#include <memory>

#include "text/added_tokens.h"
#include "text/decoder.h"
#include "text/normalizer.h"
#include "text/post_processor.h"
#include "text/pre_tokenizer.h"
#include "text/token_model.h"
#include "text/tokenizer.h"

namespace qs {

struct PipelineParts {
    AddedTokens added;
    Normalizer normalizer;      ///< may be empty
    PreTokenizer preTokenizer;  ///< may be empty
    std::unique_ptr<TokenModel> model;
    SpecialIds special;
    Decoder decoder;   ///< empty: tokens are joined by spaces
    std::string kind;  ///< "byte-level BPE"
    std::string file;  ///< name of the file without folders
    std::string note;  ///< what of the file is not applied; may be empty
};

class PipelineTokenizer : public Tokenizer {
  public:
    /// Throws Error if a special id is no token.
    explicit PipelineTokenizer(PipelineParts parts);

    std::vector<TokenId> encode(std::string_view text, bool addSpecial) const override;
    std::string decode(std::span<const TokenId> ids, bool skipSpecial) const override;
    std::size_t vocabularySize() const override { return m_size; }
    std::optional<TokenId> idOf(std::string_view token) const override;
    std::string description() const override;

  private:
    void encodeNormalized(std::string_view text, bool first, std::vector<TokenId>& ids) const;

    PipelineParts m_parts;
    std::size_t m_size;
};

/// "49 152"
std::string groupedNumber(std::size_t number);

}  // namespace qs
