// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/run_model.h"

#include "base/error.h"

namespace qs {
namespace {

/// "input.layers.3.mlp.up_proj" of "model.layers.3.mlp.up_proj", whatever stands in front of "layers.".
std::string inputName(const LinearSpec& linear) { return "input." + linear.name.substr(linear.name.find("layers.")); }

void requireIds(const ModelSpec& spec, std::span<const std::vector<std::int32_t>> sequences) {
    for (std::size_t k = 0; k < sequences.size(); ++k) {
        if (sequences[k].empty()) throw Error("sequence " + std::to_string(k) + ": is empty; give at least one token id");
        for (std::size_t t = 0; t < sequences[k].size(); ++t)
            if (sequences[k][t] < 0 || sequences[k][t] >= spec.vocabulary)
                throw Error("sequence " + std::to_string(k) + ": the id " + std::to_string(sequences[k][t]) + " at position " +
                            std::to_string(t) + " is outside of the vocabulary of " + std::to_string(spec.vocabulary));
    }
}

Matrix<float> copied(const Executor& executor, const void* activations, int rows, int cols) {
    Matrix<float> values(static_cast<std::size_t>(rows), static_cast<std::size_t>(cols));
    executor.toHost(activations, values.size(), values.data());
    return values;
}

bool isShownBlock(std::size_t b, const ModelSpec& spec) { return b == 0 || b + 1 == spec.blocks.size(); }

}  // namespace

std::vector<TensorDeclaration> forwardOutputs(const ModelSpec& spec, std::span<const std::vector<std::int32_t>> sequences,
                                              const ForwardRequest& request) {
    std::vector<TensorDeclaration> list;
    const auto add = [&](const std::string& name, std::size_t rows, int cols) {
        list.push_back({name, DType::F32, {static_cast<std::int64_t>(rows), cols}});
    };
    const std::size_t length = sequences.empty() ? 0 : sequences[0].size();
    if (request.hidden && length > 0) add("hidden.embed", length, spec.hidden);
    for (std::size_t b = 0; b < spec.blocks.size() && length > 0; ++b) {
        if (request.inputs && isShownBlock(b, spec))
            for (const LinearSpec& linear : spec.blocks[b].linears) add(inputName(linear), length, linear.in);
        if (request.hidden) add("hidden." + std::to_string(b), length, spec.hidden);
    }
    if (request.hidden && length > 0) add("hidden.norm", length, spec.hidden);
    for (std::size_t k = 0; k < sequences.size(); ++k) add("logits." + std::to_string(k), sequences[k].size(), spec.vocabulary);
    return list;
}

void runModel(const Model& model, Executor& executor, std::span<const std::vector<std::int32_t>> sequences, const ForwardRequest& request,
              ThreadPool& pool, JobContext& context, const std::function<void(const std::string&, const Matrix<float>&)>& emit,
              std::size_t spillBudget, const std::string& spillFolder) {
    const ModelSpec& spec = model.spec();
    if (sequences.empty()) return;
    requireIds(spec, sequences);
    std::vector<int> lengths;
    for (const auto& ids : sequences) lengths.push_back(static_cast<int>(ids.size()));
    ActivationStore store(executor, spec, lengths, spillBudget, spillFolder);
    const auto buffers = store.sequences();
    for (std::size_t k = 0; k < sequences.size(); ++k) executor.embed(sequences[k], buffers[k]);
    if (request.hidden) emit("hidden.embed", copied(executor, buffers[0].h, lengths[0], spec.hidden));

    std::vector<SequenceBuffers*> all;
    for (SequenceBuffers& each : buffers) all.push_back(&each);
    for (std::size_t b = 0; b < spec.blocks.size(); ++b) {
        context.report(static_cast<double>(b) / static_cast<double>(spec.blocks.size()),
                       "block " + std::to_string(b + 1) + " of " + std::to_string(spec.blocks.size()));
        const BlockSpec& block = spec.blocks[b];
        executor.setBlock(block, model.block(static_cast<int>(b)));
        for (const Stage stage : kStages) {
            runStage(executor, stage, all, pool, [&] { context.check(); });
            if (!request.inputs || !isShownBlock(b, spec)) continue;
            for (const LinearSpec& linear : block.linears)
                if (stageOf(linear.tag) == stage)
                    emit(inputName(linear), copied(executor, inputOf(linear.tag, buffers[0]), lengths[0], linear.in));
        }
        if (request.hidden) emit("hidden." + std::to_string(b), copied(executor, buffers[0].h, lengths[0], spec.hidden));
    }
    if (request.hidden) emit("hidden.norm", executor.finalNorm(buffers[0]));
    for (std::size_t k = 0; k < sequences.size(); ++k) {
        context.check();
        emit("logits." + std::to_string(k), executor.logits(buffers[k]));
    }
    context.report(1, "done");
}

}  // namespace qs
