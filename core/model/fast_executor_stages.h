// SPDX-License-Identifier: GPL-3.0-or-later
// The five stages of a block (model/executor.h) on the CPU, for one sequence on the calling thread.
#pragma once

#include "base/array.h"
#include "kernels/attention.h"
#include "kernels/rotary.h"
#include "model/executor.h"
#include "model/fast_executor_block.h"

namespace qs {

/// Memory that one worker keeps between calls. Grows with the longest sequence only in q, k and v.
template <class T>
struct FastScratch {
    AlignedVector<float> wide;      ///< float32 output of linears for one chunk of tokens
    AlignedVector<T> rows;          ///< inputs of one chunk
    AlignedVector<T> q, k, v;       ///< heads of one sequence, [heads, length, headDim]
    AlignedVector<T> keys, values;  ///< of one part with the tokens before it
    AttentionScratch<T> attention;
};

/// Runs `stage` on buffers whose elements are T. x, a and m may start at the same address; else they must not overlap.
/// `rotary` covers at least the sequence's length; only Stage::AttentionOut reads it.
template <class T>
void runFastStage(const FastBlock<T>& block, Stage stage, const SequenceBuffers& buffers, const CosSinTable* rotary,
                  FastScratch<T>& scratch);

}  // namespace qs
