// SPDX-License-Identifier: GPL-3.0-or-later
// Both stages of group scales on one linear, symmetric, groups of 128, one thread, CPU time. The published code takes 6.0 s for stage 1 at
// 1024 x 4096 with 2 bits, and 1.6 s for one sweep of stage 2, 2.9 s with R.
#include <benchmark/benchmark.h>

#include <cmath>

#include "bench/cpu_seconds.h"
#include "core/quant/quant_support.h"
#include "kernels/blas.h"
#include "quant/scale_refinement.h"
#include "quant/stage_one.h"

namespace qs {
namespace {

struct Layer {
    Matrix<float> W, H;
};

Layer layerOf(const benchmark::State& state) {
    const auto rows = static_cast<std::size_t>(state.range(0)), n = static_cast<std::size_t>(state.range(1));
    return {testing::randomMatrix(rows, n, 3), testing::randomHessian(n, 2 * n)};
}

QuantSettings settingsOf(const benchmark::State& state) {
    QuantSettings settings;
    settings.bits = static_cast<int>(state.range(2));
    settings.groupSize = static_cast<int>(state.range(3));
    settings.search = SearchKind::Hessian;
    return settings;
}

/// Times body() and keeps the least.
template <class Body>
void measure(benchmark::State& state, const Body& body) {
    double best = HUGE_VAL;
    for (auto _ : state) {
        const double start = testing::cpuSeconds();
        body();
        const double seconds = testing::cpuSeconds() - start;
        best = std::min(best, seconds);
        state.SetIterationTime(seconds);
    }
    state.counters["best_s"] = best;
}

void stageOne(benchmark::State& state) {
    beginSingleThreadedMath();
    ThreadPool pool(1, beginSingleThreadedMath);
    JobContext context;
    const Layer layer = layerOf(state);
    const SolveInput input{layer.W.view(), layer.H.view(), nullptr, "bench", false};
    measure(state, [&] { benchmark::DoNotOptimize(chooseStageOneGrids(input, {}, settingsOf(state), context, pool)); });
}

/// state.range(4): 0 = one sweep, 1 = three, 2 = joint, 3 = one sweep with R.
void stageTwo(benchmark::State& state) {
    beginSingleThreadedMath();
    ThreadPool pool(1, beginSingleThreadedMath);
    JobContext context;
    const Layer layer = layerOf(state);
    QuantSettings settings = settingsOf(state);
    settings.search = SearchKind::AbsMax;
    settings.method = Method::Rtn;
    SolveInput input{layer.W.view(), {}, nullptr, "bench", false};
    const QuantizedLinear q = quantizeLinear(input, settings, StepDetail::None, context, pool, {}).quantized;
    settings.refine = state.range(4) == 2 ? Refine::Joint : Refine::Sweeps;
    settings.sweeps = state.range(4) == 1 ? 3 : 1;
    input.H = layer.H.view();
    if (state.range(4) == 3) input.D = layer.H.view();
    measure(state, [&] {
        QuantizedLinear refined = q;
        benchmark::DoNotOptimize(refineScales(refined, input, settings, false, context, pool));
    });
}

BENCHMARK(stageOne)
    ->ArgNames({"out", "in", "bits", "group"})
    ->Args({1024, 4096, 2, 128})
    ->Args({1024, 4096, 3, 128})
    ->Args({1024, 4096, 4, 128})
    ->Args({1024, 4096, 2, 64})
    ->Args({1024, 4096, 3, 64})
    ->Args({1024, 4096, 3, 32})
    ->Args({576, 576, 3, 0})
    ->Args({576, 1536, 4, 0})
    ->Args({64, 4096, 4, 0})
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond)
    ->MinTime(0.3);
BENCHMARK(stageTwo)
    ->ArgNames({"out", "in", "bits", "group", "kind"})
    ->Args({1024, 4096, 2, 128, 0})
    ->Args({1024, 4096, 2, 128, 1})
    ->Args({1024, 4096, 2, 128, 2})
    ->Args({1024, 4096, 2, 128, 3})
    ->Args({1024, 4096, 2, 64, 2})
    ->Args({1024, 4096, 3, 64, 1})
    ->Args({1024, 4096, 3, 64, 2})
    ->Args({1024, 4096, 3, 32, 2})
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond)
    ->MinTime(0.3);

}  // namespace
}  // namespace qs
