// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/executor.h"

#include "base/error.h"

namespace qs {

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

}  // namespace qs
