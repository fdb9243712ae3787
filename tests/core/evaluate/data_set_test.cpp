// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluate/data_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/error.h"
#include "base/file.h"
#include "evaluate/choice_tasks.h"
#include "evaluate/parquet.h"
#include "evaluate/rolling.h"
#include "evaluate/statistics.h"
#include "support/data.h"

namespace qs {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

template <class F>
std::string messageOf(const F& body) {
    try {
        body();
    } catch (const Error& error) {
        return error.what();
    }
    return "accepted";
}

TEST(DataSet, AcceptsWhatUsersHave) {
    const testing::TemporaryFolder place;
    writeText(place / "dev.jsonl", "\xEF\xBB\xBF{\"goal\":\"g\"}\r\n\r\n{\"goal\":\"h\"}");
    writeText(place / "dev-labels.lst", "1\r\n0\r\n");
    const DataSet data = readDataSet(place.path(), Split::Validation);
    ASSERT_EQ(data.records.size(), 2u);
    EXPECT_EQ(data.records[0], (json{{"goal", "g"}, {"label", "1"}}));
    EXPECT_EQ(data.records[1]["label"], "0");
    writeText(place / "test.jsonl", "{\"goal\":\"t\"}\n");
    EXPECT_EQ(readDataSet(place.path(), Split::Test).records[0]["goal"], "t");
    writeText(place / "list.json", "[{\"a\":1},{\"a\":2}]");
    EXPECT_EQ(readDataSet(place / "list.json", Split::Test).records.size(), 2u);
    EXPECT_EQ(readDataSet(place / "list.json", Split::Test, 1).records.size(), 1u);
}

TEST(DataSet, RefusesWithThePlace) {
    const testing::TemporaryFolder place;
    const auto refusal = [&](const std::string& text) {
        writeText(place / "x.jsonl", text);
        return messageOf([&] { readDataSet(place / "x.jsonl", Split::Test); });
    };
    EXPECT_THAT(refusal("{\"a\":1}\n{\"a\""), HasSubstr("line 2 is not valid JSON"));
    EXPECT_THAT(refusal("7\n"), HasSubstr("line 1 is not a JSON object"));
    EXPECT_THAT(refusal("\xff"), HasSubstr("is not UTF-8"));
    EXPECT_THAT(refusal("\n\n"), HasSubstr("holds no records"));
}

TEST(Parquet, HoldsTheRecordsOfTheJsonLines) {
    QS_NEED_SHARED("data/eval/parquet");
    for (const char* name : {"arc_challenge", "boolq", "hellaswag", "openbookqa", "piqa", "winogrande"}) {
        const DataSet lines = readDataSet(testing::sharedData(std::string("data/eval/") + name + ".jsonl"), Split::Test);
        const std::vector<json> rows = readParquet(testing::sharedData(std::string("data/eval/parquet/") + name + ".parquet"));
        ASSERT_EQ(rows.size(), lines.records.size()) << name;
        for (std::size_t i = 0; i < rows.size(); ++i)
            for (const auto& [field, value] : rows[i].items()) {
                const json& expected = lines.records[i].at(field);
                if (expected.is_number() && value.is_string()) EXPECT_EQ(value, expected.dump());
                else EXPECT_EQ(value, expected) << name << " row " << i << " " << field;
            }
    }
}

TEST(Parquet, DamageIsAnErrorNeverACrash) {
    QS_NEED_SHARED("data/eval/parquet");
    const testing::TemporaryFolder place;
    const std::string whole = readText(testing::sharedData("data/eval/parquet/winogrande.parquet"));
    std::mt19937 generator(5);
    int refused = 0;
    for (int round = 0; round < 300; ++round) {
        std::string bytes = whole;
        for (int k = 0; k < 4; ++k) {  // half of them in the footer
            const std::size_t at =
                round % 2 == 0 ? generator() % bytes.size() : bytes.size() - 1 - generator() % std::min<std::size_t>(3000, bytes.size());
            bytes[at] = static_cast<char>(generator());
        }
        writeText(place / "x.parquet", bytes);
        refused += messageOf([&] { readParquet(place / "x.parquet"); }) != "accepted";
    }
    EXPECT_GT(refused, 100);
}

TEST(ChoiceTasks, CleansHellaSwag) {
    EXPECT_EQ(cleanedHellaSwag("Go [title] in. [x] now   on "), "Go. in. now  on");
    QS_NEED_SHARED("oracles/eval/hellaswag_preprocess.json");
    const json reference = json::parse(readText(testing::sharedData("oracles/eval/hellaswag_preprocess.json")));
    for (const json& pair : reference["pairs"])
        EXPECT_EQ(cleanedHellaSwag(pair["text"].get<std::string>()), pair["preprocessed"].get<std::string>());
}

TEST(ChoiceTasks, ReadEveryLayout) {
    const auto item = [](const char* task, const json& record) { return choiceItems(*choiceTaskOf(task), {"x", {record}}).front(); };
    EXPECT_EQ(item("boolq", {{"question", "q"}, {"passage", "p"}, {"title", "T"}, {"answer", true}}).requests[1].context,
              "T -- p\nQuestion: q?\nAnswer:");
    EXPECT_EQ(item("boolq", {{"question", "q"}, {"passage", "p"}, {"label", 0}}).target, 0);
    const json choices = json::array({{{"text", "u"}, {"label", "1"}}, {{"text", "v"}, {"label", "2"}}});
    const ChoiceItem arc = item("arc_easy", {{"question", {{"stem", "s"}, {"choices", choices}}}, {"answerKey", "2"}});
    EXPECT_EQ(arc.target, 1);
    EXPECT_EQ(arc.requests[0].context, "Question: s\nAnswer:");
    EXPECT_EQ(arc.requests[0].continuation, " u");
    const ChoiceItem wino = item("winogrande", {{"sentence", "a _ b."}, {"option1", "x"}, {"option2", "y"}, {"answer", "2"}});
    EXPECT_EQ(wino.requests[1].context, "a y");
    EXPECT_EQ(wino.requests[1].continuation, " b.");
    EXPECT_EQ(item("lambada", {{"text", "one two  three"}}).requests[0].context, "one two ");
    EXPECT_THAT(messageOf([&] {
                    item("hellaswag", {{"activity_label", "a"}, {"ctx_a", "b"}, {"ctx_b", "c"}, {"endings", {"d"}}, {"label", ""}});
                }),
                HasSubstr("not published"));
    EXPECT_THAT(messageOf([&] { item("piqa", {{"goal", "a"}, {"sol1", "b"}, {"sol2", "c"}, {"label", 2}}); }), HasSubstr("names none"));
}

TEST(Rolling, WindowsPredictEveryTokenOnce) {
    const std::vector<TokenId> ids{10, 11, 12, 13, 14, 15, 16, 17, 18};
    const std::vector<TokenRequest> windows = rollingRequests(ids, 1, 4);
    ASSERT_EQ(windows.size(), 3u);
    EXPECT_EQ(windows[0].ids, (std::vector<TokenId>{1, 10, 11, 12, 13}));
    EXPECT_EQ(windows[1].ids, (std::vector<TokenId>{13, 14, 15, 16, 17}));
    EXPECT_EQ(windows[2].ids, (std::vector<TokenId>{14, 15, 16, 17, 18}));
    EXPECT_EQ(windows[2].scored, 1);
    const std::vector<TokenRequest> strided = stridedRequests(ids, 4, 2);
    ASSERT_EQ(strided.size(), 4u);
    EXPECT_EQ(strided[0].scored, 3);
    EXPECT_EQ(strided[1].ids, (std::vector<TokenId>{12, 13, 14, 15}));
    EXPECT_EQ(strided[1].scored, 2);
    EXPECT_EQ(strided[3].scored, 1);
}

TEST(Rolling, WikiTextBecomesText) {
    EXPECT_EQ(detokenizedWikiText("= = A = =\n x @-@ y , ( z ) \" q \" 's"), "== A ==\nx-y, (z) \"q\"'s");
    EXPECT_EQ(wordCount(" a  b\n"), 4u);
}

TEST(Statistics, SmallNumbers) {
    const Mean mean = meanOf(std::vector<double>{1, 0, 1, 1});
    EXPECT_NEAR(mean.value, 0.75, 1e-12);
    EXPECT_NEAR(mean.standardError, std::sqrt(0.75 / 3) / 2, 1e-12);
    EXPECT_NEAR(exactMcNemar(0, 5), 2.0 / 32, 1e-12);
    EXPECT_NEAR(exactMcNemar(1, 3), 2.0 * (1 + 4) / 16, 1e-12);
    EXPECT_EQ(exactMcNemar(2, 2), 1);
    const PairedDifference d = pairedDifference(std::vector<double>{1, 1, 0, 1}, std::vector<double>{0, 1, 0, 0}, 1);
    EXPECT_NEAR(d.value, 0.5, 1e-12);
    EXPECT_EQ(d.aOnly, 2);
    EXPECT_EQ(d.bOnly, 0);
    EXPECT_NEAR(d.pValue, 0.5, 1e-12);
    EXPECT_LE(d.low, d.value);
    EXPECT_GE(d.high, d.value);
}

}  // namespace
}  // namespace qs
