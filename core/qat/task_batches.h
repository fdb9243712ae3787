// SPDX-License-Identifier: GPL-3.0-or-later
// Batches of a task: texts with a label, and windows of running text. How a batch follows from its number: task_batches.cpp.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "qat/batch_source.h"
#include "qat/task_data.h"
#include "text/tokenizer.h"

namespace qs {

struct TokenizedText {
    std::vector<TokenId> ids;
    std::size_t leading = 0;  ///< special tokens in front (BOS) that every piece of the text keeps
    int label = 0;
};

/// All ids of every text, special tokens included.
std::vector<TokenizedText> tokenized(std::span<const LabelledText> texts, const Tokenizer& tokenizer);

/// `length` ids of a text from token `offset` behind its leading tokens, which stay in front. offset + length ≤ number of ids.
void appendPiece(const TokenizedText& text, std::size_t offset, std::size_t length, std::vector<std::int64_t>& ids);

struct BatchShape {
    int rows = 32;
    std::vector<int> lengths{64, 128};  ///< tokens; none is padded to them
    std::uint64_t seed = 0;
};

class ClassificationBatches : public BatchSource {
  public:
    /// Borrows the texts. Throws Error if there are none, or one has no tokens.
    ClassificationBatches(std::span<const TokenizedText> texts, BatchShape shape);
    Batch batch(std::int64_t number) override;

    std::int64_t batchesPerEpoch() const { return m_batchesPerEpoch; }

  private:
    struct Group {
        int length = 0;
        std::vector<std::size_t> texts;
    };
    std::vector<Group> epoch(std::int64_t number) const;

    std::span<const TokenizedText> m_texts;
    BatchShape m_shape;
    std::vector<int> m_lengths;  ///< descending, down to those of the shortest texts
    std::int64_t m_batchesPerEpoch = 0, m_epoch = -1;
    std::vector<Group> m_batches;  ///< of m_epoch
};

class LanguageModelBatches : public BatchSource {
  public:
    /// Windows of `stream`, which is borrowed. Throws Error if it is not longer than the longest window.
    LanguageModelBatches(std::span<const TokenId> stream, BatchShape shape);
    Batch batch(std::int64_t number) override;

  private:
    std::span<const TokenId> m_stream;
    BatchShape m_shape;
};

/// Running text cut in two: the last tokens are held out for measurements.
struct LanguageModelText {
    std::vector<TokenId> train, heldOut;
    std::size_t documents = 0;
};

/// All documents of the files in one stream (special tokens before each where the tokenizer adds some), of which the last share is held
/// out. Throws Error as loadCorpus does.
LanguageModelText loadLanguageModelText(const std::vector<std::string>& paths, const std::string& field, const Tokenizer& tokenizer,
                                        double heldOutShare, int threads);

}  // namespace qs
