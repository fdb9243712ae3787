// SPDX-License-Identifier: GPL-3.0-or-later
// Tokens a second of one block in the fast executor, and GFLOP/s of its attention (causal count: 4 · headDim · heads · L (L + 1) / 2), on
// one thread, in CPU time. Shapes: tiny (hidden 256, MLP 768, heads 4/2 × 64) and 60m (512, 1536, 8/4 × 64).
#include <benchmark/benchmark.h>

#include "core/model/random_model.h"
#include "kernels/attention.h"
#include "kernels/blas.h"
#include "kernels/elementwise.h"
#include "kernels/norm.h"
#include "model/executor.h"

namespace qs {
namespace {

using testing::RandomModel;
using testing::randomWeights;

BlockSpec blockOf(int hidden) {
    BlockSpec block;
    block.hidden = hidden;
    block.intermediate = 3 * hidden;
    block.heads = hidden / 64;
    block.keyValueHeads = block.heads / 2;
    block.headDim = 64;
    block.normEpsilon = 1e-5f;
    testing::completeBlock(block, "model.layers.0.");
    return block;
}

/// Arguments: hidden, length, first and last stage.
void stages(benchmark::State& state, DType dtype) {
    beginSingleThreadedMath();
    const BlockSpec block = blockOf(static_cast<int>(state.range(0)));
    const RandomModel model(block, 1000);
    const auto length = static_cast<int>(state.range(1));
    const auto executor = makeFastExecutor(model, dtype, 1);
    const std::vector<int> lengths(static_cast<std::size_t>(8192 / length), length);
    ActivationStore store(*executor, model.spec(), lengths, 0, ".");
    const std::vector<std::int32_t> ids(static_cast<std::size_t>(length), 5);
    for (SequenceBuffers& buffers : store.sequences()) executor->embed(ids, buffers);
    executor->setBlock(block, randomWeights(block, 1));
    for ([[maybe_unused]] auto _ : state)
        for (auto stage = static_cast<std::size_t>(state.range(2)); stage <= static_cast<std::size_t>(state.range(3)); ++stage)
            for (SequenceBuffers& buffers : store.sequences()) executor->run(kStages[stage], buffers, 0);
    const double tokens = static_cast<double>(lengths.size()) * length;
    state.counters["tokens/s"] = benchmark::Counter(tokens, benchmark::Counter::kIsIterationInvariantRate);
}

void blockForward(benchmark::State& state) { stages(state, DType::BF16); }
void blockForwardFloat(benchmark::State& state) { stages(state, DType::F32); }

/// Arguments: heads, length.
void attentionAlone(benchmark::State& state) {
    beginSingleThreadedMath();
    const auto heads = static_cast<std::size_t>(state.range(0)), length = static_cast<std::size_t>(state.range(1));
    constexpr std::size_t d = 64;
    AlignedVector<BFloat16> q(heads * length * d, toBFloat16(0.1f)), k(heads / 2 * length * d, toBFloat16(0.2f)), v(k), out(q);
    AttentionScratch<BFloat16> scratch;
    for ([[maybe_unused]] auto _ : state)
        attention(AttentionProblem<BFloat16>{q.data(), k.data(), v.data(), length, heads, heads / 2, d, 0.125f, 0, 0, out.data()}, scratch);
    const auto pairs = static_cast<double>(length * (length + 1) / 2);
    state.counters["GFLOP/s"] =
        benchmark::Counter(4e-9 * d * static_cast<double>(heads) * pairs, benchmark::Counter::kIsIterationInvariantRate);
}

/// Arguments: hidden, length, vocabulary.
void losses(benchmark::State& state) {
    beginSingleThreadedMath();
    const BlockSpec block = blockOf(static_cast<int>(state.range(0)));
    const RandomModel model(block, static_cast<int>(state.range(2)));
    const auto length = static_cast<int>(state.range(1));
    const auto executor = makeFastExecutor(model, DType::BF16, 1);
    ActivationStore store(*executor, model.spec(), std::vector<int>{length}, 0, ".");
    const std::vector<std::int32_t> ids(static_cast<std::size_t>(length), 5);
    executor->embed(ids, store.sequences()[0]);
    executor->tokenLosses(store.sequences()[0], ids, 0);
    for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(executor->tokenLosses(store.sequences()[0], ids, 0));
    state.counters["tokens/s"] = benchmark::Counter(length, benchmark::Counter::kIsIterationInvariantRate);
}

BENCHMARK(blockForward)->ArgNames({"hidden", "L", "from", "to"})->ArgsProduct({{256, 512}, {512, 2048}, {0}, {4}});
BENCHMARK(blockForward)->ArgNames({"hidden", "L", "from", "to"})->Args({256, 512, 0, 0})->Args({256, 512, 1, 1})->Args({256, 512, 2, 2});
BENCHMARK(blockForward)->ArgNames({"hidden", "L", "from", "to"})->Args({256, 512, 3, 3})->Args({256, 512, 4, 4});
BENCHMARK(blockForwardFloat)->ArgNames({"hidden", "L", "from", "to"})->ArgsProduct({{256, 512}, {512}, {0}, {4}});
BENCHMARK(attentionAlone)->ArgNames({"heads", "L"})->ArgsProduct({{4}, {128, 512, 2048, 8192}});
BENCHMARK(losses)->ArgNames({"hidden", "L", "vocabulary"})->Args({256, 512, 32000})->Args({512, 512, 150000});

}  // namespace
}  // namespace qs
