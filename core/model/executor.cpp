// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/executor.h"

#include <algorithm>
#include <map>

#include "base/error.h"

namespace qs {
namespace {

constexpr std::size_t kTokensTogether = 16384;  // some 100 MB of activations and scores per 1000 channels

}  // namespace

void* inputOf(InputTag tag, const SequenceBuffers& buffers) {
    switch (tag) {
        case InputTag::AttentionIn:
        case InputTag::MlpIn: return buffers.x;
        case InputTag::AttentionOut: return buffers.a;
        case InputTag::MlpDown: return buffers.m;
    }
    return nullptr;
}

int widthOf(InputTag tag, const BlockSpec& block) {
    switch (tag) {
        case InputTag::AttentionIn:
        case InputTag::MlpIn: return block.hidden;
        case InputTag::AttentionOut: return block.heads * block.headDim;
        case InputTag::MlpDown: return block.intermediate;
    }
    return 0;
}

Stage stageOf(InputTag tag) {
    switch (tag) {
        case InputTag::AttentionIn: return Stage::AttentionIn;
        case InputTag::AttentionOut: return Stage::AttentionOut;
        case InputTag::MlpIn: return Stage::MlpIn;
        case InputTag::MlpDown: return Stage::MlpDown;
    }
    return Stage::Finish;
}

std::vector<TextPart> partsOf(const SequenceBuffers& buffers) {
    if (buffers.parts.empty()) return {{.rows = buffers.length}};
    int row = 0;
    for (const TextPart& part : buffers.parts) {
        const bool cached = part.keys != nullptr;
        if (part.row != row || part.rows < 1 || part.position < 0 || (!cached && (part.start < 0 || part.start + part.position > part.row)))
            throw Error("the parts of a sequence do not fit together");
        if (cached && part.position + part.rows > part.capacity)
            throw Error("the cache of keys and values holds " + std::to_string(part.capacity) + " tokens, not " +
                        std::to_string(part.position + part.rows));
        row += part.rows;
    }
    if (row != buffers.length)
        throw Error("the parts of a sequence have " + std::to_string(row) + " tokens, its buffers " + std::to_string(buffers.length));
    return {buffers.parts.begin(), buffers.parts.end()};
}

void Executor::runTogether(Stage stage, std::span<SequenceBuffers* const> sequences) {
    for (SequenceBuffers* buffers : sequences) run(stage, *buffers, 0);
}

void Executor::toHostTogether(std::span<const void* const> activations, std::size_t count, float* out) const {
    for (std::size_t i = 0; i < activations.size(); ++i) toHost(activations[i], count, out + i * count);
}

void runStage(Executor& executor, Stage stage, std::span<SequenceBuffers* const> sequences, ThreadPool& pool,
              const std::function<void()>& tick) {
    if (!executor.runsTogether()) {
        pool.run(sequences.size(), [&](std::size_t item, int worker) {
            tick();
            executor.run(stage, *sequences[item], worker);
        });
        return;
    }
    std::map<int, std::vector<SequenceBuffers*>> byLength;
    for (SequenceBuffers* buffers : sequences) {
        if (buffers->parts.empty() && buffers->length > 0) {
            byLength[buffers->length].push_back(buffers);
            continue;
        }
        tick();
        executor.run(stage, *buffers, 0);
    }
    for (const auto& [length, all] : byLength) {
        const std::size_t most = std::max<std::size_t>(1, kTokensTogether / static_cast<std::size_t>(length));
        for (std::size_t first = 0; first < all.size(); first += most) {
            tick();
            executor.runTogether(stage, std::span(all).subspan(first, std::min(most, all.size() - first)));
        }
    }
}

void runBlock(Executor& executor, std::span<SequenceBuffers> sequences, ThreadPool& pool, const std::function<void()>& tick) {
    if (executor.runsTogether()) {
        std::vector<SequenceBuffers*> all;
        for (SequenceBuffers& each : sequences) all.push_back(&each);
        for (const Stage stage : kStages) runStage(executor, stage, all, pool, tick);
        return;
    }
    pool.run(sequences.size(), [&](std::size_t k, int worker) {
        for (const Stage stage : kStages) {
            tick();
            executor.run(stage, sequences[k], worker);
        }
    });
}

}  // namespace qs
