// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluate/divergence.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "base/error.h"
#include "kernels/elementwise.h"

namespace qs {
namespace {

constexpr std::size_t kComparedTokens = 8192;
constexpr std::size_t kRowsOfLogits = 32;

struct WindowSums {
    double kl = 0, agreement = 0, loss = 0, referenceLoss = 0;
    std::vector<double> klAtPosition;
};

double logSumOfExponentials(const float* logits, std::size_t count) {
    float maximum = -std::numeric_limits<float>::infinity();
    double sum = 0;
    addExponentials(logits, count, &maximum, &sum);
    return static_cast<double>(maximum) + std::log(sum);
}

/// One position: logits of both models.
void addPosition(const float* reference, const float* logits, std::size_t vocabulary, TokenId next, WindowSums& sums) {
    const double referenceSum = logSumOfExponentials(reference, vocabulary), sum = logSumOfExponentials(logits, vocabulary);
    double kl = 0;
    for (std::size_t v = 0; v < vocabulary; ++v) {
        const double logReference = static_cast<double>(reference[v]) - referenceSum;
        if (logReference > -40) kl += std::exp(logReference) * (logReference - (static_cast<double>(logits[v]) - sum));
    }
    const auto largest = [&](const float* row) { return std::max_element(row, row + vocabulary) - row; };
    sums.kl += kl;
    sums.klAtPosition.push_back(kl);
    sums.agreement += largest(reference) == largest(logits);
    sums.loss += sum - static_cast<double>(logits[next]);
    sums.referenceLoss += referenceSum - static_cast<double>(reference[next]);
}

struct Side {
    ForwardModel& model;
    ActivationStore store;
    Side(ForwardModel& forward, std::span<const int> lengths) : model(forward), store(forward.executor(), forward.spec(), lengths, 0, {}) {}
    Matrix<float> logits(std::size_t k, std::size_t first, std::size_t count, int worker) {
        std::vector<const void*> rows;
        for (std::size_t t = first; t < first + count; ++t) rows.push_back(model.row(store.sequences()[k], static_cast<int>(t)));
        return model.executor().logitsOf(rows, worker);
    }
};

std::vector<WindowSums> batch(ForwardModel& reference, ForwardModel& model, const std::vector<std::vector<TokenId>>& ids,
                              JobContext& context) {
    const std::vector<int> lengths(ids.size(), static_cast<int>(ids.front().size()));
    Side left(reference, lengths), right(model, lengths);
    reference.run(left.store.sequences(), ids, context);
    model.run(right.store.sequences(), ids, context);
    std::vector<WindowSums> sums(ids.size());
    const auto vocabulary = static_cast<std::size_t>(model.spec().vocabulary);
    model.pool().run(ids.size(), [&](std::size_t k, int worker) {
        const std::size_t predictions = ids[k].size() - 1;
        for (std::size_t first = 0; first < predictions; first += kRowsOfLogits) {
            context.check();
            const std::size_t count = std::min(kRowsOfLogits, predictions - first);
            const Matrix<float> a = left.logits(k, first, count, worker), b = right.logits(k, first, count, worker);
            for (std::size_t i = 0; i < count; ++i) addPosition(a.row(i), b.row(i), vocabulary, ids[k][first + i + 1], sums[k]);
        }
    });
    return sums;
}

void requireUsable(const ForwardModel& reference, const ForwardModel& model, std::span<const TokenId> stream, int window) {
    const int vocabulary = model.spec().vocabulary, positions = model.spec().maxPositions;
    if (reference.spec().vocabulary != vocabulary)
        throw Error("the reference model has a vocabulary of " + std::to_string(reference.spec().vocabulary) + ", the model one of " +
                    std::to_string(vocabulary) + "; give the model it was made from");
    if (window < 2 || (positions > 0 && window > positions))
        throw Error("the window of " + std::to_string(window) + " tokens must have 2 to " + std::to_string(positions) + " tokens",
                    ErrorKind::Usage);
    if (stream.size() < static_cast<std::size_t>(window))
        throw Error("the text has " + std::to_string(stream.size()) + " tokens, fewer than one window of " + std::to_string(window) +
                    "; give more text or a smaller window");
    for (const TokenId id : stream)
        if (id < 0 || id >= vocabulary)
            throw Error("the text has tokens outside of the model's vocabulary; use the tokenizer of this model");
}

Mean meanOver(const std::vector<WindowSums>& windows, double WindowSums::*member, double predictions) {
    std::vector<double> means;
    for (const WindowSums& sums : windows) means.push_back(sums.*member / predictions);
    const Mean mean = meanOf(means);
    if (!std::isfinite(mean.value)) throw Error("the model's predictions are not finite in this number type; try --compute f32");
    return mean;
}

}  // namespace

Divergence divergence(ForwardModel& reference, ForwardModel& model, std::span<const TokenId> stream, int window, JobContext& context) {
    requireUsable(reference, model, stream, window);
    const std::size_t length = static_cast<std::size_t>(window), windows = stream.size() / length;
    const std::size_t size = std::max(static_cast<std::size_t>(model.pool().size()), kComparedTokens / length);
    std::vector<WindowSums> sums;
    for (std::size_t first = 0; first < windows; first += size) {
        context.report(static_cast<double>(first) / static_cast<double>(windows),
                       "divergence, window " + std::to_string(first + 1) + " of " + std::to_string(windows));
        std::vector<std::vector<TokenId>> ids;
        for (std::size_t w = first; w < std::min(windows, first + size); ++w) {
            const auto part = stream.subspan(w * length, length);
            ids.emplace_back(part.begin(), part.end());
        }
        for (WindowSums& own : batch(reference, model, ids, context)) sums.push_back(std::move(own));
    }
    const double predictions = static_cast<double>(length - 1);
    Divergence result{meanOver(sums, &WindowSums::kl, predictions),
                      meanOver(sums, &WindowSums::agreement, predictions),
                      meanOver(sums, &WindowSums::loss, predictions),
                      meanOver(sums, &WindowSums::referenceLoss, predictions),
                      std::vector<double>(length - 1),
                      static_cast<std::int64_t>(windows)};
    for (const WindowSums& own : sums)
        for (std::size_t t = 0; t < own.klAtPosition.size(); ++t)
            result.klAtPosition[t] += own.klAtPosition[t] / static_cast<double>(windows);
    return result;
}

}  // namespace qs
