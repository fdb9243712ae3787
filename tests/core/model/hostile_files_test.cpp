// SPDX-License-Identifier: GPL-3.0-or-later
// Corrupt and hostile model files: each gets one clear sentence that names the file and the place, and nothing crashes.
#include <gmock/gmock.h>

#include <cstdint>
#include <cstring>
#include <fstream>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "core/model/gguf_builder.h"
#include "model/executor.h"
#include "model/safetensors.h"
#include "support/data.h"
#include "support/messages.h"

namespace qs {
namespace {

using testing::messageOf;

namespace fs = std::filesystem;
using Json = nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

void writeBytes(const fs::path& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

std::string littleEndian(std::uint64_t value) { return {reinterpret_cast<const char*>(&value), sizeof value}; }

/// A safetensors file of any header text and any data.
std::string container(const std::string& header, std::size_t dataBytes) {
    return littleEndian(header.size()) + header + std::string(dataBytes, '\0');
}

Json entry(const char* dtype, const Json& shape, const Json& begin, const Json& end) {
    return {{"dtype", dtype}, {"shape", shape}, {"data_offsets", {begin, end}}};
}

std::string openingMessage(const std::string& bytes) {
    const testing::TemporaryFolder folder;
    writeBytes(folder / "model.safetensors", bytes);
    const std::string message = messageOf([&] { SafetensorsFile file(folder / "model.safetensors"); });
    if (message != "") {
        EXPECT_THAT(message, AllOf(HasSubstr("model.safetensors"), Not(HasSubstr("\n"))));
    }
    return message;
}

TEST(HostileSafetensors, TruncatedOrWrongHeader) {
    EXPECT_THAT(openingMessage(""), HasSubstr("only 0 bytes"));
    EXPECT_THAT(openingMessage("short"), HasSubstr("only 5 bytes"));
    EXPECT_THAT(openingMessage(littleEndian(500) + "{}"), HasSubstr("cut off"));
    EXPECT_THAT(openingMessage(littleEndian(~std::uint64_t{0}) + "{}"), HasSubstr("at most 100 MB"));
    EXPECT_THAT(openingMessage(littleEndian(std::uint64_t{1} << 63) + "{}"), HasSubstr("at most 100 MB"));
    EXPECT_THAT(openingMessage(container("", 0)), HasSubstr("not valid JSON"));
    EXPECT_THAT(openingMessage(container("{\"a\": {\"dtype\"", 0)), HasSubstr("not valid JSON at byte"));
    EXPECT_THAT(openingMessage(container("[1, 2]", 0)), HasSubstr("must be a JSON object"));
    EXPECT_THAT(openingMessage(container("\xff\xfe{}", 0)), HasSubstr("not valid JSON"));
    EXPECT_THAT(openingMessage(container(std::string(200000, '['), 0)), HasSubstr("not valid JSON"));
    EXPECT_THAT(openingMessage(container("{\"__metadata__\": 3}", 0)), HasSubstr("__metadata__"));
    EXPECT_THAT(openingMessage(container("{\"__metadata__\": {\"a\": 3}}", 0)), HasSubstr("__metadata__"));
    EXPECT_EQ(openingMessage(container("{}", 0)), "");
}

TEST(HostileSafetensors, EntriesOfTheWrongForm) {
    const auto one = [](const Json& value, std::size_t bytes = 8) { return openingMessage(container(Json{{"t", value}}.dump(), bytes)); };
    EXPECT_EQ(one(entry("F32", {2}, 0, 8)), "");
    EXPECT_THAT(one(7), HasSubstr("tensor t: the header entry must have dtype, shape"));
    EXPECT_THAT(one({{"dtype", "F32"}}), HasSubstr("must have dtype, shape"));
    EXPECT_THAT(one(entry("F8_E4M3", {8}, 0, 8)), HasSubstr("dtype F8_E4M3 is not supported"));
    EXPECT_THAT(one(entry("F32", {2.5}, 0, 8)), HasSubstr("axes of shape"));
    EXPECT_THAT(one(entry("F32", {-2}, 0, 8)), HasSubstr("axes of shape"));
    EXPECT_THAT(one(entry("F32", {"2"}, 0, 8)), HasSubstr("axes of shape"));
    EXPECT_THAT(one(entry("F32", {2}, -4, 4)), HasSubstr("data_offsets"));
    EXPECT_THAT(one(entry("F32", {2}, 0, 8.0)), HasSubstr("data_offsets"));
    EXPECT_THAT(one(entry("F32", {2}, 8, 0)), HasSubstr("end before they begin"));
    EXPECT_THAT(one(entry("F32", {2}, 0, 800)), HasSubstr("leave the file"));
    EXPECT_THAT(one(entry("F32", {2}, std::numeric_limits<std::uint64_t>::max() - 7, std::numeric_limits<std::uint64_t>::max())),
                HasSubstr("data_offsets"));
    EXPECT_THAT(one(entry("F32", {3}, 0, 8)), HasSubstr("does not fill the 8 bytes"));
    EXPECT_THAT(one(entry("F32", {std::int64_t{1} << 40, std::int64_t{1} << 40}, 0, 8)), HasSubstr("more elements than any file can hold"));
    EXPECT_THAT(one(entry("F64", {std::int64_t{1} << 61}, 0, 8)), HasSubstr("does not fill"));  // × 8 bytes leaves 64 bits
    EXPECT_THAT(openingMessage(container("{\"\": " + entry("F32", {2}, 0, 8).dump() + "}", 8)), HasSubstr("name of a tensor is empty"));
}

TEST(HostileSafetensors, DuplicatesOverlapsAndHoles) {
    const std::string a = entry("F32", {2}, 0, 8).dump(), b = entry("F32", {2}, 8, 16).dump();
    EXPECT_EQ(openingMessage(container("{\"a\": " + a + ", \"b\": " + b + "}", 16)), "");
    EXPECT_THAT(openingMessage(container("{\"a\": " + a + ", \"a\": " + b + "}", 16)), HasSubstr("'a' occurs twice"));
    EXPECT_THAT(openingMessage(container("{\"a\": " + a + ", \"b\": " + a + "}", 8)), HasSubstr("overlaps"));
    EXPECT_THAT(openingMessage(container(Json{{"a", entry("F32", {2}, 0, 8)}, {"b", entry("F32", {2}, 4, 12)}}.dump(), 12)),
                HasSubstr("tensor b: overlaps"));
    EXPECT_THAT(openingMessage(container(Json{{"a", entry("F32", {2}, 4, 12)}}.dump(), 12)),
                HasSubstr("4 bytes before it belong to no tensor"));
    EXPECT_THAT(openingMessage(container(Json{{"a", entry("F32", {2}, 0, 8)}}.dump(), 11)), HasSubstr("3 bytes at the end"));
}

/// A copy of a reference model that a test may damage.
class HostileModel : public ::testing::Test {
  protected:
    void use(const char* name) {
        for (const auto& file : fs::directory_iterator(testing::testData(std::string("models/") + name)))
            fs::copy(file, folder / file.path().filename().string());
        config = Json::parse(readText(folder / "config.json"));
    }
    std::string opening() {
        writeText(folder / "config.json", config.dump());
        const std::string message = messageOf([&] { openModel(folder.path()); });
        EXPECT_THAT(message, Not(HasSubstr("\n")));
        return message;
    }
    std::string with(const char* key, const Json& value) {
        const Json before = config;
        config[key] = value;
        const std::string message = opening();
        config = before;
        return message;
    }
    /// Rewrites model.safetensors with its header changed.
    void changeHeader(const std::function<void(Json&)>& change) {
        const std::string bytes = readText(folder / "model.safetensors");
        std::uint64_t length = 0;
        std::memcpy(&length, bytes.data(), sizeof length);
        Json header = Json::parse(bytes.substr(8, length));
        change(header);
        writeBytes(folder / "model.safetensors", littleEndian(header.dump().size()) + header.dump() + bytes.substr(8 + length));
    }
    void changeIndex(const std::function<void(Json&)>& change) {
        const fs::path path = folder / "model.safetensors.index.json";
        Json index = Json::parse(readText(path));
        change(index["weight_map"]);
        writeText(path, index.dump());
    }

    testing::TemporaryFolder folder;
    Json config;
};

TEST_F(HostileModel, ConfigurationMissingOrGarbage) {
    EXPECT_THAT(messageOf([&] { openModel(folder / "nowhere"); }), HasSubstr("does not exist"));
    EXPECT_THAT(messageOf([&] { openModel(folder.path()); }), HasSubstr("holds no config.json"));
    use("llama3-rope-bf16");
    EXPECT_EQ(opening(), "");
    EXPECT_THAT(messageOf([&] { openModel(folder / "model.safetensors"); }), HasSubstr("give the directory"));
    for (const char* text : {"", "{", "nonsense", "[]", "3", "{\"a\": 1, \"a\": 2}"}) {
        writeText(folder / "config.json", text);
        EXPECT_THAT(messageOf([&] { openModel(folder.path()); }), HasSubstr("config.json")) << text;
    }
    EXPECT_THAT(with("model_type", "mamba"), HasSubstr("'mamba' is not known; known are llama, mistral, qwen2, qwen3, gemma3_text"));
    EXPECT_THAT(with("model_type", "two\nlines"), HasSubstr("'two?lines' is not known"));
    EXPECT_THAT(with("model_type", 3), HasSubstr("'model_type' must be a text"));
    config.erase("model_type");
    EXPECT_THAT(opening(), HasSubstr("'model_type' is missing"));
}

TEST_F(HostileModel, ConfigurationValuesOfTheWrongKind) {
    use("llama3-rope-bf16");
    for (const char* key : {"hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "vocab_size"}) {
        for (const Json& value :
             {Json(-1), Json(0), Json(1.5), Json("12"), Json(true), Json(nullptr), Json(std::uint64_t{1} << 63), Json(2000000000)})
            EXPECT_THAT(with(key, value), AllOf(HasSubstr("config.json"), HasSubstr(key))) << key << " " << value;
        const Json value = config[key];
        config.erase(key);
        EXPECT_THAT(opening(), HasSubstr(std::string(key) + "' is missing")) << key;
        config[key] = value;
    }
    EXPECT_THAT(with("num_key_value_heads", 3), HasSubstr("must be a multiple of num_key_value_heads"));
    EXPECT_THAT(with("num_attention_heads", 3), HasSubstr("num_attention_heads"));
    EXPECT_THAT(with("head_dim", 31), HasSubstr("head_dim must be even"));
    EXPECT_THAT(with("rms_norm_eps", -1), HasSubstr("rms_norm_eps"));
    EXPECT_THAT(with("rms_norm_eps", "tiny"), HasSubstr("rms_norm_eps"));
    EXPECT_THAT(with("rope_theta", 0), HasSubstr("rope_theta"));
    EXPECT_THAT(with("rope_scaling", 3), HasSubstr("rope_scaling"));
    EXPECT_THAT(with("rope_scaling", {{"rope_type", "linear"}}), HasSubstr("'factor' is missing"));
    EXPECT_THAT(with("rope_scaling", {{"rope_type", "llama3"}, {"factor", 8}}), HasSubstr("low_freq_factor"));
    EXPECT_THAT(with("tie_word_embeddings", "yes"), HasSubstr("true or false"));
    EXPECT_THAT(with("layer_types", 3), Not(HasSubstr("\n")));
    EXPECT_THAT(with("num_hidden_layers", 4096), HasSubstr("model.layers.4.input_layernorm.weight is missing"));
    EXPECT_THAT(with("hidden_size", 64), HasSubstr("the configuration asks for"));
    EXPECT_THAT(with("vocab_size", 513),
                HasSubstr("model.embed_tokens.weight: has the shape [512, 128], the configuration asks for [513, 128]"));
    EXPECT_THAT(with("intermediate_size", 321), HasSubstr("mlp.gate_proj.weight"));
    EXPECT_THAT(with("attention_bias", true), HasSubstr("self_attn.q_proj.bias is missing"));
}

TEST_F(HostileModel, LayerTypes) {
    use("gemma3-softcap-f32");
    EXPECT_THAT(with("layer_types", Json::array({"full_attention"})), HasSubstr("1 entries for 6 layers"));
    EXPECT_THAT(with("layer_types", Json::array({1, 2, 3, 4, 5, 6})), HasSubstr("list of texts"));
    Json types = config["layer_types"];
    types[2] = "chunked_attention";
    EXPECT_THAT(with("layer_types", types), HasSubstr("chunked_attention"));
    EXPECT_THAT(with("sliding_window", 0), HasSubstr("sliding_window"));
    EXPECT_THAT(with("query_pre_attn_scalar", -40), HasSubstr("query_pre_attn_scalar"));
    EXPECT_THAT(with("final_logit_softcapping", 0), HasSubstr("final_logit_softcapping"));
}

TEST_F(HostileModel, UnsupportedPartsAreNamedAndRefused) {
    use("llama3-rope-bf16");
    const auto unsupported = [&](const char* key, const Json& value) {
        const Json before = config;
        config[key] = value;
        writeText(folder / "config.json", config.dump());
        config = before;
        const auto model = openModel(folder.path());
        EXPECT_EQ(model->unsupported().size(), 1u) << key;
        EXPECT_THROW(model->block(0), Error);
        EXPECT_THROW(makeReferenceExecutor(*model, Device{}, DType::F32), Error);
        return model->unsupported().empty() ? std::string() : model->unsupported().front();
    };
    EXPECT_THAT(unsupported("rope_scaling", {{"rope_type", "dynamic"}, {"factor", 2.0}}), HasSubstr("'dynamic' is not supported"));
    EXPECT_THAT(unsupported("hidden_act", "relu2"), HasSubstr("'relu2' is not supported"));
    EXPECT_THAT(unsupported("quantization_config", {{"bits", 4}}), HasSubstr("is quantized"));
}

TEST_F(HostileModel, WeightsMissingOrWrong) {
    use("llama3-rope-bf16");
    const std::string whole = readText(folder / "model.safetensors");
    const auto damaged = [&](const std::function<void(Json&)>& change) {
        writeBytes(folder / "model.safetensors", whole);
        changeHeader(change);
        return opening();
    };
    EXPECT_THAT(damaged([](Json& header) {
                    header["other"] = header["model.layers.2.mlp.up_proj.weight"];
                    header.erase("model.layers.2.mlp.up_proj.weight");
                }),
                HasSubstr("model.layers.2.mlp.up_proj.weight is missing"));
    EXPECT_THAT(damaged([](Json& header) {
                    header["x"] = header["lm_head.weight"];
                    header.erase("lm_head.weight");
                }),
                HasSubstr("lm_head.weight is missing"));
    EXPECT_THAT(damaged([](Json& header) {
                    header["model.norm.weight"]["shape"] = {64, 2};
                }),
                HasSubstr("[64, 2], the configuration asks for [128]"));
    EXPECT_THAT(damaged([](Json& header) { header["model.norm.weight"]["dtype"] = "I16"; }), HasSubstr("is stored as I16"));
    writeBytes(folder / "model.safetensors", whole.substr(0, whole.size() - 1000));
    EXPECT_THAT(opening(), HasSubstr("leave the file"));
    fs::remove(folder / "model.safetensors");
    EXPECT_THAT(opening(), HasSubstr("neither model.safetensors nor"));
    fs::create_directory(folder / "model.safetensors");
    EXPECT_THAT(opening(), HasSubstr("model.safetensors"));
}

TEST_F(HostileModel, NanIsRefusedWhenRead) {
    use("llama3-rope-bf16");
    std::string bytes = readText(folder / "model.safetensors");
    std::uint64_t length = 0;
    std::memcpy(&length, bytes.data(), sizeof length);
    const Json header = Json::parse(bytes.substr(8, length));
    const auto begin = header["model.layers.1.self_attn.k_proj.weight"]["data_offsets"][0].get<std::size_t>();
    const std::uint16_t nan = 0x7fc0;
    std::memcpy(bytes.data() + 8 + length + begin + 2 * (5 * 128 + 9), &nan, sizeof nan);
    writeBytes(folder / "model.safetensors", bytes);
    const auto model = openModel(folder.path());
    EXPECT_EQ(messageOf([&] { model->block(0); }), "");
    EXPECT_THAT(messageOf([&] { model->block(1); }), HasSubstr("model.layers.1.self_attn.k_proj.weight: the value at [5, 9] is NaN"));
    EXPECT_THAT(messageOf([&] { model->read("nothing"); }), HasSubstr("has no tensor nothing"));
    EXPECT_THAT(messageOf([&] { model->readRows("lm_head.weight", 510, 3); }), HasSubstr("has 512 rows"));
    EXPECT_THAT(messageOf([&] { model->readRows("lm_head.weight", ~std::size_t{0}, 3); }), HasSubstr("has 512 rows"));
}

TEST_F(HostileModel, ShardsAndTheirIndex) {
    use("qwen3-untied-bf16-sharded");
    const std::string index = readText(folder / "model.safetensors.index.json");
    const auto damaged = [&](const std::function<void(Json&)>& change) {
        writeText(folder / "model.safetensors.index.json", index);
        changeIndex(change);
        return opening();
    };
    EXPECT_EQ(damaged([](Json&) {}), "");
    EXPECT_THAT(damaged([](Json& map) { map["model.norm.weight"] = "model-00009-of-00003.safetensors"; }),
                HasSubstr("this shard is missing"));
    for (const char* name : {"../secret.safetensors", "/etc/passwd", "..", ".", "", "a\\b"})
        EXPECT_THAT(damaged([&](Json& map) { map["model.norm.weight"] = name; }), HasSubstr("must be a file of this directory")) << name;
    EXPECT_THAT(damaged([](Json& map) { map["model.norm.weight"] = 3; }), HasSubstr("must be a text"));
    EXPECT_THAT(damaged([](Json& map) { map["model.norm.weight"] = "model-00001-of-00003.safetensors"; }),
                HasSubstr("has no tensor model.norm.weight"));
    EXPECT_THAT(damaged([](Json& map) { map["model.norm.weight"] = "config.json"; }), HasSubstr("config.json"));
    fs::copy(folder / "model-00001-of-00003.safetensors", folder / "again.safetensors");
    EXPECT_THAT(damaged([](Json& map) { map["lm_head.weight"] = "again.safetensors"; }), HasSubstr("in another shard too"));
    for (const char* text : {"", "{}", "[]", "{\"weight_map\": []}"}) {
        writeText(folder / "model.safetensors.index.json", text);
        EXPECT_THAT(opening(), HasSubstr("model.safetensors.index.json")) << text;
    }
    writeText(folder / "model.safetensors.index.json", index);
    fs::remove(folder / "model-00002-of-00003.safetensors");
    EXPECT_THAT(opening(), HasSubstr("model-00002-of-00003.safetensors: this shard is missing"));
}

/// A file cut at any place, and one with any byte of its head changed, is either opened or refused with one sentence.
TEST(HostileGguf, EveryCutAndManyChangedBytes) {
    const testing::TemporaryFolder folder;
    const std::string whole = testing::asGguf(*openModel(testing::testData("models/qwen3-tied-f16"))).bytes();
    const auto tried = [&](const std::string& bytes) {
        writeBytes(folder / "model.gguf", bytes);
        return messageOf([&] { openModel(folder / "model.gguf")->block(0); });
    };
    EXPECT_EQ(tried(whole), "");
    for (std::size_t size = 0; size < whole.size(); size += size < 700 ? 7 : 4999)
        EXPECT_THAT(tried(whole.substr(0, size)), AllOf(HasSubstr("model.gguf"), Not(HasSubstr("\n")))) << size;
    for (std::size_t at = 0; at < 1200; at += 3) {
        std::string bytes = whole;
        bytes[at] = static_cast<char>(bytes[at] ^ 0xff);
        EXPECT_THAT(tried(bytes), Not(HasSubstr("\n"))) << at;
    }
}

TEST(HostileGguf, TensorsOfTheWrongSize) {
    const testing::TemporaryFolder folder;
    testing::GgufBuilder builder;
    builder.text("general.architecture", "llama");
    builder.tensor("token_embd.weight", {4, 8}, 0, std::string(64, '\0'));  // half of the bytes of [4, 8]
    builder.write(folder / "model.gguf");
    EXPECT_THAT(messageOf([&] { openModel(folder / "model.gguf"); }), HasSubstr("token_embd.weight"));
    writeBytes(folder / "text.gguf", "this is no model");
    EXPECT_THAT(messageOf([&] { openModel(folder / "text.gguf"); }), HasSubstr("text.gguf"));
}

/// The same for the header of a safetensors file.
TEST_F(HostileModel, ManyChangedBytesOfAHeader) {
    use("qwen2-bias-bf16");
    const std::string whole = readText(folder / "model.safetensors");
    for (std::size_t at = 0; at < 4000; at += 7)
        for (const unsigned char flip : {0x01, 0x80}) {
            std::string bytes = whole;
            bytes[at] = static_cast<char>(static_cast<unsigned char>(bytes[at]) ^ flip);
            writeBytes(folder / "model.safetensors", bytes);
            EXPECT_THAT(messageOf([&] { openModel(folder.path()); }), Not(HasSubstr("\n"))) << at;
        }
}

}  // namespace
}  // namespace qs
