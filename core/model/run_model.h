// SPDX-License-Identifier: GPL-3.0-or-later
// A whole forward pass with one block of weights in memory at a time, and what it makes visible.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/array.h"
#include "base/job.h"
#include "base/parallel.h"
#include "model/executor.h"
#include "model/safetensors_writer.h"

namespace qs {

struct ForwardRequest {
    bool hidden = false;  ///< of sequence 0: hidden.embed, hidden.b (residual stream behind block b), hidden.norm, each [L, hidden]
    bool inputs = false;  ///< of sequence 0: input.layers.b.<linear> [L, in] of the first and the last block
};

/// Names and shapes (F32) of what runModel emits: the above, and logits.k [L_k, vocabulary] of every sequence.
std::vector<TensorDeclaration> forwardOutputs(const ModelSpec& spec, std::span<const std::vector<std::int32_t>> sequences,
                                              const ForwardRequest& request);

/// Runs all sequences (each by itself, positions from 0) through all blocks and calls emit(name, values) for each output, from the calling
/// thread. `spillBudget`: bytes of activations in memory, 0 = no limit. Throws Error for an empty sequence or an id outside of the
/// vocabulary.
void runModel(const Model& model, Executor& executor, std::span<const std::vector<std::int32_t>> sequences, const ForwardRequest& request,
              ThreadPool& pool, JobContext& context, const std::function<void(const std::string&, const Matrix<float>&)>& emit,
              std::size_t spillBudget = 0, const std::string& spillFolder = ".");

}  // namespace qs
