// SPDX-License-Identifier: GPL-3.0-or-later
// A model in memory with random weights and any BlockSpec: what no stored model has (biases everywhere, soft caps in attention, heads wider
// or narrower than the residual stream), and the shapes of benchmarks.
#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "base/error.h"
#include "model/model.h"

namespace qs::testing {

/// The names and shapes of the linears of a block, and rotary frequencies of base 10000, from the sizes already in `block`.
inline void completeBlock(BlockSpec& block, const std::string& prefix) {
    const int q = block.heads * block.headDim, k = block.keyValueHeads * block.headDim;
    const auto add = [&](LinearRole role, InputTag tag, const char* name, int out, int in) {
        block.linears.push_back({role, tag, prefix + name, out, in, false});
    };
    add(LinearRole::Q, InputTag::AttentionIn, "self_attn.q_proj", q, block.hidden);
    add(LinearRole::K, InputTag::AttentionIn, "self_attn.k_proj", k, block.hidden);
    add(LinearRole::V, InputTag::AttentionIn, "self_attn.v_proj", k, block.hidden);
    add(LinearRole::O, InputTag::AttentionOut, "self_attn.o_proj", block.hidden, q);
    add(LinearRole::Gate, InputTag::MlpIn, "mlp.gate_proj", block.intermediate, block.hidden);
    add(LinearRole::Up, InputTag::MlpIn, "mlp.up_proj", block.intermediate, block.hidden);
    add(LinearRole::Down, InputTag::MlpDown, "mlp.down_proj", block.hidden, block.intermediate);
    block.inputNorm.name = prefix + "input_layernorm";
    block.preMlpNorm.name = prefix + "post_attention_layernorm";
    for (int i = 0; i < block.headDim / 2; ++i) block.rotary.inverseFrequency.push_back(std::pow(10000.0, -2.0 * i / block.headDim));
    if (block.attentionScale == 0) block.attentionScale = 1 / std::sqrt(static_cast<float>(block.headDim));
}

inline std::vector<float> randomNorm(const NormSpec& norm, int size, std::mt19937& generator) {
    std::normal_distribution<float> normal(1 - norm.offset, 0.2f);
    std::vector<float> weights;
    for (int i = 0; norm.present() && i < size; ++i) weights.push_back(normal(generator));
    return weights;
}

inline Matrix<float> randomMatrix(int rows, int cols, float deviation, std::mt19937& generator) {
    std::normal_distribution<float> normal(0, deviation);
    Matrix<float> m(static_cast<std::size_t>(rows), static_cast<std::size_t>(cols));
    for (float& v : m.values()) v = normal(generator);
    return m;
}

inline BlockWeights randomWeights(const BlockSpec& block, unsigned seed) {
    std::mt19937 generator(seed);
    BlockWeights weights;
    for (const LinearSpec& linear : block.linears) {
        weights[linear.role].W = randomMatrix(linear.out, linear.in, 1 / std::sqrt(static_cast<float>(linear.in)), generator);
        if (!linear.bias) continue;
        const Matrix<float> bias = randomMatrix(1, linear.out, 0.3f, generator);
        weights[linear.role].bias.assign(bias.data(), bias.data() + bias.size());
    }
    weights.inputNorm = randomNorm(block.inputNorm, block.hidden, generator);
    weights.preMlpNorm = randomNorm(block.preMlpNorm, block.hidden, generator);
    weights.postAttentionNorm = randomNorm(block.postAttentionNorm, block.hidden, generator);
    weights.postMlpNorm = randomNorm(block.postMlpNorm, block.hidden, generator);
    weights.qNorm = randomNorm(block.qNorm, block.headDim, generator);
    weights.kNorm = randomNorm(block.kNorm, block.headDim, generator);
    return weights;
}

/// Embedding (also the head) and final norm; the blocks are given to setBlock directly.
class RandomModel final : public Model {
  public:
    RandomModel(const BlockSpec& block, int vocabulary) {
        m_spec.architecture = "random";
        m_spec.hidden = block.hidden;
        m_spec.vocabulary = vocabulary;
        m_spec.maxPositions = 65536;
        m_spec.normEpsilon = block.normEpsilon;
        m_spec.finalNorm.name = "model.norm";
        m_spec.blocks = {block};
        std::mt19937 generator(7);
        m_embedding = randomMatrix(vocabulary, block.hidden, 1, generator);
        m_norm = randomMatrix(1, block.hidden, 0.3f, generator);
    }
    ModelSpec& editSpec() { return m_spec; }

    const ModelSpec& spec() const override { return m_spec; }
    const std::filesystem::path& path() const override { return m_path; }
    std::vector<TensorInfo> tensors() const override { return {}; }
    Matrix<float> read(const std::string& name) const override { return tensor(name); }
    Matrix<float> readRows(const std::string& name, std::size_t first, std::size_t count) const override {
        Matrix<float> rows(count, tensor(name).cols());
        for (std::size_t i = 0; i < count; ++i) std::copy_n(tensor(name).row(first + i), rows.cols(), rows.row(i));
        return rows;
    }
    std::int64_t parameters() const override { return 0; }
    std::string storage() const override { return "F32"; }
    std::string fingerprint() const override { return {}; }
    std::vector<std::string> unsupported() const override { return {}; }
    std::string config() const override { return {}; }

  private:
    const Matrix<float>& tensor(const std::string& name) const {
        if (name == m_spec.embeddingName) return m_embedding;
        if (name == m_spec.finalNorm.name + ".weight") return m_norm;
        throw Error(name + ": no such tensor");
    }

    ModelSpec m_spec;
    std::filesystem::path m_path;
    Matrix<float> m_embedding, m_norm;
};

}  // namespace qs::testing
