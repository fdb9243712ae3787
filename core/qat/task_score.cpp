// SPDX-License-Identifier: GPL-3.0-or-later
#include "qat/task_score.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/argmax.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/log_softmax.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/error.h"
#include "evaluate/statistics.h"

namespace qs {
namespace {

at::Tensor logitsOf(const TrainableModel& model, const Variant& variant, const std::vector<std::int64_t>& ids, int rows, int length) {
    return model.logits(variant.values, model.forward(variant.values, model.idsOf(ids, rows, length), variant.linear));
}

/// Mean −log p of the inner predictions of a window.
double windowLoss(const TrainableModel& model, const Variant& variant, std::span<const TokenId> window) {
    const std::vector<std::int64_t> ids(window.begin(), window.end());
    const auto length = static_cast<std::int64_t>(ids.size());
    const at::Tensor logits = logitsOf(model, variant, ids, 1, static_cast<int>(length)).select(0, 0).narrow(0, 0, length - 1);
    const at::Tensor next = model.idsOf(ids, 1, static_cast<int>(length)).select(0, 0).narrow(0, 1, length - 1);
    return -at::log_softmax(logits, -1).gather(1, next.unsqueeze(1)).mean(at::kDouble).item().toDouble();
}

}  // namespace

Variant fullPrecisionVariant(const TrainableModel& model, std::vector<at::Tensor> values) {
    const LinearFn linear = [&model, values](const LinearSpec& spec, const at::Tensor& x) {  // keeps the values alive
        const std::size_t layer = model.layerOf(spec);
        return at::linear(x, values[model.layerParameter(layer)], model.bias(values, layer));
    };
    return {std::move(values), linear};
}

Variant quantizedVariant(const TrainableModel& model, const std::vector<LayerGrid>& grids, bool attentionOperands) {
    const std::vector<at::Tensor> values = quantizedValues(model, grids);
    return {values, quantizedLinears(model, values, grids, attentionOperands)};
}

std::vector<EvaluationBatch> evaluationBatches(std::span<const TokenizedText> texts, int maxTokens, int rows) {
    std::map<std::size_t, std::vector<std::size_t>> byLength;
    for (std::size_t i = 0; i < texts.size(); ++i)
        byLength[std::min(texts[i].ids.size(), static_cast<std::size_t>(maxTokens))].push_back(i);
    std::vector<EvaluationBatch> batches;
    for (const auto& [length, indices] : byLength)
        for (std::size_t begin = 0; begin < indices.size(); begin += static_cast<std::size_t>(rows)) {
            EvaluationBatch batch;
            batch.length = static_cast<int>(length);
            for (std::size_t i = begin; i < std::min(indices.size(), begin + static_cast<std::size_t>(rows)); ++i) {
                appendPiece(texts[indices[i]], 0, length, batch.ids);
                batch.texts.push_back(indices[i]);
            }
            batch.rows = static_cast<int>(batch.texts.size());
            batches.push_back(std::move(batch));
        }
    return batches;
}

std::vector<int> classify(const TrainableModel& model, const std::vector<at::Tensor>& values,
                          const std::function<LinearFn(std::size_t batch)>& linearOf, std::span<const EvaluationBatch> batches,
                          ThreadPool& pool) {
    std::size_t count = 0;
    for (const EvaluationBatch& batch : batches) count += batch.texts.size();
    std::vector<int> classes(count);
    pool.run(batches.size(), [&](std::size_t b, int) {
        const at::NoGradGuard noGradient;
        const EvaluationBatch& batch = batches[b];
        const at::Tensor best = at::argmax(logitsOf(model, {values, linearOf(b)}, batch.ids, batch.rows, batch.length), -1).cpu();
        for (std::size_t i = 0; i < batch.texts.size(); ++i)
            classes[batch.texts[i]] = static_cast<int>(best.const_data_ptr<std::int64_t>()[i]);
    });
    return classes;
}

ClassifierScore scoreClassifier(const TrainableModel& model, const Variant& variant, std::span<const TokenizedText> texts,
                                const std::vector<std::string>& classes, int maxTokens, std::uint64_t seed, ThreadPool& pool) {
    if (texts.empty()) throw Error("there is no text to score the classifier on");
    ClassifierScore score;
    score.predictions = classify(
        model, variant.values, [&](std::size_t) { return variant.linear; }, evaluationBatches(texts, maxTokens), pool);
    std::vector<std::string> truth, predicted;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        truth.push_back(classes[static_cast<std::size_t>(texts[i].label)]);
        predicted.push_back(classes[static_cast<std::size_t>(score.predictions[i])]);
    }
    score.report = classificationReport(truth, predicted, classes);
    score.errors = classificationErrors(score.report, seed);
    return score;
}

PerplexityResult taskPerplexity(const TrainableModel& model, const Variant& variant, std::span<const TokenId> stream, int window,
                                std::size_t maxWindows, ThreadPool& pool) {
    const auto length = static_cast<std::size_t>(window);
    std::size_t windows = stream.size() / length;
    if (windows == 0)
        throw Error("the held-out text has " + std::to_string(stream.size()) + " tokens, but a window takes " + std::to_string(window) +
                    "; give more text or a shorter window");
    if (maxWindows > 0) windows = std::min(windows, maxWindows);
    PerplexityResult result;
    result.windowLosses.resize(windows);
    pool.run(windows, [&](std::size_t w, int) {
        const at::NoGradGuard noGradient;
        result.windowLosses[w] = windowLoss(model, variant, stream.subspan(w * length, length));
    });
    const Mean mean = meanOf(result.windowLosses);
    if (!std::isfinite(mean.value)) throw Error("the loss on the held-out text is not finite; the model cannot be scored");
    result.value = std::exp(mean.value);
    result.standardError = result.value * mean.standardError;
    result.tokens = static_cast<std::int64_t>(windows * length);
    result.droppedTokens = static_cast<std::int64_t>(stream.size()) - result.tokens;
    return result;
}

Continuations continuationBleu(const TrainableModel& model, const Variant& variant, const Tokenizer& tokenizer,
                               std::span<const TokenId> stream, ContinuationShape shape, std::uint64_t seed, ThreadPool& pool) {
    const auto given = static_cast<std::size_t>(shape.promptTokens), length = given + static_cast<std::size_t>(shape.newTokens);
    const std::size_t prompts = std::min(static_cast<std::size_t>(shape.prompts), stream.size() / length);
    if (prompts == 0)
        throw Error("the held-out text has " + std::to_string(stream.size()) + " tokens, but a prompt and its continuation take " +
                    std::to_string(length) + "; give more text");
    constexpr std::size_t kTogether = 16;
    Continuations result;
    result.texts.resize(prompts);
    result.references.resize(prompts);
    pool.run((prompts + kTogether - 1) / kTogether, [&](std::size_t group, int) {
        const at::NoGradGuard noGradient;
        const std::size_t first = group * kTogether, rows = std::min(kTogether, prompts - first);
        std::vector<std::vector<TokenId>> texts(rows);
        const auto source = [&](std::size_t row) { return stream.subspan((first + row) * (stream.size() / prompts), length); };
        for (std::size_t row = 0; row < rows; ++row) texts[row].assign(source(row).begin(), source(row).begin() + shape.promptTokens);
        for (int token = 0; token < shape.newTokens; ++token) {
            std::vector<std::int64_t> ids;
            for (const std::vector<TokenId>& text : texts) ids.insert(ids.end(), text.begin(), text.end());
            const at::Tensor x = model.idsOf(ids, static_cast<int>(rows), shape.promptTokens + token);
            const at::Tensor last = model.forward(variant.values, x, variant.linear).select(1, -1);
            const at::Tensor best = at::argmax(model.logits(variant.values, last), -1).cpu();
            for (std::size_t row = 0; row < rows; ++row)
                texts[row].push_back(static_cast<TokenId>(best.const_data_ptr<std::int64_t>()[row]));
        }
        for (std::size_t row = 0; row < rows; ++row) {
            result.texts[first + row] = tokenizer.decode(std::span(texts[row]).subspan(given), true);
            result.references[first + row] = tokenizer.decode(source(row).subspan(given), true);
        }
    });
    result.bleu = corpusBleu(result.texts, result.references, seed);
    return result;
}

}  // namespace qs
