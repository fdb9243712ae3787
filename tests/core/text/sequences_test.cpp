// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/sequences.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <numeric>
#include <set>

#include "base/error.h"
#include "base/file.h"
#include "support/data.h"
#include "text/random.h"

namespace qs {
namespace {

using ::testing::HasSubstr;
using testing::TemporaryFolder;
using testing::testData;

/// Documents whose tokens are all different: 0, 1, 2, … in the joined stream.
std::vector<std::vector<TokenId>> countingDocuments(const std::vector<std::size_t>& sizes) {
    std::vector<std::vector<TokenId>> documents;
    TokenId next = 0;
    for (const std::size_t size : sizes) {
        documents.emplace_back(size);
        std::iota(documents.back().begin(), documents.back().end(), next);
        next += static_cast<TokenId>(size);
    }
    return documents;
}

std::string refusal(const std::vector<std::vector<TokenId>>& documents, const DrawOptions& options) {
    try {
        drawSequences(documents, options);
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

TEST(Random, IsSplitMix64) {
    Random random(1234567);  // reference values of the published generator
    EXPECT_EQ(random.next(), 6457827717110365317u);
    EXPECT_EQ(random.next(), 3203168211198807973u);
}

TEST(Random, BelowIsUniform) {
    Random random(1);
    std::map<std::uint64_t, int> counts;
    for (int i = 0; i < 30000; ++i) ++counts[random.below(3)];
    for (const std::uint64_t value : {0u, 1u, 2u}) EXPECT_NEAR(counts[value], 10000, 300);
    EXPECT_EQ(counts.size(), 3u);
}

TEST(Sequences, FillTheBudgetWithoutOverlap) {
    const auto documents = countingDocuments({1000, 0, 30, 5000, 70});
    DrawOptions options{.lengths = {64, 16, 64, 128}, .tokenBudget = 3000, .seed = 7};
    const DrawResult result = drawSequences(documents, options);
    std::set<TokenId> seen;
    std::size_t sum = 0;
    std::map<int, int> counts;
    for (const Sequence& sequence : result.sequences) {
        sum += sequence.ids.size();
        ++counts[sequence.length()];
        EXPECT_EQ(documents[static_cast<std::size_t>(sequence.document)][static_cast<std::size_t>(sequence.offset)], sequence.ids.front());
        for (std::size_t i = 1; i < sequence.ids.size(); ++i) EXPECT_EQ(sequence.ids[i], sequence.ids[i - 1] + 1);
        seen.insert(sequence.ids.begin(), sequence.ids.end());
    }
    EXPECT_EQ(seen.size(), sum);
    EXPECT_LE(sum, 3000u);
    EXPECT_GT(sum, 3000u - 16u);
    EXPECT_EQ(counts.size(), 3u);
    EXPECT_EQ(result.corpusTokens, 6100);
    EXPECT_TRUE(result.warnings.empty());
}

TEST(Sequences, TheWholeTextCanBeUsed) {
    const DrawResult result = drawSequences(countingDocuments({100}), {.lengths = {10}, .tokenBudget = 100, .seed = 3});
    std::set<TokenId> seen;
    for (const Sequence& sequence : result.sequences) seen.insert(sequence.ids.begin(), sequence.ids.end());
    EXPECT_EQ(seen.size(), 100u);
    EXPECT_TRUE(result.warnings.empty());
}

TEST(Sequences, TextIsReusedAloud) {
    const DrawResult result = drawSequences(countingDocuments({100}), {.lengths = {30}, .tokenBudget = 300});
    EXPECT_EQ(result.sequences.size(), 10u);
    ASSERT_EQ(result.warnings.size(), 1u);
    EXPECT_THAT(result.warnings[0], HasSubstr("used up 3 times"));
}

TEST(Sequences, StayInsideADocumentIfAsked) {
    const auto documents = countingDocuments({40, 5, 200, 64});
    const DrawResult result =
        drawSequences(documents, {.lengths = {16, 64}, .tokenBudget = 250, .seed = 5, .boundary = Boundary::Document});
    std::set<TokenId> seen;
    std::size_t sum = 0;
    for (const Sequence& sequence : result.sequences) {
        const auto& document = documents[static_cast<std::size_t>(sequence.document)];
        EXPECT_LE(static_cast<std::size_t>(sequence.offset) + sequence.ids.size(), document.size());
        EXPECT_EQ(sequence.ids.front(), document[static_cast<std::size_t>(sequence.offset)]);
        sum += sequence.ids.size();
        seen.insert(sequence.ids.begin(), sequence.ids.end());
    }
    EXPECT_EQ(seen.size(), sum);
}

/// 400 000 sequences from room for two: the work of a round must not grow with those that still wait.
TEST(Sequences, SmallTextServesALargeBudget) {
    const DrawOptions options{.lengths = {10}, .tokenBudget = 4'000'000};
    const DrawResult result = drawSequences(countingDocuments({20}), options);
    EXPECT_EQ(result.sequences.size(), 400'000u);
    ASSERT_EQ(result.warnings.size(), 1u);
    EXPECT_THAT(result.warnings[0], HasSubstr("used up 199"));
    EXPECT_THROW(drawSequences(countingDocuments({20}), options, [] { throw Error("stop"); }), Error);
}

TEST(Sequences, SameSeedSameSequences) {
    const auto documents = countingDocuments({3000, 2000});
    const DrawOptions options{.lengths = {64, 256}, .tokenBudget = 4000, .seed = 42};
    const auto a = drawSequences(documents, options), b = drawSequences(documents, options);
    auto other = options;
    other.seed = 43;
    const auto c = drawSequences(documents, other);
    ASSERT_EQ(a.sequences.size(), b.sequences.size());
    for (std::size_t i = 0; i < a.sequences.size(); ++i) EXPECT_EQ(a.sequences[i].ids, b.sequences[i].ids);
    EXPECT_NE(a.sequences[0].ids, c.sequences[0].ids);
    // These values are the same on every machine.
    EXPECT_EQ(a.sequences[0].length(), 256);
    EXPECT_EQ(a.sequences[0].ids[0], 1999);
}

TEST(Sequences, PositionsAreUniform) {
    const auto documents = countingDocuments({20});
    std::map<TokenId, int> firsts;
    for (std::uint64_t seed = 0; seed < 11000; ++seed)
        ++firsts[drawSequences(documents, {.lengths = {10}, .tokenBudget = 10, .seed = seed}).sequences[0].ids[0]];
    EXPECT_EQ(firsts.size(), 11u);
    for (const auto& [first, count] : firsts) EXPECT_NEAR(count, 1000, 150) << first;
}

TEST(Sequences, ImpossibleRequestsSayWhatIsThereAndNeeded) {
    EXPECT_THAT(refusal(countingDocuments({50, 20}), {.lengths = {100}}),
                HasSubstr("the text has 70 tokens, but a sequence of 100 tokens"));
    EXPECT_THAT(refusal(countingDocuments({50, 80}), {.lengths = {100}, .boundary = Boundary::Document}),
                HasSubstr("longest document has 80 tokens"));
    EXPECT_THAT(refusal({}, {.lengths = {100}}), HasSubstr("0 tokens"));
    EXPECT_THAT(refusal({}, {.lengths = {100}, .boundary = Boundary::Document}), HasSubstr("0 tokens"));
    EXPECT_THAT(refusal(countingDocuments({50}), {.lengths = {}}), HasSubstr("no sequence length"));
    EXPECT_THAT(refusal(countingDocuments({50}), {.lengths = {0}}), HasSubstr("length of 0"));
    EXPECT_THAT(refusal(countingDocuments({50}), {.lengths = {20}, .tokenBudget = 19}), HasSubstr("budget of 19 tokens"));
}

TEST(Sequences, DocumentsAreTokenizedInOrder) {
    const auto tokenizer = loadTokenizer(testData("tokenizers/llama3-bytelevel"));
    std::vector<Document> documents;
    for (int i = 0; i < 100; ++i) documents.push_back({"d" + std::to_string(i), "Document number " + std::to_string(i)});
    std::size_t last = 0;
    const auto ids = tokenizeDocuments(*tokenizer, documents, true, 3, [&](std::size_t done, std::size_t total) {
        last = done;
        EXPECT_EQ(total, 100u);
    });
    EXPECT_EQ(last, 100u);
    for (std::size_t i = 0; i < ids.size(); ++i) EXPECT_EQ(ids[i], tokenizer->encode(documents[i].text, true));
    EXPECT_THROW(tokenizeDocuments(*tokenizer, documents, true, 2, [](std::size_t, std::size_t) { throw Error("stop"); }), Error);
}

TEST(IdLists, AreReadAndChecked) {
    const TemporaryFolder folder;
    const auto load = [&](const std::string& text) {
        writeText(folder / "ids.json", text);
        return loadIdLists((folder / "ids.json").string(), 100);
    };
    const auto message = [&](const std::string& text) {
        try {
            load(text);
        } catch (const Error& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    const auto sequences = load("[[1, 2, 99], [0]]");
    ASSERT_EQ(sequences.size(), 2u);
    EXPECT_EQ(sequences[0].ids, (std::vector<TokenId>{1, 2, 99}));
    EXPECT_EQ(sequences[0].document, -1);
    EXPECT_THAT(message("[[1], [2, 100]]"), HasSubstr("ids.json: list 1, entry 1: 100 is not an id below the 100"));
    EXPECT_THAT(message("[[-1]]"), HasSubstr("-1 is not an id"));
    EXPECT_THAT(message("[[1.5]]"), HasSubstr("1.5 is not an id"));
    EXPECT_THAT(message("[[99999999999999999999]]"), HasSubstr("is not an id"));
    EXPECT_THAT(message("[[]]"), HasSubstr("list 0"));
    EXPECT_THAT(message("[]"), HasSubstr("list of lists"));
    EXPECT_THAT(message("{\"ids\": 3}"), HasSubstr("list of lists"));
    EXPECT_THAT(message("[[1"), HasSubstr("not valid JSON"));
}

}  // namespace
}  // namespace qs
