// SPDX-License-Identifier: GPL-3.0-or-later
// Our merging against libsentencepiece itself, on models trained here.
#include <gtest/gtest.h>
#include <sentencepiece_processor.h>
#include <sentencepiece_trainer.h>

#include <algorithm>
#include <fstream>

#include "base/file.h"
#include "support/data.h"
#include "text/tokenizer.h"

namespace qs {
namespace {

using testing::TemporaryFolder;
using Ids = std::vector<TokenId>;

/// Trains a model on English text; `flags` as the command line of the trainer has them.
std::string trained(const TemporaryFolder& folder, const std::string& flags) {
    const std::string text = readText(testing::resource("text/en.txt")).substr(0, 60000);
    std::ofstream(folder / "text.txt") << text;
    const auto status = sentencepiece::SentencePieceTrainer::Train("--input=" + (folder / "text.txt").string() +
                                                                   " --model_prefix=" + (folder / "tokenizer").string() +
                                                                   " --minloglevel=2 --num_threads=1 " + flags);
    EXPECT_TRUE(status.ok()) << status.ToString();
    return (folder / "tokenizer.model").string();
}

/// Encodes pieces of real text with both and compares.
void expectSameIds(const std::string& path) {
    sentencepiece::SentencePieceProcessor library;
    ASSERT_TRUE(library.Load(path).ok());
    const auto own = loadTokenizer(path);
    std::vector<std::string> texts{
        "", " ", "  a  b ", "\n\n\nx\t", "\xE2\x96\x81\xE2\x96\x81 a", "日本語 naïve 🙂", "<tool>x<tool><tool>  <tool>", "x<to"};
    const std::string english = readText(testing::resource("text/en.txt"));
    const std::string others = readText(testing::resource("text/languages.jsonl"));
    for (std::size_t at = 60000; at < 160000; at += 1000) texts.push_back(english.substr(at, 1000));
    for (std::size_t at = 0; at < 200000; at += 2000) texts.push_back(others.substr(at, 2000));
    for (std::string& text : texts) {
        const std::size_t cut = text.find_last_of(' ');  // not within a character
        if (text.size() > 500) text = text.substr(text.find(' '), cut - text.find(' '));
        std::vector<int> expected;
        ASSERT_TRUE(library.Encode(text, &expected).ok());
        EXPECT_EQ(own->encode(text, false), Ids(expected.begin(), expected.end())) << text;
        // The library writes " ⁇ " for the unknown token, we write the token.
        const bool known = std::find(expected.begin(), expected.end(), library.unk_id()) == expected.end();
        if (known) {
            EXPECT_EQ(own->decode(expected, false), library.DecodeIds(expected)) << text;
        }
    }
}

TEST(SentencePiece, PlainBpeEncodesAsTheLibrary) {
    const TemporaryFolder folder;
    const auto path = trained(folder,
                              "--model_type=bpe --vocab_size=1500 --byte_fallback=true --normalization_rule_name=identity "
                              "--remove_extra_whitespaces=false --allow_whitespace_only_pieces=true");
    expectSameIds(path);
    EXPECT_TRUE(loadTokenizer(path)->description().starts_with("SentencePiece BPE, 1 500 tokens"));
}

TEST(SentencePiece, PiecesDefinedByTheUserAndNoPrefix) {
    const TemporaryFolder folder;
    expectSameIds(
        trained(folder,
                "--model_type=bpe --vocab_size=1500 --byte_fallback=true --normalization_rule_name=identity --add_dummy_prefix=false "
                "--remove_extra_whitespaces=false --user_defined_symbols=<tool>,\xE2\x96\x81\xE2\x96\x81"));
}

TEST(SentencePiece, OtherModelsAreRunByTheLibrary) {
    const TemporaryFolder folder;
    const auto path = trained(folder, "--model_type=unigram --vocab_size=800");
    expectSameIds(path);
    EXPECT_TRUE(loadTokenizer(path)->description().starts_with("SentencePiece, 800 tokens"));
}

TEST(SentencePiece, TokensAroundTheTextFollowTheConfiguration) {
    const TemporaryFolder folder;
    const auto path = trained(
        folder,
        "--model_type=bpe --vocab_size=800 --byte_fallback=true --normalization_rule_name=identity --remove_extra_whitespaces=false");
    const Ids bare = loadTokenizer(path)->encode("a</s>", false);
    EXPECT_EQ(bare.back(), 2);  // the text of a control token is that token
    Ids expected = bare;
    expected.insert(expected.begin(), 1);
    EXPECT_EQ(loadTokenizer(path)->encode("a</s>", true), expected);
    writeText(folder / "tokenizer_config.json", R"({"add_bos_token": false, "add_eos_token": true})");
    expected = bare;
    expected.push_back(2);
    EXPECT_EQ(loadTokenizer(folder.path())->encode("a</s>", true), expected);
}

}  // namespace
}  // namespace qs
