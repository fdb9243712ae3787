// SPDX-License-Identifier: GPL-3.0-or-later
// What-if on one linear, as the length tuner asks for it: three lengths, other shares (H and its factor anew) or other bits (only the
// column loop and the errors anew).
#include <benchmark/benchmark.h>

#include "kernels/blas.h"
#include "run/trial_layer.h"
#include "support/random_matrix.h"

namespace qs {
namespace {

std::shared_ptr<TrialLayer> layerOf(std::size_t rows, std::size_t in) {
    beginSingleThreadedMath();
    std::vector<TrialLayer::Lengths> bank;
    for (const int length : {256, 1024, 4096}) {
        Matrix<float> S(in, in);
        const Matrix<float> X = testing::randomMatrix(in, 64, static_cast<unsigned>(length));
        gemm(Transpose::No, Transpose::Yes, in, in, 64, 1.0f, X.data(), 64, X.data(), 64, 0.0f, S.data(), in);
        for (std::size_t i = 0; i < in; ++i) S(i, i) += 16;
        bank.push_back({length, 8, std::move(S)});
    }
    return TrialLayer::of(testing::randomMatrix(rows, in, 7), std::move(bank), "layer");
}

/// Args: rows, columns, 1: the shares of the lengths change, 0: the bits change.
void whatIf(benchmark::State& state) {
    const auto layer = layerOf(static_cast<std::size_t>(state.range(0)), static_cast<std::size_t>(state.range(1)));
    JobContext context;
    TrialSettings settings;
    settings.weighting = "mix:256=1,1024=1,4096=1";
    layer->solve(settings, context);
    int round = 0;
    for (auto _ : state) {
        ++round;
        if (state.range(2)) settings.weighting = "mix:256=" + std::to_string(round) + ",1024=1,4096=1";
        else settings.quant.bits = 2 + round % 3;
        benchmark::DoNotOptimize(layer->solve(settings, context));
    }
}
BENCHMARK(whatIf)
    ->Args({256, 256, 1})
    ->Args({256, 768, 1})
    ->Args({4096, 4096, 1})
    ->Args({4096, 4096, 0})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace qs
