// SPDX-License-Identifier: GPL-3.0-or-later
// A model as data. Architectures fill these values in; the executors interpret them and name no architecture.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace qs {

/// The linears of a block, in the order in which data meets them.
enum class LinearRole { Q, K, V, O, Gate, Up, Down };
inline constexpr int kLinearRoles = 7;

/// Linears with the same input share a tag, and so a Hessian.
enum class InputTag { AttentionIn, AttentionOut, MlpIn, MlpDown };  // q,k,v | o | gate,up | down
inline constexpr std::array kInputTags{InputTag::AttentionIn, InputTag::AttentionOut, InputTag::MlpIn, InputTag::MlpDown};
/// "attention-in", "attention-out", "mlp-in", "mlp-down".
const char* nameOf(InputTag tag);

struct LinearSpec {
    LinearRole role{};
    InputTag tag{};
    std::string name;  ///< checkpoint name without ".weight": "model.layers.3.self_attn.q_proj"
    int out = 0, in = 0;
    bool bias = false;
};

/// y = x / sqrt(mean(x²) + epsilon) · (offset + weight)
struct NormSpec {
    std::string name;  ///< checkpoint name without ".weight"; empty = this norm does not exist
    float offset = 0;  ///< 1 for Gemma
    bool present() const { return !name.empty(); }
};

enum class Activation { Silu, GeluTanh, GeluErf };

struct RotarySpec {
    std::vector<double> inverseFrequency;  ///< [headDim / 2], scaling applied, radians per position
    double attentionFactor = 1;            ///< multiplies cos and sin
};

/// One decoder block: x += postAttn(o(attention(norm(x)))); x += postMlp(down(act(gate(norm(x))) · up(norm(x)))).
struct BlockSpec {
    int hidden = 0, intermediate = 0, heads = 0, keyValueHeads = 0, headDim = 0;
    float normEpsilon = 0;
    float attentionScale = 0;    ///< multiplies q·k
    float attentionSoftcap = 0;  ///< 0 = none
    int window = 0;              ///< 0 = none; a token sees itself and window − 1 before it
    Activation activation{};
    RotarySpec rotary;
    NormSpec inputNorm, preMlpNorm, postAttentionNorm, postMlpNorm, qNorm, kNorm;  ///< the last four may be absent
    std::vector<LinearSpec> linears;                                               ///< in LinearRole order
};

struct ModelSpec {
    std::string architecture;  ///< model_type: "llama", "qwen3", "gemma3_text" …
    int hidden = 0, vocabulary = 0, maxPositions = 0;
    float embeddingScale = 1;
    float finalSoftcap = 0;  ///< logits = cap · tanh(logits / cap); 0 = none
    float normEpsilon = 0;
    std::string embeddingName = "model.embed_tokens.weight";
    std::string headName;  ///< "lm_head.weight"; empty = tied to the embedding
    NormSpec finalNorm;
    std::vector<BlockSpec> blocks;
};

}  // namespace qs
