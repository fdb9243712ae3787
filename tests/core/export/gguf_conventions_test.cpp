// SPDX-License-Identifier: GPL-3.0-or-later
// What a GGUF file says in the way that llama.cpp reads it (logits in llama.cpp itself: llama_cpp_test.cpp).
#include <gtest/gtest.h>

#include <cmath>

#include "export_support.h"

namespace qs {
namespace {

using namespace testing;  // NOLINT: helpers of export_support.h

/// Of the small model `name` with other values in its configuration: opened again from a GGUF export.
std::unique_ptr<Model> exportedWith(const TemporaryFolder& folder, const char* name, const nlohmann::json& values) {
    const std::string model = changedModel(testData(std::string("models/") + name), folder / "model", values);
    const std::string run = quantizedModel(folder, model, [](QuantizeOptions& o) {
        o.include = {"*layers.0.self_attn.o_proj", "*layers.0.mlp.down_proj"};
    });
    return openModel(folder / "out" / exportRun(run, folder / "out", "gguf").files.front());
}

TEST(Gguf, TellsRotaryScalingsAsLlamaCppTakesThem) {
    const nlohmann::json yarn = {
        {"rope_type", "yarn"}, {"factor", 4.0}, {"original_max_position_embeddings", 32}, {"attention_factor", 1.3}};
    nlohmann::json other = yarn;
    other["beta_fast"] = 4.0;
    for (const auto& [name, scaling] : {std::pair{"qwen2-bias-bf16", yarn}, {"llama3-rope-bf16", yarn}, {"llama3-rope-bf16", other}}) {
        SCOPED_TRACE(name + scaling.dump());
        const TemporaryFolder folder;
        const auto exported = exportedWith(folder, name, {{"rope_scaling", scaling}}), original = openModel(folder / "model");
        const RotarySpec &is = exported->spec().blocks.front().rotary, &was = original->spec().blocks.front().rotary;
        EXPECT_NEAR(is.attentionFactor, 1.3, 1e-6);
        for (std::size_t i = 0; i < was.inverseFrequency.size(); ++i)
            EXPECT_NEAR(is.inverseFrequency[i] / was.inverseFrequency[i], 1, 1e-6) << i;
    }
    for (const auto& [name, scaling] : {std::pair{"qwen2-bias-bf16", other}, {"gemma3-bf16", yarn}}) {
        const TemporaryFolder folder;
        EXPECT_NE(messageOf([&] {
                      exportedWith(folder, name, {{"rope_scaling", scaling}});
                  }).find("llama.cpp cannot be told"),
                  std::string::npos)
            << name;
    }
}

TEST(Gguf, ScalesGemmasScoresByTheNormsOfQ) {
    const TemporaryFolder folder;
    const auto exported = exportedWith(folder, "gemma3-softcap-f32", nlohmann::json::object());
    const auto original = openModel(testData("models/gemma3-softcap-f32"));
    const std::string name = "model.layers.1.self_attn.q_norm.weight";
    const auto is = exported->read(name), was = original->read(name);
    ASSERT_EQ(is.size(), 24u);
    for (std::size_t i = 0; i < is.size(); ++i)  // heads of 24 channels, scores scaled for 40
        EXPECT_NEAR(1 + is.values()[i], std::sqrt(24.0 / 40.0) * (1 + was.values()[i]), 1e-6);
    EXPECT_NEAR(exported->spec().blocks.front().attentionScale, 1 / std::sqrt(24.0), 1e-6);
}

}  // namespace
}  // namespace qs
