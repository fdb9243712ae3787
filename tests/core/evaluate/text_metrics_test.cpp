// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluate/text_metrics.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "evaluate/chinese_words.h"
#include "evaluate/longbench.h"
#include "support/data.h"

namespace qs {
namespace {

using nlohmann::json;

bool hasDictionary() { return std::filesystem::exists("/usr/lib/python3/dist-packages/jieba/dict.txt"); }

double score(const char* metric, const std::string& prediction, const std::string& answer, const std::vector<std::string>& classes = {}) {
    return textMetricOf(metric)->score({prediction, answer, classes});
}

TEST(TextMetrics, WordsAreCountedAsBags) {
    EXPECT_EQ(normalizedAnswer("The New-York, a  Cat!"), "newyork cat");
    EXPECT_EQ(normalizedAnswer("an theatre"), "theatre");
    // cat sat on mat against cat on: two in common, P = 2/4, R = 2/2
    EXPECT_NEAR(score("qa_f1", "The cat sat on a mat.", "cat on"), 2 * 0.5 * 1 / 1.5, 1e-12);
    EXPECT_EQ(score("qa_f1", "the", "a"), 0);
}

TEST(TextMetrics, RougeUnitesSentences) {
    // common words in order: a b of 3 and 2
    EXPECT_NEAR(rougeL("a x b", "a b"), 2 * (2.0 / 3 * 1 / (2.0 / 3 + 1 + 1e-8)), 1e-12);
    EXPECT_EQ(rougeL("", "a"), 0);
    EXPECT_EQ(rougeL("...", "a"), 0);
}

TEST(TextMetrics, NumbersClassesAndCode) {
    EXPECT_NEAR(score("count", "there are 7 or 8", "7"), 0.5, 1e-12);
    EXPECT_NEAR(score("retrieval", "Paragraph 3 and 12", "Paragraph 12"), 0.5, 1e-12);
    EXPECT_THROW(score("retrieval", "3", "none"), Error);
    EXPECT_NEAR(score("classification", "Date City", "City", {"Date", "City"}), 0.5, 1e-12);
    EXPECT_EQ(score("classification", "Other location", "Other location", {"location", "Other location"}), 1);
    EXPECT_EQ(score("code_sim", "# note\nreturn 1", "return 1"), 1);
    EXPECT_NEAR(sequenceRatio("abcd", "bcde"), 0.75, 1e-12);
}

TEST(TextMetrics, AgreeWithTheReferenceOnPairs) {
    QS_NEED_SHARED("oracles/eval/longbench_metrics.json");
    int compared = 0;
    const json reference = json::parse(readText(testing::sharedData("oracles/eval/longbench_metrics.json")));
    for (const json& pair : reference["pairs"]) {
        const std::string metric = pair["metric"];
        if (metric.find("_zh") != metric.npos && metric.find("retrieval") == metric.npos && !hasDictionary()) continue;
        const std::vector<std::string> classes = pair.value("all_classes", std::vector<std::string>{});
        ASSERT_NE(textMetricOf(metric), nullptr) << metric;
        EXPECT_NEAR(score(metric.c_str(), pair["prediction"], pair["answer"], classes), pair["score"].get<double>(), 1e-9) << pair;
        if (pair.contains("prediction_words")) {
            EXPECT_EQ(ChineseWords::installed().cut(pair["prediction"].get<std::string>()),
                      pair["prediction_words"].get<std::vector<std::string>>());
            EXPECT_EQ(ChineseWords::installed().cut(pair["answer"].get<std::string>()),
                      pair["answer_words"].get<std::vector<std::string>>());
        }
        ++compared;
    }
    EXPECT_GT(compared, 30);
}

TEST(TextMetrics, AgreeWithTheReferenceOnDataSets) {
    QS_NEED_SHARED("oracles/eval/longbench_metrics.json");
    const json reference = json::parse(readText(testing::sharedData("oracles/eval/longbench_metrics.json")));
    for (const json& set : reference["datasets"]) {
        const LongBenchTask& task = *longBenchTaskOf(set["dataset"].get<std::string>());
        if (std::string(task.metric).ends_with("_zh") && !hasDictionary()) continue;
        double sum = 0;
        const std::size_t n = set["predictions"].size();
        for (std::size_t i = 0; i < n; ++i)
            sum += bestScore(*textMetricOf(task.metric), set["predictions"][i].get<std::string>(), set["answers"][i], {}, task.firstLine);
        EXPECT_NEAR(100 * sum / static_cast<double>(n), set["score_percent"].get<double>(), 0.00501) << set["dataset"];
    }
}

TEST(LongBench, PromptsAreThoseOfTheReference) {
    QS_NEED_SHARED("data/eval/longbench_dataset2prompt.json");
    const json prompts = json::parse(readText(testing::sharedData("data/eval/longbench_dataset2prompt.json")));
    const json lengths = json::parse(readText(testing::sharedData("data/eval/longbench_dataset2maxlen.json")));
    for (const LongBenchTask& task : longBenchList()) {
        EXPECT_EQ(lengths.at(task.name), task.newTokens) << task.name;
        if (task.prompt) {
            EXPECT_EQ(prompts.at(task.name).get<std::string>(), task.prompt);
        }
    }
    EXPECT_EQ(longBenchList().size(), prompts.size());
}

}  // namespace
}  // namespace qs
