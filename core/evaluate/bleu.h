// SPDX-License-Identifier: GPL-3.0-or-later
// BLEU of a corpus with one reference a text. With m_n the matches (clipped counts) and t_n the number of n-grams of all predictions:
//   BLEU = 100 · BP · exp( Σ_{n=1..4} ln p_n / 4 ),  p_n = m_n / t_n,  BP = min(1, exp(1 − r / c)),  c, r words of predictions, references
//   p_n of the k-th order without a match = 1 / (2^k t_n); 0 if no unigram matches or a prediction is nowhere as long as 4 words
// Source: Papineni et al. 2002; smoothing and words as in sacrebleu (signature "nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp").
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace qs {

struct BleuScore {
    double score = 0;          ///< 0 … 100
    double standardError = 0;  ///< standard deviation over resampled corpora of the same size (bootstrap); 0 for a single text
    std::array<double, 4> precisions{};
    double brevityPenalty = 0;
    std::int64_t predictedWords = 0, referenceWords = 0;
};

/// Equal lengths, not empty. `seed` of the bootstrap.
BleuScore corpusBleu(std::span<const std::string> predictions, std::span<const std::string> references, std::uint64_t seed);

/// Words of a text as the tokenizer "13a" of mteval-v13a cuts them: punctuation apart, but not inside numbers; four entities undone.
std::vector<std::string> bleuWords(std::string_view text);

}  // namespace qs
