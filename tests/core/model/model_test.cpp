// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/model.h"

#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "model/safetensors.h"
#include "model/safetensors_writer.h"
#include "support/data.h"

namespace qs {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

/// Writes the tensors of a model again under other names.
void copyRenamed(const fs::path& from, const fs::path& to, const std::function<std::string(const std::string&)>& rename) {
    const SafetensorsFile source(from);
    std::vector<TensorDeclaration> list;
    for (const auto& [name, entry] : source.tensors()) list.push_back({rename(name), entry.dtype, entry.shape});
    writeSafetensors(to, list, {}, [&](SafetensorsSink& sink) {
        for (const auto& [name, entry] : source.tensors()) sink.write(rename(name), entry.bytes);
    });
}

TEST(Model, DescribesTheCheckpoint) {
    const auto model = openModel(testing::testData("models/qwen2-bias-bf16"));
    EXPECT_EQ(model->spec().architecture, "qwen2");
    EXPECT_EQ(model->storage(), "BF16");  // the norms are F32, but few
    EXPECT_EQ(model->tensors().size(), 38u);
    // embedding 512·112, final norm 112, and per block: 2 norms, q with bias, k and v with bias, o, three of the MLP
    const std::int64_t block = 2 * 112 + (112 * 112 + 112) + 2 * (16 * 112 + 16) + 112 * 112 + 3 * 256 * 112;
    EXPECT_EQ(model->parameters(), 512 * 112 + 112 + 3 * block);
    EXPECT_EQ(Json::parse(model->config())["model_type"], "qwen2");
    EXPECT_TRUE(model->unsupported().empty());
    EXPECT_EQ(model->path(), testing::testData("models/qwen2-bias-bf16"));
}

TEST(Model, ReadsABlock) {
    const auto model = openModel(testing::testData("models/qwen2-bias-bf16"));
    const BlockWeights block = model->block(1);
    EXPECT_EQ(block[LinearRole::K].W.rows(), 16u);
    EXPECT_EQ(block[LinearRole::K].bias.size(), 16u);
    EXPECT_TRUE(block[LinearRole::O].bias.empty());
    EXPECT_EQ(block[LinearRole::Down].W.cols(), 256u);
    EXPECT_EQ(block.inputNorm.size(), 112u);
    EXPECT_TRUE(block.qNorm.empty());
    const SafetensorsFile file(testing::testData("models/qwen2-bias-bf16/model.safetensors"));
    const auto expected = toFloats(file.tensor("model.layers.1.mlp.up_proj.weight"));
    EXPECT_TRUE(std::equal(expected.begin(), expected.end(), block[LinearRole::Up].W.data()));
    const Matrix<float> rows = model->readRows("model.embed_tokens.weight", 500, 12), whole = model->read("model.embed_tokens.weight");
    EXPECT_TRUE(std::equal(rows.data(), rows.data() + rows.size(), whole.row(500)));
    EXPECT_THROW(model->block(3), std::exception);
}

TEST(Model, FingerprintFollowsTheContent) {
    const testing::TemporaryFolder folder;
    const auto source = testing::testData("models/qwen3-tied-f16");
    fs::copy(source / "config.json", folder / "config.json");
    fs::copy(source / "model.safetensors", folder / "model.safetensors");
    const std::string first = openModel(source)->fingerprint();
    EXPECT_EQ(first.size(), 16u);
    EXPECT_EQ(openModel(folder.path())->fingerprint(), first);  // not the place, the content

    std::string bytes = readText(folder / "model.safetensors");
    bytes[bytes.size() - 100] = static_cast<char>(bytes[bytes.size() - 100] ^ 1);
    std::ofstream(folder / "model.safetensors", std::ios::binary) << bytes;
    const std::string second = openModel(folder.path())->fingerprint();
    EXPECT_NE(second, first);

    Json config = Json::parse(readText(folder / "config.json"));
    config["rms_norm_eps"] = 1e-5;
    writeText(folder / "config.json", config.dump());
    EXPECT_NE(openModel(folder.path())->fingerprint(), second);
}

/// The text part of a model for text and images: other prefixes, and the configuration one level deeper.
TEST(Model, TextPartOfGemmaForImages) {
    const auto source = testing::testData("models/gemma3-softcap-f32");
    const auto original = openModel(source);
    for (const std::string prefix : {"language_model.model.", "model.language_model."}) {
        const testing::TemporaryFolder folder;
        Json text = Json::parse(readText(source / "config.json"));
        text.erase("architectures");
        const Json config = {{"model_type", "gemma3"},
                             {"architectures", {"Gemma3ForConditionalGeneration"}},
                             {"text_config", text},
                             {"vision_config", {{"hidden_size", 8}}}};
        writeText(folder / "config.json", config.dump());
        copyRenamed(source / "model.safetensors", folder / "model.safetensors",
                    [&](const std::string& name) { return prefix + name.substr(6); });
        const auto model = openModel(folder.path());
        EXPECT_EQ(model->spec().architecture, "gemma3_text");
        EXPECT_EQ(model->spec().blocks[2].linears[0].name, prefix + "layers.2.self_attn.q_proj");
        EXPECT_EQ(model->block(2)[LinearRole::Q].W, original->block(2)[LinearRole::Q].W);
    }
}

TEST(Model, NamesWithoutAPrefix) {
    const auto source = testing::testData("models/qwen3-tied-f16");
    const testing::TemporaryFolder folder;
    fs::copy(source / "config.json", folder / "config.json");
    copyRenamed(source / "model.safetensors", folder / "model.safetensors", [](const std::string& name) { return name.substr(6); });
    EXPECT_EQ(openModel(folder.path())->spec().blocks[0].linears[4].name, "layers.0.mlp.gate_proj");
}

}  // namespace
}  // namespace qs
