// SPDX-License-Identifier: GPL-3.0-or-later
// Linears are called on chunks of tokens with a float32 result in scratch memory, and what follows them (bias, norm, rotation,
// activation, residual, rounding) is applied while that result is in the cache.
//
// x, a and m may lie in the same memory with rows of different width. A chunk reads its rows before it writes, and chunks
// go from the last to the first where the output rows are wider than the input rows, so that no row is overwritten before it is read.
#include "model/fast_executor_stages.h"

#include <algorithm>

#include "kernels/blas.h"
#include "kernels/elementwise.h"
#include "kernels/norm.h"

namespace qs {
namespace {

constexpr std::size_t kChunkTokens = 512;  // of a chunk: the linears of large blocks read their weights once for each
constexpr std::size_t kColumns = 512;      // of gate and up at once: a piece stays in the cache until their product is taken

const float* orNull(const std::vector<float>& values) { return values.empty() ? nullptr : values.data(); }

template <class V>
auto* grown(V& vector, std::size_t size) {
    if (vector.size() < size) vector.resize(size);
    return vector.data();
}

enum class Order { Forward, Backward };
Order orderFor(std::size_t widthIn, std::size_t widthOut) { return widthOut > widthIn ? Order::Backward : Order::Forward; }

/// body(first token, tokens) for every chunk of the sequence.
template <class Body>
void overChunks(std::size_t length, Order order, const Body& body) {
    const std::size_t chunks = (length + kChunkTokens - 1) / kChunkTokens;
    for (std::size_t c = 0; c < chunks; ++c) {
        const std::size_t first = (order == Order::Forward ? c : chunks - 1 - c) * kChunkTokens;
        body(first, std::min(kChunkTokens, length - first));
    }
}

/// y [tokens, out] = x [tokens, in] Wᵀ
template <class T>
void linear(const T* x, const T* W, std::size_t tokens, std::size_t out, std::size_t in, float* y) {
    gemm(Transpose::No, Transpose::Yes, tokens, out, in, 1.0f, x, in, W, in, 0.0f, y, out);
}

template <class T>
struct StageRun {
    const FastBlock<T>& block;
    const SequenceBuffers& buffers;
    FastScratch<T>& scratch;
    std::size_t length = static_cast<std::size_t>(buffers.length), hidden = block.hidden();
    T *h = static_cast<T*>(buffers.h), *x = static_cast<T*>(buffers.x), *a = static_cast<T*>(buffers.a), *m = static_cast<T*>(buffers.m);

    void attentionIn() { rmsNorm(h, block.inputNorm.data(), block.spec.normEpsilon, length, hidden, x); }

    /// Heads of q, k or v: head g begins at data + g · stride · headDim.
    struct Heads {
        T* data;
        std::size_t stride;  // in rows
    };
    struct AllHeads {
        Heads q, k, v;
    };

    AllHeads headsInScratch() {
        const std::size_t keys = length * block.keyWidth();
        return {
            {grown(scratch.q, length * block.queryWidth()), length}, {grown(scratch.k, keys), length}, {grown(scratch.v, keys), length}};
    }

    /// q, k, v of all tokens, rotated, by head.
    void makeHeads(const CosSinTable& rotary, const std::vector<TextPart>& parts, const AllHeads& heads) {
        const std::size_t d = block.headDim(), width = block.qkvWidth(), queries = block.queryWidth(), keys = block.keyWidth();
        float* wide = grown(scratch.wide, kChunkTokens * width);
        const float* bias = orNull(block.qkvBias);
        overChunks(length, Order::Forward, [&](std::size_t first, std::size_t tokens) {
            linear(x + first * hidden, block.qkv.data(), tokens, width, hidden, wide);
            for (const TextPart& part : parts) {  // of which positions are consecutive
                const auto start = static_cast<std::size_t>(part.row), end = start + static_cast<std::size_t>(part.rows);
                const std::size_t from = std::max(first, start), to = std::min(first + tokens, end);
                if (from >= to) continue;
                const std::size_t position = static_cast<std::size_t>(part.position) + from - start;
                const auto rotate = [&](std::size_t column, std::size_t columns, const std::vector<float>& norm, bool turned, Heads out) {
                    for (std::size_t c = column; c < column + columns; c += d)
                        rotateHead(HeadRotation<T>{wide + (from - first) * width + c, width, bias ? bias + c : nullptr, orNull(norm),
                                                   block.spec.normEpsilon, turned ? rotary.cos.row(position) : nullptr,
                                                   turned ? rotary.sin.row(position) : nullptr, to - from, d,
                                                   out.data + (c - column) * out.stride + from * d});
                };
                rotate(0, queries, block.qNorm, true, heads.q);
                rotate(queries, keys, block.kNorm, true, heads.k);
                rotate(queries + keys, keys, {}, false, heads.v);
            }
        });
    }

    /// The rows of `part` attend to these keys and values, the last of which are their own.
    void attend(const TextPart& part, const AllHeads& heads, Heads keys, Heads values) {
        const BlockSpec& spec = block.spec;
        const auto row = static_cast<std::size_t>(part.row), position = static_cast<std::size_t>(part.position);
        attention(AttentionProblem<T>{.q = heads.q.data + row * block.headDim(),
                                      .k = keys.data,
                                      .v = values.data,
                                      .length = position + static_cast<std::size_t>(part.rows),
                                      .heads = static_cast<std::size_t>(spec.heads),
                                      .keyValueHeads = static_cast<std::size_t>(spec.keyValueHeads),
                                      .headDim = block.headDim(),
                                      .scale = spec.attentionScale,
                                      .softcap = spec.attentionSoftcap,
                                      .window = static_cast<std::size_t>(spec.window),
                                      .out = a + row * block.queryWidth(),
                                      .queryStart = position,
                                      .queryStride = heads.q.stride,
                                      .keyStride = keys.stride},
                  scratch.attention);
    }

    /// For every head: `count` rows from `row` on of `all`, copied behind `skipped` rows of `out`.
    void copyHeads(Heads all, int row, int count, Heads out, int skipped) const {
        const std::size_t d = block.headDim(), size = static_cast<std::size_t>(count) * d;
        for (std::size_t g = 0; g < static_cast<std::size_t>(block.spec.keyValueHeads); ++g)
            std::copy_n(all.data + (g * all.stride + static_cast<std::size_t>(row)) * d, size,
                        out.data + (g * out.stride + static_cast<std::size_t>(skipped)) * d);
    }

    /// Keys or values of all tokens that the part's last one sees.
    Heads seenBy(const TextPart& part, Heads all, void* cache, AlignedVector<T>& memory) const {
        if (cache) {
            const Heads out{static_cast<T*>(cache), static_cast<std::size_t>(part.capacity)};
            copyHeads(all, part.row, part.rows, out, part.position);
            return out;
        }
        if (part.position == 0) return {all.data + static_cast<std::size_t>(part.row) * block.headDim(), all.stride};
        const auto seen = static_cast<std::size_t>(part.position + part.rows);
        const Heads out{grown(memory, seen * block.keyWidth()), seen};
        copyHeads(all, part.start, part.position, out, 0);
        copyHeads(all, part.row, part.rows, out, part.position);
        return out;
    }

    void attentionOut(const CosSinTable& rotary) {
        const std::vector<TextPart> parts = partsOf(buffers);
        const AllHeads heads = headsInScratch();
        makeHeads(rotary, parts, heads);
        for (const TextPart& part : parts)
            attend(part, heads, seenBy(part, heads.k, part.keys, scratch.keys), seenBy(part, heads.v, part.values, scratch.values));
    }

    /// h += postNorm(W in + bias), and x = norm(h, next) if next.
    void addToResidual(const T* in, std::size_t width, const T* W, const std::vector<float>& bias, const std::vector<float>& postNorm,
                       const float* next, Order order) {
        float* y = grown(scratch.wide, kChunkTokens * hidden);
        overChunks(length, order, [&](std::size_t first, std::size_t tokens) {
            linear(in + first * width, W, tokens, hidden, width, y);
            residualStep(ResidualStep<T>{y, orNull(bias), orNull(postNorm), h + first * hidden, next, next ? x + first * hidden : nullptr,
                                         block.spec.normEpsilon, tokens, hidden});
        });
    }

    void mlpIn() {
        const std::size_t width = block.queryWidth();
        addToResidual(a, width, block.o.data(), block.oBias, block.postAttentionNorm, block.preMlpNorm.data(), orderFor(width, hidden));
    }

    void mlpDown() {
        const std::size_t width = block.intermediate(), pieces = (width + kColumns - 1) / kColumns;
        const std::size_t piece = ((width + pieces - 1) / pieces + 15) / 16 * 16;
        T* rows = grown(scratch.rows, kChunkTokens * hidden);
        float *gate = grown(scratch.wide, 2 * kChunkTokens * piece), *up = gate + kChunkTokens * piece;
        const float *gateBias = orNull(block.gateBias), *upBias = orNull(block.upBias);
        const GateFunction function = gateFunction();
        overChunks(length, orderFor(hidden, width), [&](std::size_t first, std::size_t tokens) {
            std::copy_n(x + first * hidden, tokens * hidden, rows);  // the first piece of m may overwrite them
            for (std::size_t c = 0; c < width; c += piece) {
                const std::size_t columns = std::min(piece, width - c);
                linear(rows, block.gate.data() + c * hidden, tokens, columns, hidden, gate);
                linear(rows, block.up.data() + c * hidden, tokens, columns, hidden, up);
                gatedProduct(GatedProduct<T>{function, gate, up, gateBias ? gateBias + c : nullptr, upBias ? upBias + c : nullptr, tokens,
                                             columns, m + first * width + c, width});
            }
        });
    }

    void finish() { addToResidual(m, block.intermediate(), block.down.data(), block.downBias, block.postMlpNorm, nullptr, Order::Forward); }

    GateFunction gateFunction() const {
        switch (block.spec.activation) {
            case Activation::Silu: return GateFunction::Silu;
            case Activation::GeluTanh: return GateFunction::GeluTanh;
            case Activation::GeluErf: return GateFunction::GeluErf;
        }
        return GateFunction::Silu;
    }
};

}  // namespace

template <class T>
void runFastStage(const FastBlock<T>& block, Stage stage, const SequenceBuffers& buffers, const CosSinTable* rotary,
                  FastScratch<T>& scratch) {
    StageRun<T> run{block, buffers, scratch};
    switch (stage) {
        case Stage::AttentionIn: return run.attentionIn();
        case Stage::AttentionOut: return run.attentionOut(*rotary);
        case Stage::MlpIn: return run.mlpIn();
        case Stage::MlpDown: return run.mlpDown();
        case Stage::Finish: return run.finish();
    }
}

template void runFastStage(const FastBlock<float>&, Stage, const SequenceBuffers&, const CosSinTable*, FastScratch<float>&);
template void runFastStage(const FastBlock<BFloat16>&, Stage, const SequenceBuffers&, const CosSinTable*, FastScratch<BFloat16>&);

}  // namespace qs
