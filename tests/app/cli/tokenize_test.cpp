// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "base/file.h"
#include "program.h"

namespace qs::testing {
namespace {

using nlohmann::json;

std::vector<json> rowsOf(const std::string& text) {
    std::vector<json> rows;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) rows.push_back(json::parse(line));
    return rows;
}

class TokenizerData : public ::testing::TestWithParam<const char*> {
  protected:
    std::string folder() const { return testData(std::string("tokenizers/") + GetParam()); }
    std::string rows(const char* file) const { return readText(folder() + "/" + file); }
};

TEST_P(TokenizerData, EncodesAsTheReference) {
    const std::vector<json> expected = rowsOf(rows("encodings.jsonl"));
    for (const bool special : {true, false}) {
        const ProgramResult result =
            runProgram(special ? std::vector<std::string>{"tokenize", folder()}
                               : std::vector<std::string>{"tokenize", folder() + "/tokenizer.json", "--no-special"},
                       {.input = rows("encodings.jsonl"), .env = {}, .outputFile = "", .closeOutput = false});
        ASSERT_EQ(result.status, 0) << result.err;
        const std::vector<json> found = rowsOf(result.out);
        ASSERT_EQ(found.size(), expected.size());
        for (std::size_t i = 0; i < found.size(); ++i)
            EXPECT_EQ(found[i]["ids"], expected[i][special ? "ids" : "ids_no_special"]) << "line " << i + 1;
    }
}

TEST_P(TokenizerData, DecodesAsTheReference) {
    const std::vector<json> expected = rowsOf(rows("decodings.jsonl"));
    for (const bool skip : {true, false}) {
        std::vector<std::string> words{"tokenize", folder(), "--decode"};
        if (skip) words.push_back("--skip-special");
        ProgramOptions options;
        options.input = rows("decodings.jsonl");
        const ProgramResult result = runProgram(words, options);
        ASSERT_EQ(result.status, 0) << result.err;
        const std::vector<json> found = rowsOf(result.out);
        ASSERT_EQ(found.size(), expected.size());
        for (std::size_t i = 0; i < found.size(); ++i)
            EXPECT_EQ(found[i]["text"], expected[i][skip ? "decoded_skip_special" : "decoded"]) << "line " << i + 1;
    }
}

INSTANTIATE_TEST_SUITE_P(Kinds, TokenizerData, ::testing::Values("qwen-bytelevel", "llama3-bytelevel", "gemma-spm", "llama2-spm"));

const std::string kTokenizer = testData("tokenizers/qwen-bytelevel").string();

TEST(Tokenize, AFileIsOneText) {
    const TemporaryFolder folder;
    std::ofstream(folder / "a.txt") << "One line.\n\nAnother line.";
    const json whole = runProgram({"tokenize", kTokenizer, "--text", folder / "a.txt"}).json();
    ProgramOptions options;
    options.input = json{{"text", "One line.\n\nAnother line."}}.dump();  // no line feed at the end
    EXPECT_EQ(runProgram({"tokenize", kTokenizer}, options).json(), whole);
    EXPECT_GT(whole["ids"].size(), 3u);
}

TEST(Tokenize, DecodedLinesHoldNoUnescapedLineEnd) {
    const std::string text = "a\u2028b\u2029c\u0085d";
    ProgramOptions options;
    options.input = json{{"text", text}}.dump();
    options.input = runProgram({"tokenize", kTokenizer}, options).out;
    const ProgramResult decoded = runProgram({"tokenize", kTokenizer, "--decode"}, options);
    EXPECT_EQ(decoded.json()["text"], text);
    EXPECT_TRUE(std::all_of(decoded.out.begin(), decoded.out.end(), [](char c) { return c > 0; })) << decoded.out;
}

TEST(Tokenize, EmptyInputAndBlankLinesGiveNothing) {
    for (const char* input : {"", "\n", "\n \r\n\t\n"}) {
        ProgramOptions options;
        options.input = input;
        const ProgramResult result = runProgram({"tokenize", kTokenizer}, options);
        EXPECT_EQ(result.status, 0) << result.err;
        EXPECT_EQ(result.out, "");
    }
}

TEST(Tokenize, ErrorsNameTheLine) {
    const std::string good = "{\"text\": \"a\"}\n", goodIds = "{\"ids\": [1]}\n";
    const auto encode = [&](const std::string& line) {
        ProgramOptions options;
        options.input = good + good + line + "\n" + good;
        return runProgram({"tokenize", kTokenizer}, options);
    };
    for (const char* line : {"nonsense", "{\"text\": ", "[1]", "\"text\"", "{}", "{\"text\": 3}", "{\"text\": null}",
                             "{\"text\": \"\xff\"}", "{\"text\": \"\\ud800\"}", "{\"text\": \"a\"} x"})
        expectError(encode(line), 1, "standard input, line 3");
    const auto decode = [&](const std::string& line) {
        ProgramOptions options;
        options.input = goodIds + line + "\n";
        return runProgram({"tokenize", kTokenizer, "--decode"}, options);
    };
    for (const char* line : {"{\"ids\": 3}", "{\"ids\": [1.5]}", "{\"ids\": [-1]}", "{\"ids\": [99999999999]}", "{\"ids\": [2000000000]}",
                             "{\"ids\": [\"a\"]}", "{\"ids\": [[1]]}", "{\"text\": \"a\"}"})
        expectError(decode(line), 1, "standard input, line 2");
}

TEST(Tokenize, MissingFilesAreNamed) {
    expectError(runProgram({"tokenize", "/nonexistent/model"}), 1, "/nonexistent/model");
    expectError(runProgram({"tokenize", kTokenizer, "--text", "/nonexistent/text"}), 1, "/nonexistent/text");
    const TemporaryFolder folder;
    expectError(runProgram({"tokenize", folder.path()}), 1, folder.path());
    std::ofstream(folder / "tokenizer.json") << "{]";
    expectError(runProgram({"tokenize", folder.path()}), 1, "tokenizer.json");
}

}  // namespace
}  // namespace qs::testing
