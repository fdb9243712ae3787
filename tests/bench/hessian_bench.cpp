// SPDX-License-Identifier: GPL-3.0-or-later
// What the bank costs around the Gram kernel: a whole add() of one length, errors of one linear for three lengths, one spectrum.
#include <benchmark/benchmark.h>

#include <cmath>
#include <random>
#include <vector>

#include "base/parallel.h"
#include "hessian/bank.h"
#include "hessian/errors.h"
#include "hessian/spectrum.h"
#include "kernels/blas.h"
#include "support/random_matrix.h"

namespace qs {
namespace {

HessianBank bankOf(std::size_t dim, const std::vector<int>& lengths, std::size_t tokens, ThreadPool& pool) {
    std::vector<BFloat16> x(static_cast<std::size_t>(lengths.back()) * dim);
    std::mt19937 generator(1);
    std::normal_distribution<float> normal;
    for (BFloat16& value : x) value = toBFloat16(normal(generator));
    HessianBank bank(static_cast<int>(dim), DType::BF16, Device{});
    for (const int length : lengths) {
        const std::vector<SequenceInput> inputs(tokens / static_cast<std::size_t>(length), SequenceInput{x.data(), false});
        bank.add(length, inputs, pool);
    }
    bank.finish(pool);
    return bank;
}

void bankAdd(benchmark::State& state) {
    const auto dim = static_cast<std::size_t>(state.range(0)), tokens = std::size_t{16384};
    ThreadPool pool(static_cast<int>(state.range(1)), beginSingleThreadedMath);
    for (auto _ : state) benchmark::DoNotOptimize(bankOf(dim, {512}, tokens, pool));
    const auto d = static_cast<double>(dim);
    state.counters["GFLOP/s"] =
        benchmark::Counter(2e-9 * static_cast<double>(tokens) * d * d, benchmark::Counter::kIsIterationInvariantRate);
}

void errorsOfThreeLengths(benchmark::State& state) {
    const auto rows = static_cast<std::size_t>(state.range(0)), dim = static_cast<std::size_t>(state.range(1));
    ThreadPool pool(static_cast<int>(state.range(2)), beginSingleThreadedMath);
    const HessianBank bank = bankOf(dim, {256, 512, 1024}, 8192, pool);
    const Matrix<float> W = testing::randomBFloat16Matrix(rows, dim, 1);
    Matrix<float> quantized = W;
    for (float& value : quantized.values()) value = std::nearbyint(value * 3) / 3;
    for (auto _ : state) benchmark::DoNotOptimize(lengthErrors(bank, W.view(), quantized.view(), pool));
}

void combine(benchmark::State& state) {
    const auto dim = static_cast<std::size_t>(state.range(0));
    ThreadPool pool(static_cast<int>(state.range(1)), beginSingleThreadedMath);
    JobContext context;
    const HessianBank bank = bankOf(dim, {256, 512, 1024}, 8192, pool);
    const Weighting weighting = Weighting::parse("maca");
    for (auto _ : state) benchmark::DoNotOptimize(bank.combine(weighting, context, pool));
}

void spectrum(benchmark::State& state) {
    const auto dim = static_cast<std::size_t>(state.range(0));
    ThreadPool pool(1, beginSingleThreadedMath);
    const HessianBank bank = bankOf(dim, {512}, 4096, pool);
    const Matrix<float> S = bank.sum(0, pool);
    beginSingleThreadedMath();
    for (auto _ : state) benchmark::DoNotOptimize(spectrumOf(S.view()));
}

BENCHMARK(bankAdd)->ArgsProduct({{512, 1536}, {1, 2}})->MeasureProcessCPUTime()->UseRealTime();
BENCHMARK(errorsOfThreeLengths)->ArgsProduct({{512, 1536}, {512, 1536}, {1, 2}})->MeasureProcessCPUTime()->UseRealTime();
BENCHMARK(combine)->ArgsProduct({{512, 1536}, {1, 2}})->MeasureProcessCPUTime()->UseRealTime();
BENCHMARK(spectrum)->Arg(256)->Arg(512)->Arg(1536)->MeasureProcessCPUTime()->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace qs
