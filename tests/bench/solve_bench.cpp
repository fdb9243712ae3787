// SPDX-License-Identifier: GPL-3.0-or-later
// One solve of GPTQ or GPTAQ (factorisation and column loop, 4 bits, groups of 128, symmetric), one thread, CPU time. `floor_ratio` is the
// time against n³/3 + rows · n² flops (GPTAQ: twice) at the rate that a large float32 product reaches in the same process. Compare with
// published_gptq.py.
#include <benchmark/benchmark.h>

#include <cmath>

#include "bench/cpu_seconds.h"
#include "kernels/blas.h"
#include "quant/asymmetric_factor.h"
#include "quant/hessian_factor.h"
#include "quant/quantizer.h"
#include "support/random_matrix.h"

namespace qs {
namespace {

using testing::randomMatrix;

/// 2/N Σ x xᵀ of 2 n tokens with channels of unequal size.
Matrix<float> randomHessian(std::size_t n) {
    const std::size_t tokens = 2 * n;
    Matrix<float> X = randomMatrix(tokens, n, 7), H(n, n);
    for (std::size_t t = 0; t < tokens; ++t)
        for (std::size_t c = 0; c < n; ++c) X(t, c) *= 1 + static_cast<float>(c % 17);
    gemm(Transpose::Yes, Transpose::No, n, n, tokens, 2.0f / static_cast<float>(tokens), X.data(), n, X.data(), n, 0.0f, H.data(), n);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < i; ++j) H(i, j) = H(j, i);
    return H;
}

/// Flops a second of a 2048³ product, best of a few.
double productRate() {
    static const double rate = [] {
        constexpr std::size_t n = 2048;
        const Matrix<float> A = randomMatrix(n, n, 1);
        Matrix<float> C(n, n);
        double best = HUGE_VAL;
        for (int i = 0; i < 5; ++i) {
            const double start = testing::cpuSeconds();
            gemm(Transpose::No, Transpose::No, n, n, n, 1.0f, A.data(), n, A.data(), n, 0.0f, C.data(), n);
            best = std::min(best, testing::cpuSeconds() - start);
        }
        return 2.0 * n * n * n / best;
    }();
    return rate;
}

void solveGptqBench(benchmark::State& state, QuantSettings settings) {
    beginSingleThreadedMath();
    const auto rows = static_cast<std::size_t>(state.range(0)), n = static_cast<std::size_t>(state.range(1));
    ThreadPool pool(1, beginSingleThreadedMath);
    JobContext context;
    const Matrix<float> W = randomMatrix(rows, n, 3), H = randomHessian(n), D = randomMatrix(n, n, 4);
    const bool asymmetric = settings.method == Method::Gptaq;
    double best = HUGE_VAL;
    for (auto _ : state) {
        const double start = testing::cpuSeconds();
        const auto factor = factorize(H.view(), settings, "bench", context, pool);
        std::shared_ptr<const AsymmetricFactor> cross;
        if (asymmetric) cross = factorizeCross(D.view(), *factor, settings, "bench", context, pool);
        const SolveInput input{W.view(), H.view(), factor.get(), "bench", false, cross.get()};
        benchmark::DoNotOptimize(quantizerOf(settings.method).solve(input, settings, context, pool, {}));
        const double seconds = testing::cpuSeconds() - start;
        best = std::min(best, seconds);
        state.SetIterationTime(seconds);
    }
    const double flops = (asymmetric ? 2 : 1) * (std::pow(static_cast<double>(n), 3) / 3 +
                                                 static_cast<double>(rows) * static_cast<double>(n) * static_cast<double>(n));
    state.counters["best_s"] = best;
    state.counters["floor_s"] = flops / productRate();
    state.counters["floor_ratio"] = best * productRate() / flops;
    state.counters["GFLOP/s_product"] = productRate() / 1e9;
}

QuantSettings staticGroups() { return {}; }
QuantSettings dynamicGroups() {
    QuantSettings settings;
    settings.staticGroups = false;
    return settings;
}

QuantSettings gptaq() {
    QuantSettings settings;
    settings.method = Method::Gptaq;
    return settings;
}
QuantSettings gptaqOfficial() {
    QuantSettings settings = gptaq();
    settings.correctionWeight = CorrectionWeight::Published;
    return settings;
}

void shapes(benchmark::internal::Benchmark* bench) {
    bench->Args({1024, 1024})->Args({4096, 1024})->Args({1024, 4096})->Args({4096, 4096});
    bench->UseManualTime()->Unit(benchmark::kMillisecond)->MinTime(1.0);
}

BENCHMARK_CAPTURE(solveGptqBench, static_groups, staticGroups())->Apply(shapes);
BENCHMARK_CAPTURE(solveGptqBench, gptaq, gptaq())->Apply(shapes);
BENCHMARK_CAPTURE(solveGptqBench, gptaq_official, gptaqOfficial())->Args({4096, 1024})->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(solveGptqBench, dynamic_groups, dynamicGroups())->Args({4096, 1024})->UseManualTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace qs
