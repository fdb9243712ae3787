// SPDX-License-Identifier: GPL-3.0-or-later
#include "qat/task_data.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/file.h"
#include "qat/byte_tokenizer.h"
#include "qat/task_batches.h"
#include "support/data.h"

namespace qs {
namespace {

using testing::TemporaryFolder;

std::string line(const std::string& text, const std::string& label) { return R"({"text": ")" + text + R"(", "label": )" + label + "}\n"; }

std::string manyLines(int count) {
    std::string lines;
    for (int i = 0; i < count; ++i) lines += line("text number " + std::to_string(i), std::to_string(i % 2 == 0 ? 10 : 9));
    return lines;
}

std::set<std::string> textsOf(const std::vector<LabelledText>& part) {
    std::set<std::string> texts;
    for (const LabelledText& text : part) texts.insert(text.text);
    return texts;
}

TEST(TaskData, DuplicatesAndContradictionsAreLeftOut) {
    const TemporaryFolder folder;
    writeText(folder / "set.jsonl", manyLines(100) + line("  text   number 3 ", "9") + line("text number 4", "9") + line(" ", "9"));
    const ClassificationData data = loadClassificationData(folder / "set.jsonl", {});
    EXPECT_EQ(data.records, 103u);
    EXPECT_EQ(data.duplicates, 1u);
    EXPECT_EQ(data.contradictions, 1u);
    EXPECT_EQ(data.blank, 1u);
    EXPECT_EQ(data.classes, (std::vector<std::string>{"9", "10"})) << "numbers by value";
    EXPECT_EQ(data.train.size() + data.validation.size() + data.test.size(), 99u);
    for (const auto* part : {&data.train, &data.validation, &data.test}) EXPECT_FALSE(textsOf(*part).count("text number 4"));
}

TEST(TaskData, ATextNeverChangesSides) {
    const TemporaryFolder folder;
    writeText(folder / "few.jsonl", manyLines(200));
    writeText(folder / "many.jsonl", manyLines(1000));
    const ClassificationData few = loadClassificationData(folder / "few.jsonl", {}),
                             many = loadClassificationData(folder / "many.jsonl", {});
    const std::set<std::string> test = textsOf(many.test), train = textsOf(many.train);
    for (const std::string& text : textsOf(few.test)) EXPECT_TRUE(test.count(text));
    for (const std::string& text : textsOf(few.train)) EXPECT_TRUE(train.count(text));
    EXPECT_NEAR(static_cast<double>(many.test.size()), 200, 45);
    EXPECT_NEAR(static_cast<double>(many.validation.size()), 100, 35);
}

TEST(TaskData, ComplaintsNameThePlace) {
    const TemporaryFolder folder;
    const auto complaint = [&](const std::string& lines, const ClassificationOptions& options = {}) -> std::string {
        writeText(folder / "bad.jsonl", lines);
        try {
            loadClassificationData(folder / "bad.jsonl", options);
        } catch (const Error& error) {
            return error.what();
        }
        return "";
    };
    EXPECT_NE(complaint(manyLines(50) + R"({"text": "x"})").find("record 51 has no field 'label' (fields: text)"), std::string::npos);
    EXPECT_NE(complaint(line("a", "1.5")).find("field 'label' is not a text or a whole number"), std::string::npos);
    EXPECT_NE(complaint(line("a", "1") + line("b", "1")).find("at least two"), std::string::npos);
    EXPECT_NE(complaint(line("a", "1") + line("b", "2")).find("no text"), std::string::npos);
    ClassificationOptions options;
    options.testShare = 0.9;
    EXPECT_NE(complaint(manyLines(50), options).find("leave nothing"), std::string::npos);
}

TEST(TaskData, LanguagesAreDistinctAndBalanced) {
    QS_NEED_SHARED("data/handbook/languages.jsonl");
    const ClassificationData data = loadClassificationData(testing::sharedData("data/handbook/languages.jsonl"), {});
    EXPECT_EQ(data.records, 7200u);
    EXPECT_EQ(data.classes.size(), 12u);
    EXPECT_NEAR(static_cast<double>(data.test.size()), 1440, 120);
    std::vector<int> counts(12);
    for (const LabelledText& text : data.test) ++counts[static_cast<std::size_t>(text.label)];
    EXPECT_GT(*std::min_element(counts.begin(), counts.end()), 80);
}

TEST(ByteTokenizer, IdsAreBytes) {
    const TemporaryFolder folder;
    writeText(folder / "tokenizer.json", byteTokenizerJson());
    const auto tokenizer = loadTokenizer(folder / "tokenizer.json");
    EXPECT_EQ(tokenizer->vocabularySize(), 256u);
    const std::string text = "a \n\x01 é漢\xF0\x9F\x98\x80  z";
    std::vector<TokenId> bytes;
    for (const char c : text) bytes.push_back(static_cast<unsigned char>(c));
    EXPECT_EQ(tokenizer->encode(text, true), bytes);
    EXPECT_EQ(tokenizer->decode(bytes, true), text);
}

class TaskBatches : public ::testing::Test {
  protected:
    /// Texts of 1 … 40 tokens; ids tell the text (hundreds) and the place.
    static std::vector<TokenizedText> someTexts() {
        std::vector<TokenizedText> texts(120);
        for (std::size_t i = 0; i < texts.size(); ++i) {
            texts[i].label = static_cast<int>(i);
            for (std::size_t k = 0; k <= i % 40; ++k) texts[i].ids.push_back(static_cast<TokenId>(100 * i + k));
        }
        return texts;
    }
};

TEST_F(TaskBatches, AnEpochHoldsEveryTextOnceWithoutPadding) {
    const std::vector<TokenizedText> texts = someTexts();
    ClassificationBatches source(texts, {8, {16, 32}, 5});
    const std::int64_t count = source.batchesPerEpoch();
    EXPECT_EQ(count, 15);
    for (std::int64_t epoch = 0; epoch < 3; ++epoch) {
        std::multiset<std::int64_t> seen;
        for (std::int64_t b = 0; b < count; ++b) {
            const Batch batch = source.batch(epoch * count + b);
            ASSERT_EQ(batch.ids.size(), static_cast<std::size_t>(batch.rows) * static_cast<std::size_t>(batch.length));
            ASSERT_LE(batch.length, 32);
            seen.insert(batch.targets.begin(), batch.targets.end());
            for (std::size_t row = 0; row < static_cast<std::size_t>(batch.rows); ++row)
                for (std::size_t k = 0; k < static_cast<std::size_t>(batch.length); ++k) {
                    const std::int64_t id = batch.ids[row * static_cast<std::size_t>(batch.length) + k];
                    ASSERT_EQ(id / 100, batch.targets[row]);
                    ASSERT_TRUE(k == 0 || id == batch.ids[row * static_cast<std::size_t>(batch.length) + k - 1] + 1);
                }
        }
        EXPECT_EQ(seen.size(), texts.size());
        EXPECT_EQ(std::set<std::int64_t>(seen.begin(), seen.end()).size(), texts.size());
    }
}

TEST_F(TaskBatches, ABatchFollowsFromItsNumberAlone) {
    const std::vector<TokenizedText> texts = someTexts();
    ClassificationBatches one(texts, {8, {16, 32}, 5}), other(texts, {8, {16, 32}, 5}), seeded(texts, {8, {16, 32}, 6});
    for (std::int64_t number = 0; number < 40; ++number) one.batch(number);
    EXPECT_EQ(one.batch(7).ids, other.batch(7).ids);
    EXPECT_EQ(one.batch(31).ids, other.batch(31).ids);
    EXPECT_NE(one.batch(7).ids, seeded.batch(7).ids);
    EXPECT_NE(one.batch(7).ids, one.batch(7 + one.batchesPerEpoch()).ids);
}

TEST_F(TaskBatches, LeadingTokensStayInEveryPiece) {
    const TokenizedText text{{1, 10, 11, 12, 13}, 1, 0};
    std::vector<std::int64_t> ids;
    appendPiece(text, 2, 3, ids);
    EXPECT_EQ(ids, (std::vector<std::int64_t>{1, 12, 13}));
}

TEST_F(TaskBatches, WindowsOfTextHaveTheNextTokenAsTarget) {
    std::vector<TokenId> stream(50);
    for (std::size_t i = 0; i < stream.size(); ++i) stream[i] = static_cast<TokenId>(i);
    LanguageModelBatches source(stream, {4, {8, 49}, 1});
    std::set<int> lengths;
    for (std::int64_t number = 0; number < 20; ++number) {
        const Batch batch = source.batch(number);
        lengths.insert(batch.length);
        ASSERT_EQ(batch.targets.size(), 4u * static_cast<std::size_t>(batch.length));
        for (std::size_t i = 0; i < batch.ids.size(); ++i) ASSERT_EQ(batch.targets[i], batch.ids[i] + 1);
        EXPECT_EQ(batch.ids, LanguageModelBatches(stream, {4, {8, 49}, 1}).batch(number).ids);
    }
    EXPECT_EQ(lengths, (std::set<int>{8, 49}));
    EXPECT_THROW(LanguageModelBatches(stream, {4, {50}, 1}), Error);
}

}  // namespace
}  // namespace qs
