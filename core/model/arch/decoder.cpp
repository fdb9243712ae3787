// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/arch/decoder.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace qs {
namespace {

constexpr int kMaxBlocks = 4096, kMaxWidth = 1 << 20, kMaxHeads = 4096, kMaxHeadDim = 8192, kMaxVocabulary = 1 << 24;

Activation activationOf(const ArchitectureInput& input, const DecoderTraits& traits) {
    const Config& config = input.config;
    std::string name = config.textOr(traits.activationKey, traits.defaultActivation);
    if (!config.has(traits.activationKey)) name = config.textOr("hidden_act", name);
    if (name == "silu" || name == "swish") return Activation::Silu;
    if (name == "gelu_pytorch_tanh" || name == "gelu_new") return Activation::GeluTanh;
    if (name == "gelu") return Activation::GeluErf;
    input.unsupported.push_back(config.where() + ": the activation '" + name + "' is not supported (silu, gelu and gelu_pytorch_tanh are)");
    return Activation::Silu;
}

/// Sizes, activation and scale: the same in every block.
BlockSpec commonBlock(const ArchitectureInput& input, const DecoderTraits& traits) {
    const Config& config = input.config;
    BlockSpec block;
    block.hidden = config.integer("hidden_size", 1, kMaxWidth);
    block.intermediate = config.integer("intermediate_size", 1, kMaxWidth);
    block.heads = traits.defaultHeads ? config.integerOr("num_attention_heads", traits.defaultHeads, 1, kMaxHeads)
                                      : config.integer("num_attention_heads", 1, kMaxHeads);
    block.keyValueHeads =
        config.integerOr("num_key_value_heads", traits.defaultKeyValueHeads ? traits.defaultKeyValueHeads : block.heads, 1, kMaxHeads);
    if (block.heads % block.keyValueHeads != 0)
        throw Error(config.where() + ": num_attention_heads (" + std::to_string(block.heads) +
                    ") must be a multiple of num_key_value_heads (" + std::to_string(block.keyValueHeads) + ")");
    if (!config.has("head_dim") && traits.defaultHeadDim == 0 && block.hidden % block.heads != 0)
        throw Error(config.where() + ": hidden_size (" + std::to_string(block.hidden) + ") must be a multiple of num_attention_heads (" +
                    std::to_string(block.heads) + "), or head_dim must be given");
    block.headDim =
        config.integerOr("head_dim", traits.defaultHeadDim ? traits.defaultHeadDim : block.hidden / block.heads, 1, kMaxHeadDim);
    if (block.headDim % 2 != 0)
        throw Error(config.where() + ": head_dim must be even for rotary embeddings, not " + std::to_string(block.headDim));
    block.normEpsilon = static_cast<float>(config.positiveOr("rms_norm_eps", 1e-6));
    block.attentionScale = static_cast<float>(1 / std::sqrt(traits.attentionScalar > 0 ? traits.attentionScalar : block.headDim));
    block.activation = activationOf(input, traits);
    return block;
}

void addLinears(BlockSpec& block, const std::string& prefix, const DecoderTraits& traits) {
    const int queries = block.heads * block.headDim, keys = block.keyValueHeads * block.headDim;
    const auto add = [&](LinearRole role, InputTag tag, const char* name, int out, int in, bool bias) {
        block.linears.push_back({role, tag, prefix + name, out, in, bias});
    };
    add(LinearRole::Q, InputTag::AttentionIn, "self_attn.q_proj", queries, block.hidden, traits.queryKeyValueBias);
    add(LinearRole::K, InputTag::AttentionIn, "self_attn.k_proj", keys, block.hidden, traits.queryKeyValueBias);
    add(LinearRole::V, InputTag::AttentionIn, "self_attn.v_proj", keys, block.hidden, traits.queryKeyValueBias);
    add(LinearRole::O, InputTag::AttentionOut, "self_attn.o_proj", block.hidden, queries, traits.outputBias);
    add(LinearRole::Gate, InputTag::MlpIn, "mlp.gate_proj", block.intermediate, block.hidden, traits.mlpBias);
    add(LinearRole::Up, InputTag::MlpIn, "mlp.up_proj", block.intermediate, block.hidden, traits.mlpBias);
    add(LinearRole::Down, InputTag::MlpDown, "mlp.down_proj", block.hidden, block.intermediate, traits.mlpBias);
}

void addNorms(BlockSpec& block, const std::string& prefix, const DecoderTraits& traits) {
    const auto norm = [&](const char* name) { return NormSpec{prefix + name, traits.normOffset}; };
    block.inputNorm = norm("input_layernorm");
    block.preMlpNorm = norm(traits.postNorms ? "pre_feedforward_layernorm" : "post_attention_layernorm");
    if (traits.postNorms) {
        block.postAttentionNorm = norm("post_attention_layernorm");
        block.postMlpNorm = norm("post_feedforward_layernorm");
    }
    if (traits.queryKeyNorm) {
        block.qNorm = norm("self_attn.q_norm");
        block.kNorm = norm("self_attn.k_norm");
    }
}

}  // namespace

std::vector<std::string> layerTypes(const Config& config, const std::function<bool(int block)>& slidingByDefault) {
    const int blocks = config.integer("num_hidden_layers", 1, kMaxBlocks);
    std::vector<std::string> types;
    if (const auto given = config.texts("layer_types")) types = *given;
    else
        for (int b = 0; b < blocks; ++b) types.emplace_back(slidingByDefault(b) ? "sliding_attention" : "full_attention");
    if (types.size() != static_cast<std::size_t>(blocks))
        throw Error(config.where() + ": layer_types has " + std::to_string(types.size()) + " entries for " + std::to_string(blocks) +
                    " layers");
    for (const std::string& type : types)
        if (type != "sliding_attention" && type != "full_attention")
            throw Error(config.where() + ": layer_types holds '" + type + "'; full_attention and sliding_attention are supported");
    return types;
}

ModelSpec decoderSpec(const ArchitectureInput& input, const DecoderTraits& traits) {
    const Config& config = input.config;
    const BlockSpec common = commonBlock(input, traits);
    ModelSpec spec;
    spec.hidden = common.hidden;
    spec.vocabulary = traits.defaultVocabulary ? config.integerOr("vocab_size", traits.defaultVocabulary, 1, kMaxVocabulary)
                                               : config.integer("vocab_size", 1, kMaxVocabulary);
    spec.maxPositions = config.integerOr("max_position_embeddings", traits.defaultMaxPositions, 1, 1 << 30);
    spec.embeddingScale = traits.scaledEmbedding ? static_cast<float>(std::sqrt(static_cast<double>(spec.hidden))) : 1.0f;
    spec.normEpsilon = common.normEpsilon;
    spec.embeddingName = input.prefix + "embed_tokens.weight";
    spec.finalNorm = {input.prefix + "norm", traits.normOffset};
    const bool tied = config.flagOr("tie_word_embeddings", traits.defaultTied);
    spec.headName = input.headName.empty() && !tied ? "lm_head.weight" : input.headName;  // a head in the checkpoint counts in any case
    const int blocks = config.integer("num_hidden_layers", 1, kMaxBlocks);
    std::vector<std::string> problems;  // the same for many blocks: reported once
    for (int b = 0; b < blocks; ++b) {
        const std::string prefix = input.prefix + "layers." + std::to_string(b) + ".";
        BlockSpec block = common;
        block.window = traits.window(b);
        const RotaryParameters rotary = traits.rotary ? traits.rotary(b) : rotaryParameters(config, "full_attention", 10000);
        block.rotary = makeRotary(rotary, block.headDim, spec.maxPositions, problems);
        addLinears(block, prefix, traits);
        addNorms(block, prefix, traits);
        spec.blocks.push_back(std::move(block));
    }
    for (const std::string& problem : problems)
        if (std::find(input.unsupported.begin(), input.unsupported.end(), problem) == input.unsupported.end())
            input.unsupported.push_back(problem);
    return spec;
}

}  // namespace qs
