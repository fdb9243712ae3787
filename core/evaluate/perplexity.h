// SPDX-License-Identifier: GPL-3.0-or-later
// Perplexity as the GPTQ papers measure it: one id stream, n = floor(tokens / L) non-overlapping windows, the tail dropped.
//   value = exp( mean over windows of mean over the L − 1 inner predictions of −log p )
// The first token of each window is never predicted; special tokens (BOS) stand once, at the stream's start. Source:
// design/evaluation.md section 4; Frantar et al., arXiv 2210.17323.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/job.h"
#include "base/parallel.h"
#include "model/executor.h"
#include "text/tokenizer.h"

namespace qs {

struct PerplexityResult {
    double value = 0;
    double standardError = 0;                 ///< of value: value · standard error of the mean window loss; 0 for a single window
    std::vector<double> windowLosses;         ///< mean −log p of each window, natural logarithm
    std::vector<double> lossAtPosition = {};  ///< [L − 1] −log p of the token behind each position, mean over windows
    std::int64_t tokens = 0, droppedTokens = 0;
};

/// Weights of block b; lets a run replace what the model stores.
using BlockSource = std::function<BlockWeights(int block)>;

/// Perplexity of `model` on `stream` in windows of `window` tokens. `blocks` is asked once per block and batch of windows; empty = the
/// model's own weights. Batches are as large as activations under `budgetBytes` allow (0 = no limit; one window at least); the value does
/// not depend on them nor on the number of workers. Reports progress from 0 to 1 and checks for a stop before every stage.
/// Throws Error if the stream is shorter than one window or window > maxPositions (with both numbers), window < 2, or an id lies outside
/// of the vocabulary; also if a loss is not finite.
PerplexityResult perplexity(const Model& model, const BlockSource& blocks, Executor& executor, std::span<const TokenId> stream, int window,
                            std::size_t budgetBytes, JobContext& context, ThreadPool& pool);

struct PerplexityTask {
    std::span<const TokenId> stream;
    int window = 0;
};
/// Several perplexities of one model in one pass over its blocks. A window that is the beginning of a longer one of the same stream (the
/// same memory) is not computed again: a token sees only those before it, so the losses are the same up to rounding.
std::vector<PerplexityResult> perplexities(const Model& model, const BlockSource& blocks, Executor& executor,
                                           std::span<const PerplexityTask> tasks, std::size_t budgetBytes, JobContext& context,
                                           ThreadPool& pool);

}  // namespace qs
