// SPDX-License-Identifier: GPL-3.0-or-later
// Scores are q_tᵀ R_tᵀ k̂_s, k̂ keys behind norm and rotation, so a change of row outputs of q counts as
//   H_out,h = diag(γ) [ Σ_L c_L mean_{t<L} R_tᵀ (Σ_{m: L_m = L} Σ_s k̂_s k̂_sᵀ) R_t ] diag(γ)
// k̂ of the key-value head of h, less the mean of its sequence with Keys::Centred: that moves all scores of a query alike, which softmax
// does not see. c_L the factors of H (hessian/weighting.h), first tokens with their own weight; γ [headDim] the gain of the norm of q (1
// without one), whose 1 / rms counts as a constant. For k the same with the queries of all heads that share it. v reaches the residual
// stream through its columns of o: H_out = Σ_{h shares it} W_o,hᵀ W_o,h; its H_in is attended_inputs.h, or that of q and k
// (--value-inputs). Sources: BoA, arXiv 2406.13474; TurboBoA, arXiv 2602.04929. Differs from them: weights of sequences, norms. As there,
// no causal mask in the means.
#include "run/head_hessians.h"

#include <algorithm>

#include "kernels/blas.h"
#include "quant/boa.h"
#include "run/attention_projection.h"
#include "run/stream.h"

namespace qs {
namespace {

constexpr std::size_t kTokens = 256, kShares = 16;

struct Scratch {
    std::vector<float> x, y, head;
    Matrix<double> means;  ///< [heads, headDim] Σ_t k̂_t of the sequence
};

/// sums[head] += Σ_t k̂_t k̂_tᵀ of one sequence, the first token `firstWeight` times. `onHost`: its inputs, if they were brought already.
void addSequence(const AttentionProjection& p, const Executor& executor, const SequenceBuffers& buffers, const float* onHost,
                 const CosSinTable& rotary, double firstWeight, std::vector<Matrix<float>>& sums, Scratch& scratch, JobContext& context) {
    const std::size_t in = p.weights.W.cols(), width = p.heads * p.headDim, d = p.headDim,
                      length = static_cast<std::size_t>(buffers.length);
    if (!onHost) scratch.x.resize(kTokens * in);
    scratch.y.resize(kTokens * width);
    scratch.head.resize(kTokens * d);
    scratch.means = Matrix<double>(p.heads, d);
    for (std::size_t t = 0; t < length; t += kTokens) {
        context.check();
        const std::size_t tokens = std::min(kTokens, length - t);
        const float* x = onHost ? onHost + t * in : scratch.x.data();
        if (!onHost)
            executor.toHost(static_cast<const char*>(buffers.x) + t * in * byteSize(executor.dtype()), tokens * in, scratch.x.data());
        gemm(Transpose::No, Transpose::Yes, tokens, width, in, 1.0f, x, in, p.weights.W.data(), in, 0.0f, scratch.y.data(), width);
        for (std::size_t h = 0; h < p.heads; ++h) {
            rotateHead(p.rotation(scratch.y.data() + h * d, width, h, rotary, t, tokens, scratch.head.data()));
            if (t == 0)
                gemm(Transpose::Yes, Transpose::No, d, d, 1, static_cast<float>(firstWeight - 1), scratch.head.data(), d,
                     scratch.head.data(), d, 1.0f, sums[h].data(), d);
            for (std::size_t i = 0; i < tokens; ++i)
                for (std::size_t c = 0; c < d; ++c)
                    scratch.means(h, c) += (t + i == 0 ? firstWeight : 1) * static_cast<double>(scratch.head[i * d + c]);
            gemm(Transpose::Yes, Transpose::No, d, d, tokens, 1.0f, scratch.head.data(), d, scratch.head.data(), d, 1.0f, sums[h].data(),
                 d);
        }
    }
}

/// sums[head] −= Σ k̂ Σ k̂ᵀ / tokens of the sequence that was added last.
void takeOutMeans(const AttentionProjection& p, double tokens, std::vector<Matrix<float>>& sums, const Scratch& scratch) {
    for (std::size_t h = 0; h < p.heads; ++h)
        for (std::size_t i = 0; i < p.headDim; ++i)
            for (std::size_t j = 0; j < p.headDim; ++j)
                sums[h](i, j) -= static_cast<float>(scratch.means(h, i) * scratch.means(h, j) / tokens);
}

/// Inputs [n, length, hidden] of sequences that lie on a GPU, in one transfer; empty for those of the CPU, which are read in small parts.
std::vector<float> broughtToHost(const BlockState& state, const std::vector<const SequenceBuffers*>& sequences) {
    if (state.session.device().kind == DeviceKind::Cpu) return {};
    std::vector<const void*> inputs;
    for (const SequenceBuffers* sequence : sequences) inputs.push_back(sequence->x);
    const std::size_t each = static_cast<std::size_t>(sequences.front()->length) * static_cast<std::size_t>(state.spec.hidden);
    std::vector<float> x(each * inputs.size());
    state.session.executor->toHostTogether(inputs, each, x.data());
    return x;
}

/// Per head Σ_L c_L mean_t R_tᵀ (Σ k̂ k̂ᵀ) R_t over this rank's sequences. Those of a length go to a fixed number of shares, so that the
/// order of the sums does not depend on the workers.
std::vector<Matrix<double>> turnedSums(const BlockState& state, LinearRole role, const Weighting& weighting,
                                       const std::vector<LengthCount>& counts, Keys keys) {
    const AttentionProjection p = projectionOf(state.spec, state.weights, role);
    const std::vector<double> factors = weighting.factors(counts);
    const RotarySpec& rotary = state.spec.rotary;
    std::vector<Matrix<double>> result(p.heads, Matrix<double>(p.headDim, p.headDim));
    ThreadPool& pool = *state.session.pool;
    std::vector<Scratch> ofWorker(static_cast<std::size_t>(pool.size()));
    const auto buffers = state.calibration->buffers();
    for (std::size_t i = 0; i < counts.size(); ++i) {
        std::vector<const SequenceBuffers*> own;
        for (const SequenceBuffers& sequence : buffers)
            if (sequence.length == counts[i].length) own.push_back(&sequence);
        if (own.empty() || factors[i] == 0) continue;
        const auto length = static_cast<std::size_t>(counts[i].length);
        const CosSinTable table = makeCosSinTable(rotary.inverseFrequency, rotary.attentionFactor, length);
        const std::size_t shares = std::min(own.size(), kShares), each = length * p.weights.W.cols();
        const std::vector<float> brought = broughtToHost(state, own);
        std::vector<std::vector<Matrix<float>>> sums(shares, std::vector<Matrix<float>>(p.heads, Matrix<float>(p.headDim, p.headDim)));
        pool.run(shares, [&](std::size_t share, int worker) {
            for (std::size_t s = share * own.size() / shares; s < (share + 1) * own.size() / shares; ++s) {
                addSequence(p, *state.session.executor, *own[s], brought.empty() ? nullptr : brought.data() + s * each, table,
                            weighting.firstTokenWeight, sums[share], ofWorker[static_cast<std::size_t>(worker)], state.progress.context());
                if (keys == Keys::Centred)
                    takeOutMeans(p, static_cast<double>(length) - 1 + weighting.firstTokenWeight, sums[share],
                                 ofWorker[static_cast<std::size_t>(worker)]);
            }
        });
        for (std::size_t h = 0; h < p.heads; ++h) {
            Matrix<double> C(p.headDim, p.headDim);
            for (const auto& share : sums)
                for (std::size_t e = 0; e < C.size(); ++e) C.data()[e] += static_cast<double>(share[h].data()[e]);
            const Matrix<double> mean = rotatedMean(C, rotary.inverseFrequency, length);
            for (std::size_t e = 0; e < C.size(); ++e) result[h].data()[e] += factors[i] * mean.data()[e];
        }
    }
    for (Matrix<double>& H : result) state.group.sum(H.values());
    return result;
}

/// diag(γ) H diag(γ), both triangles made equal.
Matrix<double> behindNorm(const Matrix<double>& H, const std::vector<float>& gain) {
    Matrix<double> result(H.rows(), H.cols());
    const auto of = [&](std::size_t i) { return gain.empty() ? 1.0 : static_cast<double>(gain[i]); };
    for (std::size_t i = 0; i < H.rows(); ++i)
        for (std::size_t j = 0; j < H.cols(); ++j) result(i, j) = of(i) * of(j) * (H(i, j) + H(j, i)) / 2;
    return result;
}

void add(const Matrix<double>& more, Matrix<double>& sum) {
    if (sum.empty()) sum = Matrix<double>(more.rows(), more.cols());
    for (std::size_t e = 0; e < sum.size(); ++e) sum.data()[e] += more.data()[e];
}

/// Σ W_o,hᵀ W_o,h over the heads of each key-value head.
std::vector<Matrix<double>> valueHessians(const BlockState& state) {
    const Matrix<float>& W = state.weights[LinearRole::O].W;
    const auto heads = static_cast<std::size_t>(state.spec.heads), keyValueHeads = static_cast<std::size_t>(state.spec.keyValueHeads),
               d = static_cast<std::size_t>(state.spec.headDim);
    std::vector<Matrix<double>> result(keyValueHeads);
    for (std::size_t h = 0; h < heads; ++h) {
        Matrix<float> product(d, d);
        gemm(Transpose::Yes, Transpose::No, d, d, W.rows(), 1.0f, W.data() + h * d, W.cols(), W.data() + h * d, W.cols(), 0.0f,
             product.data(), d);
        Matrix<double> wide(d, d);
        std::copy(product.values().begin(), product.values().end(), wide.data());
        add(behindNorm(wide, {}), result[h / (heads / keyValueHeads)]);
    }
    return result;
}

}  // namespace

const std::vector<Matrix<double>>& HeadHessians::of(LinearRole role) const {
    return role == LinearRole::Q ? q : role == LinearRole::K ? k : v;
}

HeadHessians headHessians(BlockState& state, const Weighting& weighting, const std::vector<LengthCount>& counts, Keys kind) {
    const std::vector<Matrix<double>> keys = turnedSums(state, LinearRole::K, weighting, counts, kind),
                                      queries = turnedSums(state, LinearRole::Q, weighting, counts, Keys::AsTheyAre);
    const std::size_t group = queries.size() / keys.size();
    const std::vector<float> queryGain = projectionOf(state.spec, state.weights, LinearRole::Q).gain,
                             keyGain = projectionOf(state.spec, state.weights, LinearRole::K).gain;
    HeadHessians result;
    result.k.resize(keys.size());
    for (std::size_t h = 0; h < queries.size(); ++h) {
        result.q.push_back(behindNorm(keys[h / group], queryGain));
        add(behindNorm(queries[h], keyGain), result.k[h / group]);
    }
    result.v = valueHessians(state);
    return result;
}

std::size_t headHessianBytes(const BlockSpec& block, int threads) {
    const auto d = static_cast<std::size_t>(block.headDim), heads = static_cast<std::size_t>(block.heads);
    const std::size_t sums = kShares * heads * d * d * sizeof(float), kept = 4 * heads * d * d * sizeof(double);
    const std::size_t scratch = kTokens * (static_cast<std::size_t>(block.hidden) + heads * d + d) * sizeof(float);
    return sums + kept + static_cast<std::size_t>(threads) * scratch;
}

}  // namespace qs
