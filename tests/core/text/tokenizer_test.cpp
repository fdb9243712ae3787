// SPDX-License-Identifier: GPL-3.0-or-later
// Small cases by hand, long inputs, threads and invalid bytes.
#include "text/tokenizer.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "base/file.h"
#include "support/data.h"
#include "support/gguf_writer.h"
#include "text/regex.h"
#include "text/utf8.h"

namespace qs {
namespace {

using testing::GgufWriter;
using testing::TemporaryFolder;
using testing::testData;
using Ids = std::vector<TokenId>;
using Json = nlohmann::json;

std::unique_ptr<Tokenizer> fromJson(const Json& json) {
    const TemporaryFolder folder;
    writeText(folder / "tokenizer.json", json.dump());
    return loadTokenizer(folder.path());
}

Json bpe(const Json& vocabulary, const Json& merges) {
    return {{"model", {{"type", "BPE"}, {"vocab", vocabulary}, {"merges", merges}}}, {"decoder", {{"type", "Fuse"}}}};
}

TEST(Utf8, RepairsEveryMaximalInvalidSequence) {
    EXPECT_EQ(repairedUtf8("a\xff"
                           "b"),
              "a\xEF\xBF\xBD"
              "b");
    EXPECT_EQ(repairedUtf8("\xe2\x82"), "\xEF\xBF\xBD");  // cut character
    EXPECT_EQ(repairedUtf8("\xe2\x82\xac"), "€");
    EXPECT_EQ(repairedUtf8("\xed\xa0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");  // surrogate
    EXPECT_EQ(repairedUtf8("\xc0\xaf"), "\xEF\xBF\xBD\xEF\xBF\xBD");                  // overlong
    EXPECT_EQ(repairedUtf8("\xf0\x9f\x98x"), "\xEF\xBF\xBDx");
    EXPECT_EQ(firstInvalidUtf8("0123456789ä\x80"), 12u);
}

TEST(Tokenizer, SaysThatItNeverCutsOrPads) {
    Json json = bpe({{"a", 0}}, Json::array());
    EXPECT_EQ(fromJson(json)->description(), "BPE, 1 tokens, tokenizer.json");
    json["truncation"] = {{"max_length", 2}, {"stride", 0}, {"strategy", "LongestFirst"}, {"direction", "Right"}};
    json["padding"] = {{"strategy", "BatchLongest"}};
    const auto tokenizer = fromJson(json);
    EXPECT_EQ(tokenizer->encode("aaa", true), (Ids{0, 0, 0}));
    EXPECT_EQ(tokenizer->description(),
              "BPE, 1 tokens, tokenizer.json (its truncation to 2 tokens is not applied: texts are never cut; its padding is not applied)");
}

TEST(Regex, IsReadAsOnigurumaDoes) {
    EXPECT_EQ(pcrePattern(R"(\p{N}{1,3}+)"), R"((?:\p{N}{1,3})+)");
    EXPECT_EQ(pcrePattern(R"(a(bc){2}+)"), R"(a(?:(bc){2})+)");
    EXPECT_EQ(pcrePattern("x{,2}{"), "x{0,2}\\{");
    EXPECT_EQ(pcrePattern(R"([\s\h]\h)"), R"([\p{White_Space}0-9A-Fa-f][0-9A-Fa-f])");
    EXPECT_EQ(pcrePattern(R"(\p{Han}\P{L}\p{^N})"), R"(\p{sc:Han}\P{L}\P{N})");
    EXPECT_EQ(pcrePattern(R"((?m:.)\u00e9\x{41})"), R"((?s:.)\x{00e9}\x{41})");
}

TEST(Regex, EmptyMatchesBehindAMatchAreSkipped) {
    std::vector<std::pair<std::size_t, std::size_t>> found;
    Regex("a*").eachMatch("baac", [&](std::size_t start, std::size_t end) { found.emplace_back(start, end); });
    EXPECT_EQ(found, (std::vector<std::pair<std::size_t, std::size_t>>{{0, 0}, {1, 3}, {4, 4}}));
}

TEST(Bpe, MergesByRankThenFromTheLeft) {
    const auto tokenizer =
        fromJson(bpe({{"a", 0}, {"b", 1}, {"c", 2}, {"bc", 3}, {"ab", 4}, {"aa", 5}, {"aaaa", 6}}, {"b c", "a b", "a a", "aa aa"}));
    EXPECT_EQ(tokenizer->encode("abc", false), (Ids{0, 3}));  // "b c" first
    EXPECT_EQ(tokenizer->encode("ab", false), (Ids{4}));
    EXPECT_EQ(tokenizer->encode("aaaaa", false), (Ids{6, 0}));
    EXPECT_EQ(tokenizer->encode("a?b", false), (Ids{4}));  // unknown characters are left out before merging
}

TEST(Bpe, UnknownTokensFuseIfAsked) {
    Json json = bpe({{"a", 0}, {"<unk>", 1}, {"<0x21>", 2}}, Json::array());
    json["model"]["unk_token"] = "<unk>";
    EXPECT_EQ(fromJson(json)->encode("a??a", false), (Ids{0, 1, 1, 0}));
    json["model"]["fuse_unk"] = true;
    EXPECT_EQ(fromJson(json)->encode("a??a", false), (Ids{0, 1, 0}));
    json["model"]["byte_fallback"] = true;
    EXPECT_EQ(fromJson(json)->encode("a!?", false), (Ids{0, 2, 1}));
}

TEST(Spm, MergesByScore) {
    const TemporaryFolder folder;
    GgufWriter()
        .text("tokenizer.ggml.model", "llama")
        .texts("tokenizer.ggml.tokens", {"<unk>", "<s>", "</s>", "\xE2\x96\x81", "a", "b", "ab", "ba",
                                         "\xE2\x96\x81"
                                         "a",
                                         "<0x21>"})
        .f32s("tokenizer.ggml.scores", {0, 0, 0, -10, -10, -10, -2, -1, -3, 0})
        .i32s("tokenizer.ggml.token_type", {2, 3, 3, 1, 1, 1, 1, 1, 1, 6})
        .write(folder / "m.gguf");
    const auto tokenizer = loadTokenizer(folder / "m.gguf");
    EXPECT_EQ(tokenizer->encode("aba", false), (Ids{8, 7}));  // "ba" has the best score, then "▁a"
    EXPECT_EQ(tokenizer->encode("ab", true), (Ids{1, 3, 6}));
    EXPECT_EQ(tokenizer->encode("!??", false), (Ids{3, 9, 0}));
    EXPECT_EQ(tokenizer->decode(Ids{1, 8, 7}, true), "aba");
    EXPECT_EQ(tokenizer->decode(Ids{1, 8, 7}, false), "<s> aba");
    EXPECT_EQ(tokenizer->description(), "SentencePiece BPE, 10 tokens, m.gguf");
}

TEST(Tokenizer, InvalidBytesBecomeReplacementCharacters) {
    const auto tokenizer = loadTokenizer(testData("tokenizers/llama3-bytelevel"));
    EXPECT_EQ(tokenizer->encode("caf\xe9!", false), tokenizer->encode("caf\xEF\xBF\xBD!", false));
    EXPECT_EQ(tokenizer->decode(tokenizer->encode("caf\xe9!", false), false), "caf\xEF\xBF\xBD!");
}

TEST(Tokenizer, KnowsItsTokens) {
    const auto tokenizer = loadTokenizer(testData("tokenizers/qwen-bytelevel/tokenizer.json"));
    EXPECT_EQ(tokenizer->vocabularySize(), 2048u);
    EXPECT_EQ(tokenizer->idOf("<|im_start|>"), TokenId{2037});
    EXPECT_EQ(tokenizer->idOf("no such token"), std::nullopt);
    EXPECT_EQ(tokenizer->description(), "byte-level BPE, 2 048 tokens, tokenizer.json");
}

TEST(Tokenizer, OneLineOfTenMegabytes) {
    const std::string letters(10'000'000, 'a');
    std::string mixed;
    while (mixed.size() < 2'000'000) mixed += "thequickbrownfox日本語";
    for (const char* kind : {"qwen-bytelevel", "llama3-bytelevel", "gemma-spm", "llama2-spm"}) {
        const auto tokenizer = loadTokenizer(testData(std::string("tokenizers/") + kind));
        EXPECT_EQ(tokenizer->decode(tokenizer->encode(letters, false), false), letters) << kind;
        EXPECT_EQ(tokenizer->decode(tokenizer->encode(mixed, false), false), mixed) << kind;
    }
}

TEST(Tokenizer, OneObjectEncodesOnManyThreads) {
    const std::string text = readText(testing::resource("text/en.txt")).substr(0, 200000);
    const auto first = loadTokenizer(testData("tokenizers/llama2-spm"));
    const auto second = loadTokenizer(testData("tokenizers/qwen-bytelevel"));
    const Ids expectedFirst = first->encode(text, true), expectedSecond = second->encode(text, true);
    std::vector<std::jthread> threads;
    std::vector<int> good(4);
    for (std::size_t t = 0; t < good.size(); ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < 3; ++i)
                good[t] += first->encode(text, true) == expectedFirst && second->encode(text, true) == expectedSecond;
        });
    threads.clear();
    EXPECT_EQ(good, std::vector<int>(4, 3));
}

}  // namespace
}  // namespace qs
