// SPDX-License-Identifier: GPL-3.0-or-later
// Configurations to specs: values worked out by hand, both forms of the keys, defaults.
#include "model/architectures.h"

#include <gmock/gmock.h>

#include <cmath>
#include <numbers>

#include "base/error.h"
#include "model/rotary.h"

namespace qs {
namespace {

using Json = nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Result {
    ModelSpec spec;
    std::vector<std::string> unsupported;
};

Result specOf(const std::string& modelType, const Json& changes, const std::string& prefix = "model.", const std::string& head = "") {
    Json values = {{"hidden_size", 64},        {"intermediate_size", 96},  {"num_hidden_layers", 4},
                   {"num_attention_heads", 4}, {"num_key_value_heads", 2}, {"vocab_size", 100}};
    values.update(changes);
    const Config config(values, "config.json");
    Result result;
    result.spec = findArchitecture(modelType)->spec({config, prefix, head, result.unsupported});
    return result;
}

std::vector<int> windowsOf(const ModelSpec& spec) {
    std::vector<int> windows;
    for (const BlockSpec& block : spec.blocks) windows.push_back(block.window);
    return windows;
}

TEST(Architectures, TheList) {
    EXPECT_EQ(architectureNames(), "llama, mistral, qwen2, qwen3, gemma3_text");
    EXPECT_EQ(findArchitecture("gpt2"), nullptr);
    EXPECT_EQ(findGgufArchitecture("gemma3"), findArchitecture("gemma3_text"));
    EXPECT_EQ(findGgufArchitecture("mistral"), nullptr);
}

TEST(Architectures, Llama) {
    const ModelSpec spec = specOf("llama", Json::object()).spec;
    const BlockSpec& block = spec.blocks.at(2);
    EXPECT_EQ(block.headDim, 16);
    EXPECT_FLOAT_EQ(block.attentionScale, 0.25f);
    EXPECT_FLOAT_EQ(spec.normEpsilon, 1e-6f);
    EXPECT_EQ(spec.headName, "lm_head.weight");
    EXPECT_EQ(spec.embeddingScale, 1);
    ASSERT_EQ(block.linears.size(), 7u);
    EXPECT_EQ(block.linears[1].name, "model.layers.2.self_attn.k_proj");
    EXPECT_EQ(block.linears[1].out, 32);
    EXPECT_EQ(block.linears[3].in, 64);
    EXPECT_EQ(block.linears[6].in, 96);
    EXPECT_EQ(block.linears[6].tag, InputTag::MlpDown);
    EXPECT_EQ(block.preMlpNorm.name, "model.layers.2.post_attention_layernorm");
    EXPECT_FALSE(block.qNorm.present() || block.postMlpNorm.present());
    EXPECT_EQ(block.activation, Activation::Silu);
    EXPECT_EQ(block.rotary.inverseFrequency.size(), 8u);
    EXPECT_FLOAT_EQ(static_cast<float>(block.rotary.inverseFrequency[4]), static_cast<float>(0.01));
    for (const LinearSpec& linear : block.linears) EXPECT_FALSE(linear.bias);

    const ModelSpec other = specOf("llama", {{"attention_bias", true},
                                             {"mlp_bias", true},
                                             {"tie_word_embeddings", true},
                                             {"head_dim", 32},
                                             {"hidden_act", "gelu"},
                                             {"num_key_value_heads", nullptr}})
                                .spec;
    for (const LinearSpec& linear : other.blocks[0].linears) EXPECT_TRUE(linear.bias);
    EXPECT_TRUE(other.headName.empty());
    EXPECT_EQ(other.blocks[0].linears[0].out, 128);
    EXPECT_EQ(other.blocks[0].keyValueHeads, 4);
    EXPECT_EQ(other.blocks[0].activation, Activation::GeluErf);
}

TEST(Architectures, AHeadInTheCheckpointCounts) {
    EXPECT_EQ(specOf("llama", {{"tie_word_embeddings", true}}, "model.", "lm_head.weight").spec.headName, "lm_head.weight");
    EXPECT_EQ(specOf("gemma3_text", Json::object()).spec.headName, "");
    EXPECT_EQ(specOf("gemma3_text", {{"tie_word_embeddings", false}}).spec.headName, "lm_head.weight");
    EXPECT_EQ(specOf("gemma3_text", Json::object(), "language_model.model.").spec.embeddingName,
              "language_model.model.embed_tokens.weight");
}

TEST(Architectures, WindowsOfMistral) {
    EXPECT_THAT(windowsOf(specOf("mistral", {{"sliding_window", 20}}).spec), ElementsAre(20, 20, 20, 20));
    EXPECT_THAT(windowsOf(specOf("mistral", {{"sliding_window", nullptr}}).spec), ElementsAre(0, 0, 0, 0));
    EXPECT_THAT(windowsOf(specOf("mistral", Json::object()).spec), ElementsAre(4096, 4096, 4096, 4096));
    EXPECT_EQ(specOf("mistral", {{"head_dim", 24}}).spec.blocks[0].linears[0].out, 96);
}

TEST(Architectures, WindowsOfQwen) {
    for (const char* type : {"qwen2", "qwen3"}) {
        EXPECT_THAT(windowsOf(specOf(type, {{"sliding_window", 24}, {"max_window_layers", 2}}).spec), ElementsAre(0, 0, 0, 0));
        EXPECT_THAT(windowsOf(specOf(type, {{"sliding_window", 24}, {"max_window_layers", 2}, {"use_sliding_window", true}}).spec),
                    ElementsAre(0, 0, 24, 24));
        EXPECT_THAT(windowsOf(specOf(type, {{"sliding_window", 24}, {"use_sliding_window", true}}).spec), ElementsAre(0, 0, 0, 0));
        const Json types = {"sliding_attention", "full_attention", "sliding_attention", "full_attention"};
        EXPECT_THAT(windowsOf(specOf(type, {{"sliding_window", 24}, {"use_sliding_window", true}, {"layer_types", types}}).spec),
                    ElementsAre(24, 0, 24, 0));
        EXPECT_THAT(windowsOf(specOf(type, {{"sliding_window", 24}, {"use_sliding_window", false}, {"layer_types", types}}).spec),
                    ElementsAre(0, 0, 0, 0));
    }
}

TEST(Architectures, BiasesAndHeadsOfQwen) {
    const ModelSpec two = specOf("qwen2", Json::object()).spec;
    EXPECT_TRUE(two.blocks[0].linears[0].bias && two.blocks[0].linears[1].bias && two.blocks[0].linears[2].bias);
    EXPECT_FALSE(two.blocks[0].linears[3].bias || two.blocks[0].linears[4].bias);
    EXPECT_EQ(two.blocks[0].headDim, 16);
    const ModelSpec three = specOf("qwen3", {{"tie_word_embeddings", true}}).spec;
    EXPECT_EQ(three.blocks[0].headDim, 128);  // not hidden / heads
    EXPECT_EQ(three.blocks[0].qNorm.name, "model.layers.0.self_attn.q_norm");
    EXPECT_EQ(three.blocks[0].qNorm.offset, 0);
    EXPECT_FALSE(three.blocks[0].linears[0].bias);
    EXPECT_TRUE(specOf("qwen3", {{"attention_bias", true}}).spec.blocks[0].linears[3].bias);
}

TEST(Architectures, Gemma) {
    const Json old = {{"num_hidden_layers", 7},
                      {"sliding_window", 16},
                      {"rope_theta", 1e6},
                      {"rope_local_base_freq", 1e4},
                      {"head_dim", 32},
                      {"query_pre_attn_scalar", 64},
                      {"final_logit_softcapping", 6.0},
                      {"attn_logit_softcapping", 50.0},
                      {"rope_scaling", {{"rope_type", "linear"}, {"factor", 8.0}}}};
    const ModelSpec spec = specOf("gemma3_text", old).spec;
    EXPECT_THAT(windowsOf(spec), ElementsAre(16, 16, 16, 16, 16, 0, 16));
    EXPECT_FLOAT_EQ(spec.embeddingScale, 8);
    EXPECT_FLOAT_EQ(spec.finalSoftcap, 6);
    EXPECT_EQ(spec.blocks[0].attentionSoftcap, 0);
    EXPECT_FLOAT_EQ(spec.blocks[0].attentionScale, 0.125f);
    EXPECT_EQ(spec.finalNorm.offset, 1);
    EXPECT_EQ(spec.blocks[0].kNorm.offset, 1);
    EXPECT_EQ(spec.blocks[0].activation, Activation::GeluTanh);
    EXPECT_EQ(spec.blocks[0].preMlpNorm.name, "model.layers.0.pre_feedforward_layernorm");
    EXPECT_EQ(spec.blocks[0].postAttentionNorm.name, "model.layers.0.post_attention_layernorm");
    EXPECT_FLOAT_EQ(static_cast<float>(spec.blocks[0].rotary.inverseFrequency[8]), static_cast<float>(0.01));  // local theta, not scaled
    EXPECT_FLOAT_EQ(static_cast<float>(spec.blocks[5].rotary.inverseFrequency[8]), static_cast<float>(0.001 / 8));  // global theta, scaled

    const Json fresh = {{"num_hidden_layers", 3},
                        {"head_dim", 32},
                        {"sliding_window", 8},
                        {"layer_types", {"full_attention", "sliding_attention", "full_attention"}},
                        {"rope_parameters",
                         {{"full_attention", {{"rope_type", "linear"}, {"factor", 4.0}, {"rope_theta", 1e6}}},
                          {"sliding_attention", {{"rope_type", "default"}, {"rope_theta", 1e4}}}}}};
    const ModelSpec other = specOf("gemma3_text", fresh).spec;
    EXPECT_THAT(windowsOf(other), ElementsAre(0, 8, 0));
    EXPECT_FLOAT_EQ(static_cast<float>(other.blocks[0].rotary.inverseFrequency[8]), static_cast<float>(0.001 / 4));
    EXPECT_FLOAT_EQ(static_cast<float>(other.blocks[1].rotary.inverseFrequency[8]), static_cast<float>(0.01));

    Json bare = {{"hidden_size", 64}, {"intermediate_size", 96}, {"num_hidden_layers", 2}};  // as in a text_config that relies on defaults
    const Config config(bare, "config.json");
    std::vector<std::string> unsupported;
    const ModelSpec defaults = gemma3Spec({config, "model.", "", unsupported});
    EXPECT_EQ(defaults.vocabulary, 262208);
    EXPECT_EQ(defaults.blocks[0].heads, 8);
    EXPECT_EQ(defaults.blocks[0].keyValueHeads, 4);
    EXPECT_EQ(defaults.blocks[0].headDim, 256);
    EXPECT_THAT(specOf("gemma3_text", {{"use_bidirectional_attention", true}}).unsupported,
                ElementsAre(HasSubstr("use_bidirectional_attention")));
}

TEST(Rotary, BothFormsOfTheKeys) {
    const auto f8 = [](const Json& changes) { return specOf("llama", changes).spec.blocks[0].rotary.inverseFrequency[4]; };  // theta^(-1/2)
    EXPECT_NEAR(f8({{"rope_theta", 2500}}), 0.02, 1e-8);
    EXPECT_NEAR(f8({{"rope_theta", 2500}, {"rope_scaling", {{"type", "linear"}, {"factor", 2}}}}), 0.01, 1e-8);
    EXPECT_NEAR(f8({{"rope_parameters", {{"rope_theta", 2500}, {"rope_type", "linear"}, {"factor", 4}}}}), 0.005, 1e-8);
    EXPECT_NEAR(f8({{"rope_theta", 2500}, {"rope_parameters", {{"rope_type", "default"}}}}), 0.02, 1e-8);
    EXPECT_NEAR(f8({{"rope_parameters", {{"full_attention", {{"rope_theta", 400}}}}}}), 0.05, 1e-8);
    EXPECT_NEAR(f8({{"rope_scaling", nullptr}}), 0.01, 1e-8);
}

TEST(Rotary, Llama3KeepsShortWavesAndDividesLongOnes) {
    // context 2π·64, so that context / wavelength = 64 f: f = 1 → 64 turns (kept), f = 1/32 → 2 turns (between 1 and 4), f small → divided
    const double context = 2 * std::numbers::pi * 64;
    const Json scaling = {{"rope_type", "llama3"},
                          {"factor", 8.0},
                          {"low_freq_factor", 1.0},
                          {"high_freq_factor", 4.0},
                          {"original_max_position_embeddings", context}};
    const auto f = specOf("llama", {{"head_dim", 6}, {"rope_theta", std::pow(32.0, 3)}, {"rope_scaling", scaling}})
                       .spec.blocks[0]
                       .rotary.inverseFrequency;
    ASSERT_EQ(f.size(), 3u);
    EXPECT_EQ(f[0], 1);
    EXPECT_NEAR(f[1], (2.0 / 3 / 8 + 1.0 / 3) / 32, 1e-8);
    EXPECT_NEAR(f[2], 1.0 / 1024 / 8, 1e-10);
}

TEST(Rotary, Yarn) {
    // headDim 4, theta 10^4: f = 1, 0.01. Index of n turns in context 2π·1000: 4 ln(1000/n) / (2 ln 10^4) = log10(1000/n) / 2
    const Json scaling = {{"rope_type", "yarn"},
                          {"factor", 4.0},
                          {"beta_fast", 100.0},
                          {"beta_slow", 1.0},
                          {"original_max_position_embeddings", 2 * std::numbers::pi * 1000}};
    const RotarySpec rotary = specOf("llama", {{"head_dim", 4}, {"rope_scaling", scaling}}).spec.blocks[0].rotary;
    EXPECT_FLOAT_EQ(static_cast<float>(rotary.inverseFrequency[0]), static_cast<float>(1));  // ramp from floor(0.5) = 0 …
    EXPECT_FLOAT_EQ(static_cast<float>(rotary.inverseFrequency[1]),
                    static_cast<float>(0.01 * (0.25 + 1) / 2));  // … to ceil(1.5) = 2, half way at index 1
    EXPECT_DOUBLE_EQ(rotary.attentionFactor, 0.1 * std::log(4.0) + 1);
}

TEST(Rotary, Longrope) {
    const Json same = {{"rope_type", "longrope"}, {"short_factor", {2, 4}}, {"long_factor", {2, 4}}, {"factor", 1.0}};
    const RotarySpec rotary = specOf("llama", {{"head_dim", 4}, {"rope_scaling", same}}).spec.blocks[0].rotary;
    EXPECT_THAT(rotary.inverseFrequency, ElementsAre(0.5, ::testing::DoubleNear(0.0025, 1e-10)));
    EXPECT_EQ(rotary.attentionFactor, 1);
    Json different = same;
    different["long_factor"] = {2, 5};
    EXPECT_THAT(specOf("llama", {{"head_dim", 4}, {"rope_scaling", different}}).unsupported,
                ElementsAre(HasSubstr("longrope with different factors")));
    different["long_factor"] = {2};
    EXPECT_THROW(specOf("llama", {{"head_dim", 4}, {"rope_scaling", different}}), Error);
}

TEST(Rotary, WhatIsNotSupportedIsNamedOnce) {
    EXPECT_THAT(specOf("llama", {{"rope_scaling", {{"type", "dynamic"}, {"factor", 2}}}}).unsupported, ElementsAre(HasSubstr("'dynamic'")));
    EXPECT_THAT(specOf("llama", {{"rope_parameters", {{"partial_rotary_factor", 0.5}}}}).unsupported,
                ElementsAre(HasSubstr("part of each head")));
    EXPECT_THAT(specOf("llama", {{"partial_rotary_factor", 0.5}}).unsupported, ElementsAre(HasSubstr("part of each head")));
}

}  // namespace
}  // namespace qs
