// SPDX-License-Identifier: GPL-3.0-or-later
// Gram matrices of 4096 tokens (1024 for dim ≥ 4096). GFLOP/s counted as the full 2 · tokens · dim², by the CPU time of all threads for
// one worker and by wall time otherwise.
#include <benchmark/benchmark.h>

#include <random>
#include <vector>

#include "base/array.h"
#include "base/parallel.h"
#include "kernels/blas.h"
#include "kernels/gram.h"

namespace qs {
namespace {

template <class T>
T valueOf(float x) {
    if constexpr (std::is_same_v<T, BFloat16>) return toBFloat16(x);
    else return x;
}

template <class T>
std::vector<T> randomTokens(std::size_t count) {
    std::mt19937 generator(1);
    std::normal_distribution<float> normal;
    std::vector<T> values(count);
    for (T& v : values) v = valueOf<T>(normal(generator));
    return values;
}

template <class T>
void gram(benchmark::State& state) {
    const auto dim = static_cast<std::size_t>(state.range(0)), tokens = static_cast<std::size_t>(dim >= 4096 ? 1024 : 4096);
    ThreadPool pool(static_cast<int>(state.range(1)), beginSingleThreadedMath);
    const std::vector<T> x = randomTokens<T>(tokens * dim);
    std::vector<const T*> rows(tokens);
    for (std::size_t t = 0; t < tokens; ++t) rows[t] = x.data() + t * dim;
    Matrix<float> S(dim, dim);
    for (auto _ : state) addGram(rows, dim, S.data(), dim, pool);
    const auto d = static_cast<double>(dim);
    state.counters["GFLOP/s"] =
        benchmark::Counter(2e-9 * static_cast<double>(tokens) * d * d, benchmark::Counter::kIsIterationInvariantRate);
}

void crossGram(benchmark::State& state) {
    const auto dim = static_cast<std::size_t>(state.range(0)), tokens = static_cast<std::size_t>(4096);
    ThreadPool pool(static_cast<int>(state.range(1)), beginSingleThreadedMath);
    const std::vector<BFloat16> x = randomTokens<BFloat16>(tokens * dim);
    std::vector<const BFloat16*> rows(tokens), others(tokens);
    for (std::size_t t = 0; t < tokens; ++t) {
        rows[t] = x.data() + t * dim;
        others[t] = x.data() + (tokens - 1 - t) * dim;
    }
    Matrix<float> D(dim, dim);
    for (auto _ : state) addCrossGram(rows, others, dim, D.data(), dim, pool);
    const auto d = static_cast<double>(dim);
    state.counters["GFLOP/s"] =
        benchmark::Counter(2e-9 * static_cast<double>(tokens) * d * d, benchmark::Counter::kIsIterationInvariantRate);
}

BENCHMARK(gram<BFloat16>)->ArgsProduct({{256, 512, 576, 1024, 1536, 2048, 4096, 8192}, {1, 2}})->MeasureProcessCPUTime()->UseRealTime();
BENCHMARK(gram<float>)->ArgsProduct({{256, 512, 1536, 2048}, {1, 2}})->MeasureProcessCPUTime()->UseRealTime();
BENCHMARK(crossGram)->ArgsProduct({{512, 1536}, {1, 2}})->MeasureProcessCPUTime()->UseRealTime();

}  // namespace
}  // namespace qs
