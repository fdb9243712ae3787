// SPDX-License-Identifier: GPL-3.0-or-later
// One decoder block as a plain, differentiable function on ATen tensors; any dtype, any device, leading batch axes allowed.
//   x = norm(h)            a = attention(q(x), k(x), v(x))       h += postNorm(o(a))
//   x = norm(h)            m = act(gate(x)) · up(x)              h += postNorm(down(m))
// Every linear goes through a LinearFn: full precision, fake quantization and quantization-aware training are different LinearFns.
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <vector>

#include "model/executor.h"
#include "model/spec.h"

namespace qs {

/// y [..., out] of x [..., in].
using LinearFn = std::function<at::Tensor(const LinearSpec&, const at::Tensor&)>;

/// Gains (offset + weight) of the norms of a block; undefined tensors for norms that the spec does not have.
struct BlockNorms {
    at::Tensor input, preMlp, postAttention, postMlp, query, key;
};

/// cos and sin of position · frequency, times the attention factor, [L, headDim / 2].
struct RotaryTable {
    at::Tensor cosine, sine;
};

/// Angles in double, rounded to the type of `like` at the end. `positions` [L], any real or integer type, on the device of `like`.
RotaryTable rotaryTable(const RotarySpec& rotary, const at::Tensor& positions, const at::Tensor& like);

/// x / sqrt(mean(x²) + epsilon) · gain over the last axis.
at::Tensor rmsNorm(const at::Tensor& x, const at::Tensor& gain, double epsilon);

/// a [..., L, heads · headDim] of the normed input x [..., L, hidden]: q, k, v linears, q/k norm, rotation, causal attention (windowed,
/// soft-capped, grouped), before the output linear. Query rows are worked through in slices, so that memory grows as L, not L².
at::Tensor attentionOutput(const BlockSpec& block, const BlockNorms& norms, const at::Tensor& x, const RotaryTable& rotary,
                           const LinearFn& linear);

/// softmax(scale q·k) v over the keys up to each query, q [..., K, G, L, d], k and v [..., K, L, d] -> [..., K, G, L, d], by one kernel
/// that never stores the scores. attentionOutput() takes it on a GPU where neither window nor cap nor derivative is asked for.
at::Tensor fusedAttention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, double scale);

/// Earlier keys and values of a part, [keyValueHeads, capacity, headDim], which take up its own; undefined = those of earlier rows of x.
struct PartCache {
    at::Tensor keys, values;
};
/// The same for rows that form several texts (model/executor.h): x [L, hidden], `rotary` for the positions of its rows, a cache a part.
at::Tensor attentionOutput(const BlockSpec& block, const BlockNorms& norms, const at::Tensor& x, const RotaryTable& rotary,
                           const LinearFn& linear, const std::vector<TextPart>& parts, const std::vector<PartCache>& caches);

/// m [..., intermediate] = act(gate(x)) · up(x).
at::Tensor mlpProduct(const BlockSpec& block, const at::Tensor& x, const LinearFn& linear);

/// h + postNorm(linear(role, x)): the two places where the residual stream grows.
at::Tensor addToResidual(const BlockSpec& block, const at::Tensor& h, const at::Tensor& x, LinearRole role, const at::Tensor& postGain,
                         const LinearFn& linear);

/// The whole block: residual stream [..., L, hidden] in, residual stream out.
at::Tensor forwardBlock(const BlockSpec& block, const BlockNorms& norms, const at::Tensor& hidden, const RotaryTable& rotary,
                        const LinearFn& linear);

}  // namespace qs
