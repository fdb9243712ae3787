// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "core/model/gguf_builder.h"
#include "kernels/blas.h"
#include "model/run_model.h"
#include "model/safetensors.h"
#include "support/data.h"

namespace qs {
namespace {

using testing::GgufBuilder;

/// max|logits - golden| / max|golden| of sequence 0.
double differenceFromGolden(const Model& model, const SafetensorsFile& golden) {
    const auto ids = toDoubles(golden.tensor("input_ids.0"));
    const std::vector<std::vector<std::int32_t>> sequences{{ids.begin(), ids.end()}};
    const auto expected = toDoubles(golden.tensor("logits.0"));
    const auto executor = makeReferenceExecutor(model, Device{}, DType::F32);
    ThreadPool pool(1, beginSingleThreadedMath);
    JobContext context;
    double difference = 0, largest = 0;
    runModel(model, *executor, sequences, {}, pool, context, [&](const std::string&, const Matrix<float>& values) {
        for (std::size_t i = 0; i < expected.size(); ++i) {
            difference = std::max(difference, std::abs(static_cast<double>(values.values()[i]) - expected[i]));
            largest = std::max(largest, std::abs(expected[i]));
        }
    });
    return difference / largest;
}

class GgufParity : public ::testing::TestWithParam<const char*> {};

TEST_P(GgufParity, GivesTheLogitsOfTheHuggingFaceModel) {
    const auto folder = testing::testData(std::string("models/") + GetParam());
    const auto original = openModel(folder);
    GgufBuilder builder = testing::asGguf(*original);
    if (original->spec().architecture == "llama") {  // llama3 scaling travels as divisors of the frequencies
        const auto& frequencies = original->spec().blocks[0].rotary.inverseFrequency;
        std::vector<float> divisors;
        for (std::size_t i = 0; i < frequencies.size(); ++i)
            divisors.push_back(
                static_cast<float>(std::pow(10000.0, -2.0 * static_cast<double>(i) / original->spec().blocks[0].headDim) / frequencies[i]));
        builder.tensor("rope_freqs.weight", {static_cast<std::int64_t>(divisors.size())}, divisors);
        EXPECT_GT(divisors.back(), 7.9f);
    }
    const testing::TemporaryFolder temporary;
    builder.write(temporary / "model.gguf");
    const auto model = openModel(temporary / "model.gguf");
    EXPECT_TRUE(model->unsupported().empty());
    EXPECT_EQ(model->spec().architecture, original->spec().architecture);
    EXPECT_EQ(model->storage(), "F32");
    EXPECT_EQ(model->spec().headName, original->spec().headName);
    EXPECT_LT(differenceFromGolden(*model, SafetensorsFile(folder / "golden.safetensors")), 1e-5);
}

INSTANTIATE_TEST_SUITE_P(Models, GgufParity,
                         ::testing::Values("llama3-rope-bf16", "qwen2-bias-bf16", "qwen3-tied-f16", "qwen3-untied-bf16-sharded",
                                           "gemma3-bf16"),
                         [](const auto& test) {
                             std::string name = test.param;
                             for (char& c : name)
                                 if (c == '-') c = '_';
                             return name;
                         });

TEST(GgufModel, QuantizedTensorsOfTheReferenceFile) {
    const auto model = openModel(testing::testData("export/tiny.gguf"));
    EXPECT_EQ(model->spec().architecture, "qwen3");
    EXPECT_EQ(model->spec().blocks.size(), 2u);
    EXPECT_TRUE(model->spec().headName.empty());
    const SafetensorsFile expected(testing::testData("export/tiny_gguf_expected.safetensors"));
    constexpr std::pair<const char*, const char*> names[] = {
        {"token_embd.weight", "model.embed_tokens.weight"},
        {"blk.1.attn_q.weight", "model.layers.1.self_attn.q_proj.weight"},
        {"blk.0.attn_k.weight", "model.layers.0.self_attn.k_proj.weight"},
        {"blk.0.ffn_up.weight", "model.layers.0.mlp.up_proj.weight"},
        {"blk.1.ffn_norm.weight", "model.layers.1.post_attention_layernorm.weight"},
    };
    for (const auto& [ggml, huggingFace] : names) {
        const Matrix<float> found = model->read(huggingFace);
        const auto values = toFloats(expected.tensor(ggml));
        ASSERT_EQ(found.size(), values.size()) << ggml;
        for (std::size_t i = 0; i < values.size(); ++i) ASSERT_FLOAT_EQ(found.values()[i], values[i]) << ggml << " " << i;
    }
}

TEST(GgufModel, ConfigurationIsThatOfAHuggingFaceModel) {
    const auto config = nlohmann::json::parse(openModel(testing::testData("export/tiny.gguf"))->config());
    EXPECT_EQ(config["model_type"], "qwen3");
    EXPECT_EQ(config["hidden_size"], 64);
    EXPECT_EQ(config["num_key_value_heads"], 1);
    EXPECT_EQ(config["head_dim"], 32);
    EXPECT_EQ(config["vocab_size"], 96);
    EXPECT_EQ(config["tie_word_embeddings"], true);
    EXPECT_EQ(config["rope_theta"], 1e6);
}

std::string messageFor(const GgufBuilder& builder) {
    const testing::TemporaryFolder temporary;
    builder.write(temporary / "model.gguf");
    try {
        openModel(temporary / "model.gguf");
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

GgufBuilder withKey(const std::function<void(GgufBuilder&)>& change) {
    GgufBuilder builder = testing::asGguf(*openModel(testing::testData("models/qwen3-tied-f16")));
    change(builder);
    return builder;
}

TEST(GgufModel, WhatCannotBeReadIsNamed) {
    using ::testing::HasSubstr;
    EXPECT_EQ(messageFor(withKey([](GgufBuilder&) {})), "no error");
    GgufBuilder unknown;
    unknown.text("general.architecture", "mamba");
    EXPECT_THAT(messageFor(unknown), HasSubstr("'mamba' is not known; in GGUF files known are llama, qwen2, qwen3, gemma3"));
    GgufBuilder bare;
    bare.text("general.architecture", "llama");
    EXPECT_THAT(messageFor(bare), HasSubstr("llama.embedding_length"));
    EXPECT_THAT(messageFor(withKey([](GgufBuilder& b) { b.integer("split.count", 3); })), HasSubstr("one of 3 parts"));
    EXPECT_THAT(messageFor(withKey([](GgufBuilder& b) { b.integer("qwen3.expert_count", 8); })), HasSubstr("mixture of experts"));
    EXPECT_THAT(messageFor(withKey([](GgufBuilder& b) { b.integer("qwen3.rope.dimension_count", 8); })), HasSubstr("rope.dimension_count"));
    EXPECT_THAT(messageFor(withKey([](GgufBuilder& b) { b.tensor("extra.weight", {256}, 34, std::string(54, '\0')); })),
                HasSubstr("TQ1_0 is not supported"));
    EXPECT_THAT(messageFor(withKey([](GgufBuilder& b) { b.tensor("rope_freqs.weight", {5}, std::vector<float>(5, 1.0f)); })),
                HasSubstr("16 numbers above 0"));
}

TEST(GgufModel, PerLayerValuesMustBeEqual) {
    GgufBuilder builder;
    builder.text("general.architecture", "llama");
    builder.integer("llama.block_count", 2);
    builder.integer("llama.embedding_length", 64);
    builder.integers("llama.feed_forward_length", {128, 256});
    EXPECT_THAT(messageFor(builder), ::testing::HasSubstr("llama.feed_forward_length differs between layers"));
}

}  // namespace
}  // namespace qs
