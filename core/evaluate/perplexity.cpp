// SPDX-License-Identifier: GPL-3.0-or-later
// See perplexity.h. Windows go through the model in batches, block by block: weights are read once a batch, and a worker takes one window
// through all stages of a block, so that its activations stay in cache.
#include "evaluate/perplexity.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/error.h"

namespace qs {
namespace {

void requireUsable(const ModelSpec& spec, std::span<const TokenId> stream, int window) {
    if (window < 2) throw Error("perplexity needs a window of at least 2 tokens, got " + std::to_string(window), ErrorKind::Usage);
    if (spec.maxPositions > 0 && window > spec.maxPositions)
        throw Error("the perplexity window of " + std::to_string(window) + " tokens exceeds the " + std::to_string(spec.maxPositions) +
                        " positions of the model; choose a window of at most that",
                    ErrorKind::Usage);
    if (stream.size() < static_cast<std::size_t>(window))
        throw Error("the text has " + std::to_string(stream.size()) + " tokens, fewer than one window of " + std::to_string(window) +
                    "; give more text or a smaller window");
    const auto outside = std::find_if(stream.begin(), stream.end(), [&](TokenId id) { return id < 0 || id >= spec.vocabulary; });
    if (outside != stream.end())
        throw Error("token " + std::to_string(outside - stream.begin()) + " of the text has id " + std::to_string(*outside) +
                    ", outside of the model's vocabulary of " + std::to_string(spec.vocabulary) + "; use the tokenizer of this model");
}

/// Windows per batch: as many as the budget holds, spread evenly over the batches.
std::size_t batchSize(const ModelSpec& spec, DType dtype, int window, std::size_t windows, std::size_t budgetBytes) {
    if (budgetBytes == 0) return windows;
    const std::size_t each = ActivationStore::bytesFor(spec, std::span(&window, 1), dtype);
    const std::size_t fitting = std::clamp<std::size_t>(budgetBytes / each, 1, windows), batches = (windows + fitting - 1) / fitting;
    return (windows + batches - 1) / batches;
}

double meanOf(std::span<const float> losses) {
    double sum = 0;
    for (const float loss : losses) sum += static_cast<double>(loss);
    return sum / static_cast<double>(losses.size());
}

/// Everything that a batch needs; windows [first, first + count) of the stream.
struct Run {
    const ModelSpec& spec;
    const BlockSource& blocks;
    Executor& executor;
    std::span<const TokenId> stream;
    std::size_t window, windows;
    JobContext& context;
    ThreadPool& pool;

    std::span<const TokenId> idsOf(std::size_t w) const { return stream.subspan(w * window, window); }

    void report(std::size_t first, std::size_t count, std::size_t step) const {
        const std::size_t steps = spec.blocks.size() + 1;
        const double done =
            static_cast<double>(first) + static_cast<double>(count) * static_cast<double>(step) / static_cast<double>(steps);
        const std::string place = step < spec.blocks.size()
                                      ? "block " + std::to_string(step + 1) + " of " + std::to_string(spec.blocks.size())
                                      : std::string("losses");
        context.report(done / static_cast<double>(windows), "perplexity, windows " + std::to_string(first + 1) + " to " +
                                                                std::to_string(first + count) + " of " + std::to_string(windows) + ", " +
                                                                place);
    }

    void batch(std::size_t first, std::size_t count, std::vector<double>& losses) const {
        const std::vector<int> lengths(count, static_cast<int>(window));
        ActivationStore store(executor, spec, lengths, 0, {});
        const std::span<SequenceBuffers> buffers = store.sequences();
        for (std::size_t b = 0; b < spec.blocks.size(); ++b) {
            report(first, count, b);
            context.check();
            executor.setBlock(spec.blocks[b], blocks(static_cast<int>(b)));
            if (b == 0) pool.run(count, [&](std::size_t k, int) { executor.embed(idsOf(first + k), buffers[k]); });
            runBlock(executor, buffers, pool, [&] { context.check(); });
        }
        report(first, count, spec.blocks.size());
        pool.run(count, [&](std::size_t k, int worker) {
            context.check();
            losses[first + k] = meanOf(executor.tokenLosses(buffers[k], idsOf(first + k), worker));
        });
    }
};

void requireFinite(const std::vector<double>& losses) {
    for (std::size_t w = 0; w < losses.size(); ++w)
        if (!std::isfinite(losses[w]))
            throw Error("the loss of window " + std::to_string(w + 1) +
                        " of the text is not finite: the model overflows in this number type; "
                        "try --compute f32");
}

/// Mean loss, and its standard error, turned into perplexity.
PerplexityResult summary(std::vector<double> losses) {
    const auto n = static_cast<double>(losses.size());
    double mean = 0, squares = 0;
    for (const double loss : losses) mean += loss / n;
    for (const double loss : losses) squares += (loss - mean) * (loss - mean);
    PerplexityResult result;
    result.value = std::exp(mean);
    result.standardError = losses.size() > 1 ? result.value * std::sqrt(squares / (n - 1) / n) : 0;
    result.windowLosses = std::move(losses);
    return result;
}

}  // namespace

PerplexityResult perplexity(const Model& model, const BlockSource& blocks, Executor& executor, std::span<const TokenId> stream, int window,
                            std::size_t budgetBytes, JobContext& context, ThreadPool& pool) {
    const ModelSpec& spec = model.spec();
    requireUsable(spec, stream, window);
    const std::size_t length = static_cast<std::size_t>(window), windows = stream.size() / length;
    const std::size_t size = batchSize(spec, executor.dtype(), window, windows, budgetBytes);
    const BlockSource source = blocks ? blocks : [&model](int b) { return model.block(b); };
    const Run run{spec, source, executor, stream, length, windows, context, pool};
    std::vector<double> losses(windows);
    for (std::size_t first = 0; first < windows; first += size) run.batch(first, std::min(size, windows - first), losses);
    requireFinite(losses);
    context.report(1, "perplexity of " + std::to_string(windows) + " windows");
    PerplexityResult result = summary(std::move(losses));
    result.tokens = static_cast<std::int64_t>(stream.size());
    result.droppedTokens = static_cast<std::int64_t>(stream.size() - windows * length);
    return result;
}

}  // namespace qs
