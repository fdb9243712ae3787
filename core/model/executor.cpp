// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/executor.h"

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

}  // namespace qs
