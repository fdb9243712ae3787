// SPDX-License-Identifier: GPL-3.0-or-later
// Rotation of the pair (x_i, x_{i + d/2}) by angle φ_i: (x_i cos φ - x_{i+d/2} sin φ, x_{i+d/2} cos φ + x_i sin φ), d = headDim.
// Scores s = softcap(scale q·k), softmax over the keys j with i - window < j <= i. Head g of G = heads / keyValueHeads consecutive query
// heads shares one key-value head. Sources: arXiv 1706.03762 (attention), 1910.07467 (RMS norm), 2104.09864 (rotation), 2305.13245
// (grouping).
#include "model/reference_forward.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <limits>
#include <vector>

namespace qs {
namespace {

constexpr std::int64_t kQueryRows = 512;  // slice of the score matrix

const LinearSpec& specOf(const BlockSpec& block, LinearRole role) { return block.linears[static_cast<std::size_t>(role)]; }

/// [..., L, heads · d] -> [..., heads, L, d]
at::Tensor splitHeads(const at::Tensor& x, std::int64_t heads) { return x.unflatten(-1, {heads, -1}).transpose(-3, -2); }

at::Tensor rotate(const at::Tensor& x, const RotaryTable& rotary) {
    const std::int64_t half = x.size(-1) / 2;
    const at::Tensor first = x.narrow(-1, 0, half), second = x.narrow(-1, half, half);
    return at::cat({first.mul(rotary.cosine).sub(second.mul(rotary.sine)), second.mul(rotary.cosine).add(first.mul(rotary.sine))}, -1);
}

/// True where query row i (first … first + rows) must not see key j (firstKey … firstKey + keys).
at::Tensor hidden(std::int64_t first, std::int64_t rows, std::int64_t firstKey, std::int64_t keys, int window, at::Device device) {
    const auto options = at::TensorOptions().dtype(at::kLong).device(device);
    const at::Tensor i = at::arange(first, first + rows, options).unsqueeze(1),
                     j = at::arange(firstKey, firstKey + keys, options).unsqueeze(0);
    const at::Tensor future = j.gt(i);
    return window > 0 ? future.logical_or(i.sub(j).ge(window)) : future;
}

/// q [..., K, G, L − start, d], k and v [..., K, L, d] -> [..., K, G, rows, d] for the queries at positions from `first` on; q begins with
/// that at `start`.
at::Tensor attendSlice(const BlockSpec& block, const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, std::int64_t first,
                       std::int64_t rows, std::int64_t start) {
    const std::int64_t firstKey = block.window > 0 ? std::max<std::int64_t>(0, first - block.window + 1) : 0;
    const std::int64_t keys = first + rows - firstKey, group = q.size(-3);
    const at::Tensor queries = q.narrow(-2, first - start, rows).flatten(-3, -2);  // [..., K, G rows, d]
    at::Tensor scores = at::matmul(queries, k.narrow(-2, firstKey, keys).transpose(-2, -1)).mul(static_cast<double>(block.attentionScale));
    if (block.attentionSoftcap > 0) {
        const auto cap = static_cast<double>(block.attentionSoftcap);
        scores = scores.div(cap).tanh().mul(cap);
    }
    scores = scores.unflatten(-2, {group, rows});
    scores = scores.masked_fill(hidden(first, rows, firstKey, keys, block.window, q.device()), -std::numeric_limits<double>::infinity());
    const at::Tensor probabilities = at::softmax(scores, -1).flatten(-3, -2);
    return at::matmul(probabilities, v.narrow(-2, firstKey, keys)).unflatten(-2, {group, rows});
}

/// Whether a GPU has one kernel for it, which keeps the scores on the chip.
bool hasFusedAttention(const BlockSpec& block, const at::Tensor& q) {
    return q.is_cuda() && q.scalar_type() == at::kFloat && q.size(-1) % 4 == 0 && block.window == 0 && !(block.attentionSoftcap > 0) &&
           !at::GradMode::is_enabled();
}

/// q [..., K, G, L − start, d] at positions from `start` on, k and v [..., K, L, d] -> [..., K, G, L − start, d]
at::Tensor attend(const BlockSpec& block, const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, std::int64_t start) {
    const std::int64_t length = k.size(-2);
    if (start == 0 && hasFusedAttention(block, q)) return fusedAttention(q, k, v, static_cast<double>(block.attentionScale));
    std::vector<at::Tensor> slices;
    for (std::int64_t first = start; first < length; first += kQueryRows)
        slices.push_back(attendSlice(block, q, k, v, first, std::min(kQueryRows, length - first), start));
    return slices.size() == 1 ? slices.front() : at::cat(slices, -2);
}

struct Heads {
    at::Tensor q, k, v;  // [..., K, G, L, d], [..., K, L, d], [..., K, L, d]
};

at::Tensor activate(Activation activation, const at::Tensor& x) {
    switch (activation) {
        case Activation::Silu: return at::silu(x);
        case Activation::GeluTanh: return at::gelu(x, "tanh");
        case Activation::GeluErf: return at::gelu(x, "none");
    }
    return x;
}

/// q, k, v of x, q and k normed and rotated.
Heads headsOf(const BlockSpec& block, const BlockNorms& norms, const at::Tensor& x, const RotaryTable& rotary, const LinearFn& linear) {
    const auto epsilon = static_cast<double>(block.normEpsilon);
    at::Tensor q = splitHeads(linear(specOf(block, LinearRole::Q), x), block.heads);
    at::Tensor k = splitHeads(linear(specOf(block, LinearRole::K), x), block.keyValueHeads);
    const at::Tensor v = splitHeads(linear(specOf(block, LinearRole::V), x), block.keyValueHeads);
    if (norms.query.defined()) q = rmsNorm(q, norms.query, epsilon);
    if (norms.key.defined()) k = rmsNorm(k, norms.key, epsilon);
    q = rotate(q, rotary).unflatten(-3, {block.keyValueHeads, block.heads / block.keyValueHeads});
    return {q, rotate(k, rotary), v};
}

/// [..., K, G, L, d] -> [..., L, heads · d]
at::Tensor joinHeads(const at::Tensor& heads) { return heads.flatten(-4, -3).transpose(-3, -2).flatten(-2, -1); }

}  // namespace

at::Tensor fusedAttention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, double scale) {
    const auto shared = [&](const at::Tensor& x) {
        return x.unsqueeze(-3).expand_as(q).reshape({-1, q.size(-4) * q.size(-3), q.size(-2), q.size(-1)});
    };
    const at::Tensor queries = q.reshape({-1, q.size(-4) * q.size(-3), q.size(-2), q.size(-1)});
    return at::scaled_dot_product_attention(queries, shared(k), shared(v), {}, 0.0, /*is_causal=*/true, scale).reshape(q.sizes());
}

RotaryTable rotaryTable(const RotarySpec& rotary, const at::Tensor& positions, const at::Tensor& like) {
    const at::Tensor frequencies =
        at::tensor(at::ArrayRef<double>(rotary.inverseFrequency), at::TensorOptions().dtype(at::kDouble)).to(positions.device());
    // Rounded to float32 as in training (see kernels/rotary.h).
    const at::Tensor angles = positions.to(at::kFloat).unsqueeze(1).mul(frequencies.to(at::kFloat).unsqueeze(0)).to(at::kDouble);
    return {angles.cos().mul(rotary.attentionFactor).to(like.scalar_type()),
            angles.sin().mul(rotary.attentionFactor).to(like.scalar_type())};
}

at::Tensor rmsNorm(const at::Tensor& x, const at::Tensor& gain, double epsilon) {
    const at::Tensor meanSquare = x.mul(x).mean(at::IntArrayRef({-1}), /*keepdim=*/true);
    return x.mul(meanSquare.add(epsilon).rsqrt()).mul(gain);
}

at::Tensor attentionOutput(const BlockSpec& block, const BlockNorms& norms, const at::Tensor& x, const RotaryTable& rotary,
                           const LinearFn& linear) {
    const Heads heads = headsOf(block, norms, x, rotary, linear);
    return joinHeads(attend(block, heads.q, heads.k, heads.v, 0));
}

at::Tensor attentionOutput(const BlockSpec& block, const BlockNorms& norms, const at::Tensor& x, const RotaryTable& rotary,
                           const LinearFn& linear, const std::vector<TextPart>& parts, const std::vector<PartCache>& caches) {
    const Heads heads = headsOf(block, norms, x, rotary, linear);
    std::vector<at::Tensor> outputs;
    for (std::size_t p = 0; p < parts.size(); ++p) {
        const TextPart& part = parts[p];
        const auto seen = [&](const at::Tensor& all, const at::Tensor& cache) {
            const at::Tensor own = all.narrow(-2, part.row, part.rows);
            if (!cache.defined()) return at::cat({all.narrow(-2, part.start, part.position), own}, -2);
            cache.narrow(-2, part.position, part.rows).copy_(own);
            return cache.narrow(-2, 0, part.position + part.rows);
        };
        outputs.push_back(attend(block, heads.q.narrow(-2, part.row, part.rows), seen(heads.k, caches[p].keys),
                                 seen(heads.v, caches[p].values), part.position));
    }
    return joinHeads(at::cat(outputs, -2));
}

at::Tensor mlpProduct(const BlockSpec& block, const at::Tensor& x, const LinearFn& linear) {
    return activate(block.activation, linear(specOf(block, LinearRole::Gate), x)).mul(linear(specOf(block, LinearRole::Up), x));
}

at::Tensor addToResidual(const BlockSpec& block, const at::Tensor& h, const at::Tensor& x, LinearRole role, const at::Tensor& postGain,
                         const LinearFn& linear) {
    const at::Tensor y = linear(specOf(block, role), x);
    return h.add(postGain.defined() ? rmsNorm(y, postGain, static_cast<double>(block.normEpsilon)) : y);
}

at::Tensor forwardBlock(const BlockSpec& block, const BlockNorms& norms, const at::Tensor& hidden, const RotaryTable& rotary,
                        const LinearFn& linear) {
    const auto epsilon = static_cast<double>(block.normEpsilon);
    const at::Tensor a = attentionOutput(block, norms, rmsNorm(hidden, norms.input, epsilon), rotary, linear);
    const at::Tensor h = addToResidual(block, hidden, a, LinearRole::O, norms.postAttention, linear);
    const at::Tensor m = mlpProduct(block, rmsNorm(h, norms.preMlp, epsilon), linear);
    return addToResidual(block, h, m, LinearRole::Down, norms.postMlp, linear);
}

}  // namespace qs
