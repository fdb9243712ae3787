// SPDX-License-Identifier: GPL-3.0-or-later
// Every row of the reference encodings and decodings, exactly.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/file.h"
#include "support/data.h"
#include "text/tokenizer.h"

namespace qs {
namespace {

using testing::sharedData;
using testing::testData;
using Json = nlohmann::json;
using Ids = std::vector<TokenId>;

std::vector<Json> readRows(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::vector<Json> rows;
    for (std::string line; std::getline(file, line);) rows.push_back(Json::parse(line));
    return rows;
}

/// Names of parametrised tests may hold no hyphens.
std::string underscored(const ::testing::TestParamInfo<const char*>& parameter) {
    std::string name = parameter.param;
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

class TokenizerOracle : public ::testing::TestWithParam<const char*> {
  protected:
    std::filesystem::path m_folder = testData(std::string("tokenizers/") + GetParam());
    std::unique_ptr<Tokenizer> m_tokenizer = loadTokenizer(m_folder);
};

TEST_P(TokenizerOracle, Encodings) {
    const auto rows = readRows(m_folder / "encodings.jsonl");
    ASSERT_GE(rows.size(), 300u);
    for (const Json& row : rows) {
        const auto text = row["text"].get<std::string>();
        const Ids bare = row["ids_no_special"], ids = row["ids"];
        EXPECT_EQ(m_tokenizer->encode(text, false), bare) << row["text"];
        EXPECT_EQ(m_tokenizer->encode(text, true), ids) << row["text"];
        EXPECT_EQ(m_tokenizer->decode(bare, false), row["decoded"].get<std::string>()) << row["text"];
        EXPECT_EQ(m_tokenizer->decode(ids, true), row["decoded_skip_special"].get<std::string>()) << row["text"];
    }
}

TEST_P(TokenizerOracle, Decodings) {
    const auto rows = readRows(m_folder / "decodings.jsonl");
    ASSERT_GE(rows.size(), 90u);
    for (const Json& row : rows) {
        const Ids ids = row["ids"];
        EXPECT_EQ(m_tokenizer->decode(ids, false), row["decoded"].get<std::string>()) << row["ids"];
        EXPECT_EQ(m_tokenizer->decode(ids, true), row["decoded_skip_special"].get<std::string>()) << row["ids"];
    }
}

INSTANTIATE_TEST_SUITE_P(Kinds, TokenizerOracle, ::testing::Values("qwen-bytelevel", "llama3-bytelevel", "gemma-spm", "llama2-spm"),
                         underscored);

/// The 64-bit integers of one tensor of a safetensors file.
Ids readIds(const std::filesystem::path& path, const std::string& name) {
    const std::string file = readText(path);
    std::uint64_t size;
    std::memcpy(&size, file.data(), 8);
    const Json header = Json::parse(file.substr(8, size));
    const std::size_t start = header[name]["data_offsets"][0], end = header[name]["data_offsets"][1];
    std::vector<std::int64_t> values((end - start) / 8);
    std::memcpy(values.data(), file.data() + 8 + size + start, end - start);
    return Ids(values.begin(), values.end());
}

class ModelTexts : public ::testing::TestWithParam<const char*> {};

void expectTexts(const std::filesystem::path& folder) {
    const auto tokenizer = loadTokenizer(folder);
    const Json texts = Json::parse(readText(folder / "texts.json"));
    ASSERT_FALSE(texts.empty());
    for (std::size_t k = 0; k < texts.size(); ++k)
        EXPECT_EQ(tokenizer->encode(texts[k].get<std::string>(), true),
                  readIds(folder / "golden.safetensors", "input_ids." + std::to_string(k)));
}

TEST_P(ModelTexts, EncodeToTheIdsOfTheModelOracle) { expectTexts(testData(std::string("models/") + GetParam())); }

TEST(ModelTextsOfStories, EncodeToTheIdsOfTheModelOracle) {
    QS_NEED_SHARED("oracles/models/llama-stories260k");
    expectTexts(sharedData("oracles/models/llama-stories260k"));
}

INSTANTIATE_TEST_SUITE_P(Models, ModelTexts,
                         ::testing::Values("gemma3-bf16", "gemma3-softcap-f32", "llama3-rope-bf16", "qwen3-tied-f16",
                                           "qwen3-untied-bf16-sharded"),
                         underscored);

/// Texts of an .inp file and ids of the .out file beside it.
void expectVocabulary(const std::string& tokenizerFile, const std::string& kind) {
    const auto tokenizer = loadTokenizer(sharedData("data/tokenizers/" + tokenizerFile));
    const std::string input = readText(sharedData("data/tokenizers/" + kind + ".inp"));
    std::istringstream expected(readText(sharedData("data/tokenizers/" + kind + ".out")));
    const std::string border = "\n__ggml_vocab_test__\n";
    std::size_t start = 0, rows = 0;
    for (std::string line; std::getline(expected, line); ++rows) {
        const std::size_t end = std::min(input.find(border, start), input.size());
        const std::string text = input.substr(start, end - start);
        std::istringstream numbers(line);
        const Ids ids{std::istream_iterator<TokenId>(numbers), {}};
        EXPECT_EQ(tokenizer->encode(text, false), ids) << kind << " row " << rows << " '" << text << "'";
        start = std::min(end + border.size(), input.size());
    }
    EXPECT_EQ(rows, 46u);
}

TEST(GgufVocabulary, AgreesWithTheReferenceIds) {
    QS_NEED_SHARED("data/tokenizers");
    for (const char* kind : {"deepseek-llm", "falcon", "gpt-2", "llama-spm", "phi-3", "starcoder"})
        expectVocabulary(std::string(kind) + ".gguf", kind);
}

TEST(GgufVocabulary, WithoutPreTokenizerLoadsIfTheArchitectureDecides) {
    QS_NEED_SHARED("data/tokenizers");
    const auto tokenizer = loadTokenizer(sharedData("data/tokenizers/gpt-neox.gguf"));
    EXPECT_EQ(tokenizer->decode(tokenizer->encode("Hello  world,\n\tit's 2024", false), false), "Hello  world,\n\tit's 2024");
}

TEST(SentencePieceModel, AgreesWithTheSameVocabularyInGguf) {
    QS_NEED_SHARED("data/tokenizers");
    expectVocabulary("llama2.tokenizer.model", "llama-spm");
}

}  // namespace
}  // namespace qs
