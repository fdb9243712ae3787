// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/plain_bfloat16.h"

#include <ATen/core/Tensor.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/rsqrt.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/tanh.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <limits>

namespace qs::testing {
namespace {

at::Tensor toTensor(const Matrix<float>& m) {
    return at::from_blob(const_cast<float*>(m.data()), {static_cast<std::int64_t>(m.rows()), static_cast<std::int64_t>(m.cols())},
                         at::kFloat)
        .clone();
}

Matrix<float> toMatrix(const at::Tensor& t) {
    const at::Tensor values = t.to(at::kFloat).contiguous();
    Matrix<float> m(static_cast<std::size_t>(values.size(0)), static_cast<std::size_t>(values.size(1)));
    std::copy_n(values.data_ptr<float>(), m.size(), m.data());
    return m;
}

at::Tensor norm(const at::Tensor& x, const std::vector<float>& stored, float offset, double epsilon) {
    const at::Tensor w =
        at::from_blob(const_cast<float*>(stored.data()), {static_cast<std::int64_t>(stored.size())}, at::kFloat).add(offset);
    const at::Tensor wide = x.to(at::kFloat);
    return wide.mul(at::rsqrt(wide.mul(wide).mean(at::IntArrayRef{-1}, true).add(epsilon))).mul(w).to(at::kBFloat16);
}

at::Tensor linear(const at::Tensor& x, const LinearWeights& weights) {
    at::Tensor bias;
    if (!weights.bias.empty())
        bias = at::from_blob(const_cast<float*>(weights.bias.data()), {static_cast<std::int64_t>(weights.bias.size())}, at::kFloat)
                   .to(at::kBFloat16);
    return at::linear(x, toTensor(weights.W).to(at::kBFloat16), bias);
}

at::Tensor rotate(const at::Tensor& x, const RotarySpec& spec) {
    const at::Tensor positions = at::arange(x.size(-2), at::kDouble).unsqueeze(1);
    const at::Tensor angles = positions.mul(at::tensor(at::ArrayRef<double>(spec.inverseFrequency), at::kDouble).unsqueeze(0));
    const at::Tensor cos = angles.cos().mul(spec.attentionFactor).to(at::kBFloat16),
                     sin = angles.sin().mul(spec.attentionFactor).to(at::kBFloat16);
    const std::int64_t half = x.size(-1) / 2;
    const at::Tensor a = x.narrow(-1, 0, half), b = x.narrow(-1, half, half);
    return at::cat({a.mul(cos).sub(b.mul(sin)), b.mul(cos).add(a.mul(sin))}, -1);
}

at::Tensor attention(const BlockSpec& spec, const BlockWeights& weights, const at::Tensor& x) {
    const std::int64_t length = x.size(0);
    const auto heads = [&](LinearRole role, int count) {
        return linear(x, weights[role]).view({length, count, spec.headDim}).transpose(0, 1);
    };
    at::Tensor q = heads(LinearRole::Q, spec.heads), k = heads(LinearRole::K, spec.keyValueHeads),
               v = heads(LinearRole::V, spec.keyValueHeads);
    if (spec.qNorm.present()) q = norm(q, weights.qNorm, spec.qNorm.offset, static_cast<double>(spec.normEpsilon));
    if (spec.kNorm.present()) k = norm(k, weights.kNorm, spec.kNorm.offset, static_cast<double>(spec.normEpsilon));
    const std::int64_t group = spec.heads / spec.keyValueHeads;
    q = rotate(q, spec.rotary);
    k = rotate(k, spec.rotary).repeat_interleave(group, 0);
    v = v.repeat_interleave(group, 0);
    at::Tensor scores = at::matmul(q, k.transpose(1, 2)).mul(static_cast<double>(spec.attentionScale));
    if (spec.attentionSoftcap > 0)
        scores = at::tanh(scores.div(static_cast<double>(spec.attentionSoftcap))).mul(static_cast<double>(spec.attentionSoftcap));
    const at::Tensor i = at::arange(length).unsqueeze(1), j = at::arange(length).unsqueeze(0);
    at::Tensor unseen = j.gt(i);
    if (spec.window > 0) unseen = unseen.logical_or(i.sub(j).ge(spec.window));
    scores = scores.masked_fill(unseen, -std::numeric_limits<double>::infinity());
    const at::Tensor p = at::softmax(scores.to(at::kFloat), -1).to(at::kBFloat16);
    return linear(at::matmul(p, v).transpose(0, 1).reshape({length, -1}), weights[LinearRole::O]);
}

at::Tensor mlp(const BlockSpec& spec, const BlockWeights& weights, const at::Tensor& x) {
    at::Tensor gate = linear(x, weights[LinearRole::Gate]);
    switch (spec.activation) {
        case Activation::Silu: gate = at::silu(gate); break;
        case Activation::GeluTanh: gate = at::gelu(gate, "tanh"); break;
        case Activation::GeluErf: gate = at::gelu(gate, "none"); break;
    }
    return linear(gate.mul(linear(x, weights[LinearRole::Up])), weights[LinearRole::Down]);
}

}  // namespace

PlainOutput runPlainBFloat16(const Model& model, std::span<const std::int32_t> ids) {
    const ModelSpec& spec = model.spec();
    const auto epsilon = static_cast<double>(spec.normEpsilon);
    Matrix<float> rows(ids.size(), static_cast<std::size_t>(spec.hidden));
    for (std::size_t t = 0; t < ids.size(); ++t)
        std::copy_n(model.readRows(spec.embeddingName, static_cast<std::size_t>(ids[t]), 1).data(), rows.cols(), rows.row(t));
    at::Tensor h = toTensor(rows).to(at::kBFloat16).mul(static_cast<double>(spec.embeddingScale));
    for (std::size_t b = 0; b < spec.blocks.size(); ++b) {
        const BlockSpec& block = spec.blocks[b];
        const BlockWeights weights = model.block(static_cast<int>(b));
        at::Tensor y = attention(block, weights, norm(h, weights.inputNorm, block.inputNorm.offset, epsilon));
        if (block.postAttentionNorm.present()) y = norm(y, weights.postAttentionNorm, block.postAttentionNorm.offset, epsilon);
        h = h.add(y);
        y = mlp(block, weights, norm(h, weights.preMlpNorm, block.preMlpNorm.offset, epsilon));
        if (block.postMlpNorm.present()) y = norm(y, weights.postMlpNorm, block.postMlpNorm.offset, epsilon);
        h = h.add(y);
    }
    const Matrix<float> stored = model.read(spec.finalNorm.name + ".weight");
    h = norm(h, {stored.data(), stored.data() + stored.size()}, spec.finalNorm.offset, epsilon);
    const Matrix<float> head = model.read(spec.headName.empty() ? spec.embeddingName : spec.headName);
    at::Tensor logits = at::linear(h, toTensor(head).to(at::kBFloat16));
    if (spec.finalSoftcap > 0)
        logits = at::tanh(logits.div(static_cast<double>(spec.finalSoftcap))).mul(static_cast<double>(spec.finalSoftcap));
    return {toMatrix(h), toMatrix(logits)};
}

}  // namespace qs::testing
