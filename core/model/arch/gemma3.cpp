// SPDX-License-Identifier: GPL-3.0-or-later
// Gemma 3, text part: norms around attention and MLP with weights stored minus one, scaled embedding, five windowed layers to one with full
// attention, each kind with its own rotary theta. Source: arXiv 2503.19786; keys as in transformers' Gemma3TextConfig.
// attn_logit_softcapping is in that configuration, but no Gemma 3 implementation applies it, and neither does this one.
#include "model/arch/decoder.h"

namespace qs {
namespace {

/// Rotary parameters of a kind of layer. The older form gives windowed layers `rope_local_base_freq` and no scaling.
RotaryParameters gemmaRotary(const Config& config, const std::string& type) {
    const bool local = type == "sliding_attention";
    if (local && !config.has("rope_parameters"))
        return {config.positiveOr("rope_local_base_freq", 10000), 1, Config(nlohmann::json::object(), config.where())};
    if (local && !config.object("rope_parameters").object(type).has("rope_theta"))
        return {config.positiveOr("rope_local_base_freq", 10000), 1, config.object("rope_parameters").object(type)};
    return rotaryParameters(config, type, 1e6);
}

}  // namespace

ModelSpec gemma3Spec(const ArchitectureInput& input) {
    const Config& config = input.config;
    const int pattern = config.integerOr("sliding_window_pattern", config.integerOr("_sliding_window_pattern", 6, 1, 1 << 20), 1, 1 << 20);
    const auto types = layerTypes(config, [&](int block) { return (block + 1) % pattern != 0; });
    const int window = config.mentions("sliding_window") ? config.integerOr("sliding_window", 0, 1, 1 << 30) : 4096;
    const auto typeOf = [types](int block) { return types[static_cast<std::size_t>(block)]; };
    DecoderTraits traits;
    traits.queryKeyValueBias = traits.outputBias = config.flagOr("attention_bias", false);
    traits.queryKeyNorm = traits.postNorms = traits.scaledEmbedding = traits.defaultTied = true;
    traits.normOffset = 1;
    traits.defaultHeads = 8;
    traits.defaultKeyValueHeads = 4;
    traits.defaultHeadDim = 256;
    traits.defaultVocabulary = 262208;
    traits.defaultMaxPositions = 131072;
    traits.activationKey = "hidden_activation";
    traits.defaultActivation = "gelu_pytorch_tanh";
    traits.attentionScalar = config.positiveOr("query_pre_attn_scalar", 256);
    traits.window = [=](int block) { return typeOf(block) == "sliding_attention" ? window : 0; };
    traits.rotary = [&](int block) { return gemmaRotary(config, typeOf(block)); };
    ModelSpec spec = decoderSpec(input, traits);
    spec.finalSoftcap = static_cast<float>(config.has("final_logit_softcapping") ? config.positive("final_logit_softcapping") : 0);
    if (config.flagOr("use_bidirectional_attention", false))
        input.unsupported.push_back(config.where() + ": use_bidirectional_attention is not supported");
    return spec;
}

}  // namespace qs
