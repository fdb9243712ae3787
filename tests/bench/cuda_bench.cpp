// SPDX-License-Identifier: GPL-3.0-or-later
// The same work on the CPU (all cores) and on the first CUDA device, wall time: a solve of GPTQ, the search of grids, dequantisation, the
// Gram matrices of a bank and the forward pass of a block. Without a device the CUDA rows are reported as skipped.
#include <benchmark/benchmark.h>

#include <functional>

#include "base/error.h"
#include "base/parallel.h"
#include "core/model/random_model.h"
#include "hessian/bank.h"
#include "kernels/blas.h"
#include "kernels/cuda_device.h"
#include "model/executor.h"
#include "quant/hessian_factor.h"
#include "quant/quantizer.h"
#include "support/random_matrix.h"

namespace qs {
namespace {

using testing::randomMatrix;

constexpr Device kCuda{DeviceKind::Cuda, 0};

/// Runs `body` if the device is there.
void onDevice(benchmark::State& state, Device device, const std::function<void()>& body) {
    beginSingleThreadedMath();
    if (device.kind == DeviceKind::Cuda && !cudaAvailable()) {
        state.SkipWithError("no CUDA device");
        return;
    }
    body();
}

/// 2 XᵀX / tokens + a little on the diagonal.
Matrix<float> unscaledHessian(std::size_t n) {
    const std::size_t tokens = 2 * n;
    const Matrix<float> X = randomMatrix(tokens, n, 7);
    Matrix<float> H(n, n);
    gemm(Transpose::Yes, Transpose::No, n, n, tokens, 2.0f / static_cast<float>(tokens), X.data(), n, X.data(), n, 0.0f, H.data(), n);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < i; ++j) H(i, j) = H(j, i);
    return H;
}

/// Arguments: rows, columns. Factorisation (always on the CPU) is not counted.
void columnLoop(benchmark::State& state, Device device, Method method, SearchKind search) {
    onDevice(state, device, [&] {
        const auto rows = static_cast<std::size_t>(state.range(0)), n = static_cast<std::size_t>(state.range(1));
        ThreadPool pool(0, beginSingleThreadedMath);
        JobContext context;
        QuantSettings settings;
        settings.method = method;
        settings.search = search;
        const Matrix<float> W = randomMatrix(rows, n, 3), H = unscaledHessian(n);
        const auto factor = factorize(H.view(), settings, "bench", context, pool);
        const SolveInput input{W.view(), H.view(), factor.get(), "bench", false, nullptr};
        const QuantizerEntry& quantizer = quantizerOf(method);
        benchmark::DoNotOptimize(quantizer.solve(input, settings, context, pool, device));
        for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(quantizer.solve(input, settings, context, pool, device));
    });
}

void dequantization(benchmark::State& state, Device device) {
    onDevice(state, device, [&] {
        ThreadPool pool(0, beginSingleThreadedMath);
        JobContext context;
        QuantSettings settings;
        settings.method = Method::Rtn;
        const Matrix<float> W = randomMatrix(4096, 4096, 3);
        const QuantizedLinear q =
            quantizerOf(Method::Rtn).solve({W.view(), {}, nullptr, "bench", false, nullptr}, settings, context, pool, {}).quantized;
        for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(dequantize(q, device));
    });
}

BlockSpec blockOf(int hidden, int intermediate) {
    BlockSpec block;
    block.hidden = hidden;
    block.intermediate = intermediate;
    block.heads = hidden / 64;
    block.keyValueHeads = block.heads % 3 == 0 ? block.heads / 3 : block.heads / 4;
    block.headDim = 64;
    block.normEpsilon = 1e-5f;
    testing::completeBlock(block, "model.layers.0.");
    return block;
}

/// Arguments: hidden, intermediate. One block over 16 sequences of 1024 tokens, and the Gram matrix of its first input.
void forward(benchmark::State& state, Device device, bool gram) {
    onDevice(state, device, [&] {
        constexpr int kLength = 1024, kCount = 16;
        const BlockSpec block = blockOf(static_cast<int>(state.range(0)), static_cast<int>(state.range(1)));
        const testing::RandomModel model(block, 1000);
        ThreadPool pool(0, beginSingleThreadedMath);
        const auto executor = device.kind == DeviceKind::Cuda ? makeReferenceExecutor(model, device, DType::F32)
                                                              : makeFastExecutor(model, DType::BF16, pool.size());
        const std::vector<int> lengths(kCount, kLength);
        ActivationStore store(*executor, model.spec(), lengths, 0, ".");
        const std::vector<std::int32_t> ids(kLength, 5);
        for (SequenceBuffers& buffers : store.sequences()) executor->embed(ids, buffers);
        executor->setBlock(block, testing::randomWeights(block, 1));
        for (SequenceBuffers& buffers : store.sequences()) executor->run(Stage::AttentionIn, buffers, 0);
        std::vector<float> value(1);
        const auto pass = [&] {
            if (gram) {
                HessianBank bank(block.hidden, executor->dtype(), device);
                std::vector<SequenceInput> inputs;
                for (SequenceBuffers& buffers : store.sequences()) inputs.push_back({inputOf(InputTag::AttentionIn, buffers), false});
                bank.add(kLength, inputs, pool);
                bank.finish(pool);
            } else {
                runBlock(*executor, store.sequences(), pool, [] {});
                executor->toHost(store.sequences()[0].h, 1, value.data());  // waits for the device
            }
        };
        pass();
        for ([[maybe_unused]] auto _ : state) pass();
        state.counters["tokens/s"] = benchmark::Counter(kCount * kLength, benchmark::Counter::kIsIterationInvariantRate);
    });
}

void linears(benchmark::internal::Benchmark* bench) {
    bench->Args({576, 576})->Args({1536, 576})->Args({4096, 4096})->Args({14336, 4096})->UseRealTime()->Unit(benchmark::kMillisecond);
}
void blocks(benchmark::internal::Benchmark* bench) {
    bench->Args({576, 1536})->Args({2048, 8192})->UseRealTime()->Unit(benchmark::kMillisecond);
}

BENCHMARK_CAPTURE(columnLoop, gptq_cpu, Device{}, Method::Gptq, SearchKind::AbsMax)->Apply(linears);
BENCHMARK_CAPTURE(columnLoop, gptq_cuda, kCuda, Method::Gptq, SearchKind::AbsMax)->Apply(linears);
BENCHMARK_CAPTURE(columnLoop, rtn_mse_cpu, Device{}, Method::Rtn, SearchKind::Mse)->Apply(linears);
BENCHMARK_CAPTURE(columnLoop, rtn_mse_cuda, kCuda, Method::Rtn, SearchKind::Mse)->Apply(linears);
BENCHMARK_CAPTURE(dequantization, cpu, Device{})->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(dequantization, cuda, kCuda)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(forward, block_cpu, Device{}, false)->Apply(blocks);
BENCHMARK_CAPTURE(forward, block_cuda, kCuda, false)->Apply(blocks);
BENCHMARK_CAPTURE(forward, gram_cpu, Device{}, true)->Apply(blocks);
BENCHMARK_CAPTURE(forward, gram_cuda, kCuda, true)->Apply(blocks);

}  // namespace
}  // namespace qs
