// SPDX-License-Identifier: GPL-3.0-or-later
// See perplexity.h. Windows go through the model in batches, block by block: weights are read once a batch, and a worker takes one window
// through all stages of a block, so that its activations stay in cache.
#include "evaluate/perplexity.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
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

double meanOf(std::span<const float> losses) {
    double sum = 0;
    for (const float loss : losses) sum += static_cast<double>(loss);
    return sum / static_cast<double>(losses.size());
}

/// A window to be computed, and the windows (task, number) whose losses it gives: its own, and those that begin as it does.
struct Window {
    std::span<const TokenId> ids;
    std::vector<std::pair<std::size_t, std::size_t>> gives;
};

/// Of all tasks, the longest first.
std::vector<Window> windowsOf(std::span<const PerplexityTask> tasks) {
    std::vector<std::size_t> order(tasks.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return tasks[a].window > tasks[b].window; });
    std::map<const TokenId*, std::size_t> begun;  // first id -> index of the longest window that begins there
    std::vector<Window> windows;
    for (const std::size_t task : order) {
        const std::size_t length = static_cast<std::size_t>(tasks[task].window), count = tasks[task].stream.size() / length;
        for (std::size_t w = 0; w < count; ++w) {
            const std::span<const TokenId> ids = tasks[task].stream.subspan(w * length, length);
            const auto [at, fresh] = begun.emplace(ids.data(), windows.size());
            if (fresh) windows.push_back({ids, {}});
            windows[at->second].gives.emplace_back(task, w);
        }
    }
    return windows;
}

/// Ends of batches that take about equal memory, as many as the budget asks for; a batch has one window at least.
std::vector<std::size_t> batchEnds(const ModelSpec& spec, DType dtype, const std::vector<Window>& windows, std::size_t budgetBytes) {
    std::vector<std::size_t> bytes;
    for (const Window& window : windows) {
        const int length = static_cast<int>(window.ids.size());
        bytes.push_back(ActivationStore::bytesFor(spec, std::span(&length, 1), dtype));
    }
    const std::size_t total = std::accumulate(bytes.begin(), bytes.end(), std::size_t{0}), budget = budgetBytes == 0 ? total : budgetBytes,
                      batches = (total + budget - 1) / budget, even = total / batches;
    std::vector<std::size_t> ends;
    std::size_t taken = 0;
    for (std::size_t w = 0; w < windows.size(); ++w) {
        if (taken > 0 && (taken >= even || taken + bytes[w] > budget)) {
            ends.push_back(w);
            taken = 0;
        }
        taken += bytes[w];
    }
    ends.push_back(windows.size());
    return ends;
}

/// Everything that a batch needs.
struct Run {
    const ModelSpec& spec;
    const BlockSource& blocks;
    Executor& executor;
    std::span<const PerplexityTask> tasks;
    std::vector<Window> windows;
    std::vector<std::vector<double>> losses;  ///< of every task
    std::vector<std::vector<double>> sums;    ///< of every task, Σ over its windows of the loss at each position
    JobContext& context;
    ThreadPool& pool;

    void report(std::size_t first, std::size_t end, std::size_t step) const {
        const std::size_t steps = spec.blocks.size() + 1;
        const double done =
            static_cast<double>(first) + static_cast<double>(end - first) * static_cast<double>(step) / static_cast<double>(steps);
        const std::string place = step < spec.blocks.size()
                                      ? "block " + std::to_string(step + 1) + " of " + std::to_string(spec.blocks.size())
                                      : std::string("losses");
        context.report(done / static_cast<double>(windows.size()), "perplexity, windows " + std::to_string(first + 1) + " to " +
                                                                       std::to_string(end) + " of " + std::to_string(windows.size()) +
                                                                       ", " + place);
    }

    void batch(std::size_t first, std::size_t end) {
        const std::size_t count = end - first;
        std::vector<int> lengths;
        for (std::size_t w = first; w < end; ++w) lengths.push_back(static_cast<int>(windows[w].ids.size()));
        ActivationStore store(executor, spec, lengths, 0, {});
        const std::span<SequenceBuffers> buffers = store.sequences();
        for (std::size_t b = 0; b < spec.blocks.size(); ++b) {
            report(first, end, b);
            context.check();
            executor.setBlock(spec.blocks[b], blocks(static_cast<int>(b)));
            if (b == 0) pool.run(count, [&](std::size_t k, int) { executor.embed(windows[first + k].ids, buffers[k]); });
            runBlock(executor, buffers, pool, [&] { context.check(); });
        }
        report(first, end, spec.blocks.size());
        std::vector<std::vector<float>> values(count);
        pool.run(count, [&](std::size_t k, int worker) {
            context.check();
            values[k] = executor.tokenLosses(buffers[k], windows[first + k].ids, worker);
        });
        for (std::size_t k = 0; k < count; ++k)
            for (const auto& [task, w] : windows[first + k].gives) {
                const auto own = std::span(values[k]).first(sums[task].size());
                losses[task][w] = meanOf(own);
                for (std::size_t t = 0; t < own.size(); ++t) sums[task][t] += static_cast<double>(own[t]);
            }
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

std::vector<PerplexityResult> perplexities(const Model& model, const BlockSource& blocks, Executor& executor,
                                           std::span<const PerplexityTask> tasks, std::size_t budgetBytes, JobContext& context,
                                           ThreadPool& pool) {
    const ModelSpec& spec = model.spec();
    const BlockSource source = blocks ? blocks : [&model](int b) { return model.block(b); };
    Run run{spec, source, executor, tasks, {}, {}, {}, context, pool};
    for (const PerplexityTask& task : tasks) {
        requireUsable(spec, task.stream, task.window);
        run.losses.emplace_back(task.stream.size() / static_cast<std::size_t>(task.window));
        run.sums.emplace_back(static_cast<std::size_t>(task.window) - 1);
    }
    run.windows = windowsOf(tasks);
    std::size_t first = 0;
    for (const std::size_t end : batchEnds(spec, executor.dtype(), run.windows, budgetBytes)) {
        run.batch(first, end);
        first = end;
    }
    context.report(1, "perplexity of " + std::to_string(run.windows.size()) + " windows");
    std::vector<PerplexityResult> results;
    for (std::size_t t = 0; t < tasks.size(); ++t) {
        requireFinite(run.losses[t]);
        const std::size_t windows = run.losses[t].size(), used = windows * static_cast<std::size_t>(tasks[t].window);
        PerplexityResult& result = results.emplace_back(summary(std::move(run.losses[t])));
        for (const double sum : run.sums[t]) result.lossAtPosition.push_back(sum / static_cast<double>(windows));
        result.tokens = static_cast<std::int64_t>(tasks[t].stream.size());
        result.droppedTokens = result.tokens - static_cast<std::int64_t>(used);
    }
    return results;
}

PerplexityResult perplexity(const Model& model, const BlockSource& blocks, Executor& executor, std::span<const TokenId> stream, int window,
                            std::size_t budgetBytes, JobContext& context, ThreadPool& pool) {
    const PerplexityTask task{stream, window};
    return std::move(perplexities(model, blocks, executor, std::span(&task, 1), budgetBytes, context, pool).front());
}

}  // namespace qs
