// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/fast_executor_block.h"

#include <string>

#include "base/error.h"
#include "kernels/convert.h"

namespace qs {
namespace {

std::string matrixShapeText(std::size_t rows, std::size_t cols) { return "[" + std::to_string(rows) + ", " + std::to_string(cols) + "]"; }

std::string nameOfLinear(const BlockSpec& spec, LinearRole role) {
    for (const LinearSpec& linear : spec.linears)
        if (linear.role == role) return linear.name;
    return "linear " + std::to_string(static_cast<int>(role)) + " of the block";
}

/// Where the rows of a linear lie.
template <class T>
MatrixView<T> rowsOf(FastBlock<T>& block, LinearRole role) {
    const std::size_t hidden = block.hidden(), inter = block.intermediate(), q = block.queryWidth(), k = block.keyWidth();
    switch (role) {
        case LinearRole::Q: return {block.qkv.data(), q, hidden, hidden};
        case LinearRole::K: return {block.qkv.data() + q * hidden, k, hidden, hidden};
        case LinearRole::V: return {block.qkv.data() + (q + k) * hidden, k, hidden, hidden};
        case LinearRole::O: return {block.o.data(), hidden, q, q};
        case LinearRole::Gate: return {block.gate.data(), inter, hidden, hidden};
        case LinearRole::Up: return {block.up.data(), inter, hidden, hidden};
        case LinearRole::Down: return {block.down.data(), hidden, inter, inter};
    }
    throw Error("unknown linear role " + std::to_string(static_cast<int>(role)));
}

/// offset + weight; empty if the norm does not exist.
std::vector<float> normWeights(const NormSpec& norm, const std::vector<float>& stored, int size) {
    if (!norm.present()) return {};
    if (stored.size() != static_cast<std::size_t>(size))
        throw Error(norm.name + ": the norm has " + std::to_string(stored.size()) + " weights, the block needs " + std::to_string(size));
    std::vector<float> weights = stored;
    for (float& w : weights) w += norm.offset;
    return weights;
}

/// Biases of linears one after the other, zeros where one has none; empty if none has one.
std::vector<float> stackedBias(const BlockSpec& spec, const BlockWeights& weights, std::initializer_list<LinearRole> roles) {
    std::vector<float> stacked;
    bool any = false;
    for (const LinearRole role : roles) {
        const LinearWeights& linear = weights[role];
        if (!linear.bias.empty() && linear.bias.size() != linear.W.rows())
            throw Error(nameOfLinear(spec, role) + ": " + std::to_string(linear.bias.size()) + " biases for " +
                        std::to_string(linear.W.rows()) + " outputs");
        any = any || !linear.bias.empty();
        if (linear.bias.empty()) stacked.resize(stacked.size() + linear.W.rows());
        else stacked.insert(stacked.end(), linear.bias.begin(), linear.bias.end());
    }
    return any ? stacked : std::vector<float>{};
}

void checkSpec(const BlockSpec& spec) {
    if (spec.heads <= 0 || spec.keyValueHeads <= 0 || spec.heads % spec.keyValueHeads != 0)
        throw Error(std::to_string(spec.heads) + " query heads cannot share " + std::to_string(spec.keyValueHeads) + " key-value heads");
    if (spec.rotary.inverseFrequency.size() * 2 != static_cast<std::size_t>(spec.headDim))
        throw Error("the rotary embedding turns " + std::to_string(spec.rotary.inverseFrequency.size() * 2) + " elements of heads with " +
                    std::to_string(spec.headDim));
}

}  // namespace

template <class T>
void FastBlock<T>::setLinear(LinearRole role, MatrixView<const float> W) {
    const MatrixView<T> rows = rowsOf(*this, role);
    if (W.rows != rows.rows || W.cols != rows.cols)
        throw Error(nameOfLinear(spec, role) + ": weights " + matrixShapeText(W.rows, W.cols) + ", the block needs " +
                    matrixShapeText(rows.rows, rows.cols));
    for (std::size_t i = 0; i < W.rows; ++i) convert(W.row(i), rows.row(i), W.cols);
}

template <class T>
FastBlock<T> makeFastBlock(const BlockSpec& spec, const BlockWeights& weights) {
    checkSpec(spec);
    FastBlock<T> block;
    block.spec = spec;
    block.qkv.resize(block.qkvWidth() * block.hidden());
    block.o.resize(block.hidden() * block.queryWidth());
    block.gate.resize(block.intermediate() * block.hidden());
    block.up.resize(block.gate.size());
    block.down.resize(block.gate.size());
    for (const LinearRole role :
         {LinearRole::Q, LinearRole::K, LinearRole::V, LinearRole::O, LinearRole::Gate, LinearRole::Up, LinearRole::Down})
        block.setLinear(role, weights[role].W.view());
    block.qkvBias = stackedBias(spec, weights, {LinearRole::Q, LinearRole::K, LinearRole::V});
    block.oBias = stackedBias(spec, weights, {LinearRole::O});
    block.gateBias = stackedBias(spec, weights, {LinearRole::Gate});
    block.upBias = stackedBias(spec, weights, {LinearRole::Up});
    block.downBias = stackedBias(spec, weights, {LinearRole::Down});
    block.inputNorm = normWeights(spec.inputNorm, weights.inputNorm, spec.hidden);
    block.preMlpNorm = normWeights(spec.preMlpNorm, weights.preMlpNorm, spec.hidden);
    block.postAttentionNorm = normWeights(spec.postAttentionNorm, weights.postAttentionNorm, spec.hidden);
    block.postMlpNorm = normWeights(spec.postMlpNorm, weights.postMlpNorm, spec.hidden);
    block.qNorm = normWeights(spec.qNorm, weights.qNorm, spec.headDim);
    block.kNorm = normWeights(spec.kNorm, weights.kNorm, spec.headDim);
    return block;
}

template struct FastBlock<float>;
template struct FastBlock<BFloat16>;
template FastBlock<float> makeFastBlock(const BlockSpec&, const BlockWeights&);
template FastBlock<BFloat16> makeFastBlock(const BlockSpec&, const BlockWeights&);

}  // namespace qs
