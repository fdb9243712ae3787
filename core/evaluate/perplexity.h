// SPDX-License-Identifier: GPL-3.0-or-later
// Perplexity as the GPTQ papers measure it: one id stream, n = floor(tokens / L) non-overlapping windows, the tail dropped.
//   value = exp( mean over windows of mean over the L − 1 inner predictions of −log p )
// The first token of each window is never predicted; special tokens (BOS) stand once, at the stream's start.
#pragma once

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
    double standardError = 0;          ///< of value: value · stderr(mean window loss)
    std::vector<double> windowLosses;  ///< mean −log p of each window
    std::int64_t tokens = 0, droppedTokens = 0;
};

/// Weights of block b; lets a run replace what the model stores.
using BlockSource = std::function<BlockWeights(int block)>;

/// Throws Error if the stream is shorter than one window (with both numbers) or window > maxPositions.
/// Streams windows in batches so that activations stay under `budgetBytes`.
PerplexityResult perplexity(const Model& model, const BlockSource& blocks, Executor& executor, std::span<const TokenId> stream, int window,
                            std::size_t budgetBytes, JobContext& context, ThreadPool& pool);

}  // namespace qs
