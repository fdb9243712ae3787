// SPDX-License-Identifier: GPL-3.0-or-later
// Damaged and hostile tokenizer files: each gives one sentence that names the file and the place.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "support/data.h"
#include "support/gguf_writer.h"
#include "text/tokenizer.h"

namespace qs {
namespace {

using ::testing::AllOf;
using testing::GgufWriter;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::TemporaryFolder;
using testing::testData;
using Json = nlohmann::json;

std::string refusalOf(const std::string& content, const std::string& name) {
    const TemporaryFolder folder;
    std::ofstream(folder / name, std::ios::binary).write(content.data(), static_cast<std::streamsize>(content.size()));
    try {
        loadTokenizer(folder / name);
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr(name + ": "));
        EXPECT_THAT(error.what(), Not(HasSubstr("\n")));
        return error.what();
    }
    return "";
}

/// A small valid file: byte fallback would be off, tokens a, b, ab.
Json smallTokenizer() {
    return Json::parse(R"({"added_tokens": [{"id": 3, "content": "<s>", "special": true}], "normalizer": null, "pre_tokenizer": null,
        "post_processor": null, "decoder": null,
        "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}})");
}

/// The message for the small file with one value changed.
template <class Value>
std::string changed(const std::string& pointer, const Value& value) {
    Json json = smallTokenizer();
    json[Json::json_pointer(pointer)] = value;
    return refusalOf(json.dump(), "tokenizer.json");
}

TEST(HostileTokenizer, TheSmallFileItselfIsGood) { EXPECT_EQ(refusalOf(smallTokenizer().dump(), "tokenizer.json"), ""); }

TEST(HostileTokenizer, BrokenJson) {
    const std::string whole = readText(testData("tokenizers/qwen-bytelevel/tokenizer.json"));
    for (const std::size_t size : {std::size_t{1}, std::size_t{100}, whole.size() / 2, whole.size() - 2})
        EXPECT_THAT(refusalOf(whole.substr(0, size), "tokenizer.json"), HasSubstr("not valid JSON"));
    EXPECT_THAT(refusalOf("[]", "tokenizer.json"), HasSubstr("no JSON object"));
    EXPECT_THAT(refusalOf("", "tokenizer.json"), HasSubstr("is empty"));
    EXPECT_THAT(refusalOf("{}", "tokenizer.json"), HasSubstr("'model' is missing"));
    EXPECT_THAT(refusalOf("{\"model\": \"\xff\"}", "tokenizer.json"), HasSubstr("not valid JSON"));
    EXPECT_THAT(refusalOf(std::string(200000, '['), "tokenizer.json"), HasSubstr("not valid JSON"));
}

TEST(HostileTokenizer, Models) {
    EXPECT_THAT(changed("/model/type", "Unigram"), HasSubstr("model: model of type 'Unigram' is not supported"));
    EXPECT_THAT(changed("/model/type", "WordPiece"), HasSubstr("'WordPiece'"));
    EXPECT_THAT(changed("/model/type", 3), HasSubstr("model.type: is not a text"));
    EXPECT_THAT(changed("/model/vocab", Json::object()), HasSubstr("model.vocab: is empty"));
    EXPECT_THAT(changed("/model/vocab", Json::array()), HasSubstr("model.vocab: is not an object"));
    EXPECT_THAT(changed("/model/vocab/a", -1), HasSubstr("out of range"));
    EXPECT_THAT(changed("/model/vocab/a", 4000000000u), HasSubstr("out of range"));
    EXPECT_THAT(changed("/model/vocab/a", 1.5), HasSubstr("not a whole number"));
    EXPECT_THAT(changed("/model/vocab/a", 1), HasSubstr("same id 1"));
    EXPECT_THAT(changed("/model/merges", Json{"a c"}), AllOf(HasSubstr("merge 0"), HasSubstr("'c'")));
    EXPECT_THAT(changed("/model/merges", Json{"b a"}), HasSubstr("'ba', which the vocabulary lacks"));
    EXPECT_THAT(changed("/model/merges", Json{"ab"}), HasSubstr("model.merges[0]"));
    EXPECT_THAT(changed("/model/merges", Json{"a b c"}), HasSubstr("model.merges[0]"));
    EXPECT_THAT(changed("/model/merges", Json{{"a", "b", "c"}}), HasSubstr("model.merges[0]"));
    EXPECT_THAT(changed("/model/merges", "a b"), HasSubstr("model.merges: is not a list"));
    EXPECT_THAT(changed("/model/unk_token", "<unk>"), HasSubstr("'<unk>' is not in the vocabulary"));
    EXPECT_THAT(changed("/model/dropout", 0.1), HasSubstr("model.dropout"));
    EXPECT_THAT(changed("/model/byte_fallback", "yes"), HasSubstr("model.byte_fallback: is not true or false"));
}

TEST(HostileTokenizer, PartsThatAreNotSupportedAreNamed) {
    EXPECT_THAT(changed("/normalizer", Json{{"type", "Precompiled"}}), HasSubstr("normalizer of type 'Precompiled' is not supported"));
    EXPECT_THAT(changed("/pre_tokenizer", Json{{"type", "UnicodeScripts"}}), HasSubstr("pre-tokenizer of type 'UnicodeScripts'"));
    EXPECT_THAT(changed("/decoder", Json{{"type", "CTC"}}), HasSubstr("decoder of type 'CTC'"));
    EXPECT_THAT(changed("/post_processor", Json{{"type", "New"}}), HasSubstr("post-processor of type 'New'"));
    EXPECT_THAT(changed("/normalizer", Json{{"type", "Sequence"}, {"normalizers", {{{"type", "Nmt"}}}}}),
                HasSubstr("normalizer.normalizers[0]"));
    EXPECT_THAT(changed("/normalizer", Json{{"type", "Sequence"}}), HasSubstr("'normalizers' is missing"));
    EXPECT_THAT(changed("/normalizer", 7), HasSubstr("normalizer: is not an object"));
    Json split{{"type", "Split"}, {"pattern", {{"Regex", "(a"}}}, {"behavior", "Isolated"}};
    EXPECT_THAT(changed("/pre_tokenizer", split), HasSubstr("'(a' is wrong"));
    split["pattern"]["Regex"] = "[a&&b]";
    EXPECT_THAT(changed("/pre_tokenizer", split), HasSubstr("intersects classes"));
    split["pattern"] = Json{{"String", "a"}};
    split["behavior"] = "Sideways";
    EXPECT_THAT(changed("/pre_tokenizer", split), HasSubstr("'Sideways'"));
}

TEST(HostileTokenizer, EndlessNesting) {
    Json deep{{"type", "NFC"}};
    for (int i = 0; i < 1000; ++i) deep = Json{{"type", "Sequence"}, {"normalizers", Json::array({std::move(deep)})}};
    EXPECT_THAT(changed("/normalizer", deep), HasSubstr("nested too deeply"));
}

TEST(HostileTokenizer, AddedTokens) {
    EXPECT_THAT(changed("/added_tokens/0/id", 9), HasSubstr("'<s>' has the id 9, but by the vocabulary it would have 3"));
    EXPECT_THAT(changed("/added_tokens/0/content", ""), HasSubstr("is empty"));
    EXPECT_THAT(changed("/added_tokens/0/content", "ab"), HasSubstr("by the vocabulary it would have 2"));
    EXPECT_THAT(changed("/added_tokens/0", 3), HasSubstr("added_tokens[0]: is not an object"));
    EXPECT_THAT(changed("/added_tokens/1", Json{{"id", 4}, {"content", "<s>"}}), HasSubstr("'<s>' occurs twice"));
    const Json bos = Json::parse(R"({"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>"}}, {"Sequence": {"id": "A"}}],
        "special_tokens": {"<s>": {"ids": [99]}}})");
    EXPECT_THAT(changed("/post_processor", bos), HasSubstr("id 99, which is no token"));
}

TEST(HostileTokenizer, GapsInTheVocabularyAreKept) {
    const TemporaryFolder folder;
    Json json = smallTokenizer();
    json["model"]["vocab"]["z"] = 70;
    json["added_tokens"] = Json::array();
    writeText(folder / "tokenizer.json", json.dump());
    const auto tokenizer = loadTokenizer(folder.path());
    EXPECT_EQ(tokenizer->vocabularySize(), 71u);
    EXPECT_EQ(tokenizer->encode("abz?", false), (std::vector<TokenId>{2, 70}));
    EXPECT_EQ(tokenizer->decode(std::vector<TokenId>{70, 2}, false), "z ab");
    for (const TokenId id : {5, 71, -1}) EXPECT_THROW(tokenizer->decode(std::vector<TokenId>{id}, false), Error);
}

GgufWriter smallGguf(const std::string& model) {
    GgufWriter writer;
    writer.text("tokenizer.ggml.model", model).text("tokenizer.ggml.pre", "gpt-2");
    return writer;
}

TEST(HostileTokenizer, Gguf) {
    const auto refusal = [](const GgufWriter& writer) { return refusalOf(writer.bytes(), "model.gguf"); };
    EXPECT_THAT(refusal(GgufWriter()), HasSubstr("tokenizer.ggml.model is missing"));
    EXPECT_THAT(refusal(smallGguf("bert")), HasSubstr("'bert' is not supported"));
    EXPECT_THAT(refusal(smallGguf("gpt2")), HasSubstr("tokenizer.ggml.tokens is missing"));
    EXPECT_THAT(refusal(smallGguf("gpt2").texts("tokenizer.ggml.tokens", {})), HasSubstr("no vocabulary"));
    EXPECT_THAT(refusal(smallGguf("gpt2").texts("tokenizer.ggml.tokens", {"a", "a"})), HasSubstr("'a' occurs twice"));
    EXPECT_THAT(refusal(smallGguf("gpt2").texts("tokenizer.ggml.tokens", {"a", "\xff"})), HasSubstr("token 1 is not UTF-8"));
    EXPECT_THAT(refusal(smallGguf("gpt2").texts("tokenizer.ggml.tokens", {"a"}).i32s("tokenizer.ggml.token_type", {1, 1})),
                HasSubstr("2 entries for 1 tokens"));
    EXPECT_THAT(refusal(smallGguf("gpt2").texts("tokenizer.ggml.tokens", {"a"}).i32s("tokenizer.ggml.token_type", {9})),
                HasSubstr("has the type 9"));
    EXPECT_THAT(refusal(smallGguf("gpt2").texts("tokenizer.ggml.tokens", {"a"}).texts("tokenizer.ggml.merges", {"a b"})),
                HasSubstr("tokenizer.ggml.merges: merge 0"));
    EXPECT_THAT(refusal(smallGguf("gpt2").texts("tokenizer.ggml.tokens", {"a"}).texts("tokenizer.ggml.merges", {"ab"})),
                HasSubstr("'ab' is not two tokens"));
    EXPECT_THAT(
        refusal(
            GgufWriter().text("tokenizer.ggml.model", "gpt2").text("tokenizer.ggml.pre", "novel").texts("tokenizer.ggml.tokens", {"a"})),
        HasSubstr("pre-tokenizer 'novel' is not supported"));
    EXPECT_THAT(refusal(GgufWriter().text("tokenizer.ggml.model", "gpt2").texts("tokenizer.ggml.tokens", {"a"})),
                HasSubstr("tokenizer.ggml.pre is missing"));
    EXPECT_THAT(refusal(smallGguf("llama").texts("tokenizer.ggml.tokens", {"a"}).f32s("tokenizer.ggml.scores", {})),
                HasSubstr("0 entries for 1 tokens"));
    EXPECT_THAT(refusal(smallGguf("llama")
                            .texts("tokenizer.ggml.tokens", {"a", "b"})
                            .f32s("tokenizer.ggml.scores", {0, 0})
                            .u32("tokenizer.ggml.bos_token_id", 7)),
                HasSubstr("bos_token_id: 7 is not below the 2 tokens"));
    EXPECT_THAT(refusalOf("GGUF", "model.gguf"), HasSubstr("truncated"));
}

TEST(HostileTokenizer, OtherFiles) {
    EXPECT_THAT(refusalOf("this is no model", "tokenizer.model"), HasSubstr("is not a SentencePiece model"));
    const TemporaryFolder folder;
    EXPECT_THROW(loadTokenizer(folder.path()), Error);
    EXPECT_THROW(loadTokenizer(folder / "absent.json"), Error);
}

}  // namespace
}  // namespace qs
