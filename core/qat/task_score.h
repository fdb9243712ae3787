// SPDX-License-Identifier: GPL-3.0-or-later
// How good a model is at its task, computed in one of several ways (full precision, on a grid, with integers, with noise).
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/parallel.h"
#include "evaluate/bleu.h"
#include "evaluate/classification_metrics.h"
#include "evaluate/perplexity.h"
#include "qat/quantized_linear.h"
#include "qat/task_batches.h"
#include "qat/trainable_model.h"

namespace qs {

/// One way of computing a model: its values, and its linears, which must be callable from several threads.
struct Variant {
    std::vector<at::Tensor> values;  ///< as TrainableModel::parameters()
    LinearFn linear;
};
Variant fullPrecisionVariant(const TrainableModel& model, std::vector<at::Tensor> values);
/// Fake-quantized: what a training of these grids computes.
Variant quantizedVariant(const TrainableModel& model, const std::vector<LayerGrid>& grids, bool attentionOperands);

/// Texts of one length that go through a model together.
struct EvaluationBatch {
    int rows = 0, length = 0;
    std::vector<std::int64_t> ids;   ///< [rows, length]
    std::vector<std::size_t> texts;  ///< [rows] indices
};
/// All texts, cut to at most `maxTokens`, in batches of at most `rows` texts of the same length: nothing is padded.
std::vector<EvaluationBatch> evaluationBatches(std::span<const TokenizedText> texts, int maxTokens, int rows = 32);

/// Class of every text: argmax of the logits. `linearOf(batch)` gives the linears for a batch.
std::vector<int> classify(const TrainableModel& model, const std::vector<at::Tensor>& values,
                          const std::function<LinearFn(std::size_t batch)>& linearOf, std::span<const EvaluationBatch> batches,
                          ThreadPool& pool);

struct ClassifierScore {
    ClassificationReport report;  ///< classes in the order of the data
    ClassificationErrors errors;
    std::vector<int> predictions;  ///< [texts]
};
/// Throws Error if there is no text. `seed` of the standard errors.
ClassifierScore scoreClassifier(const TrainableModel& model, const Variant& variant, std::span<const TokenizedText> texts,
                                const std::vector<std::string>& classes, int maxTokens, std::uint64_t seed, ThreadPool& pool);

/// Perplexity as evaluate/perplexity.h defines it, of at most `maxWindows` windows of the stream (0: all). Throws Error if the stream is
/// shorter than a window.
PerplexityResult taskPerplexity(const TrainableModel& model, const Variant& variant, std::span<const TokenId> stream, int window,
                                std::size_t maxWindows, ThreadPool& pool);

struct ContinuationShape {
    int prompts = 64, promptTokens = 32, newTokens = 32;
};
struct Continuations {
    std::vector<std::string> texts, references;  ///< what the model wrote, and what stands in the text
    BleuScore bleu;
};
/// The most probable continuation of prompts that lie evenly spread over the stream, token by token. Throws Error if the stream is too
/// short for one prompt.
Continuations continuationBleu(const TrainableModel& model, const Variant& variant, const Tokenizer& tokenizer,
                               std::span<const TokenId> stream, ContinuationShape shape, std::uint64_t seed, ThreadPool& pool);

}  // namespace qs
