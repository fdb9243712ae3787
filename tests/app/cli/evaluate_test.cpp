// SPDX-License-Identifier: GPL-3.0-or-later
// evaluate and score end to end against the shared reference data: real items, tokens, truncation, choices and averages.
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

#include "base/file.h"
#include "program.h"

namespace qs::testing {
namespace {

using nlohmann::json;

std::vector<json> linesOf(const std::filesystem::path& file) {
    std::istringstream text(readText(file));
    std::vector<json> lines;
    for (std::string line; std::getline(text, line);) lines.push_back(json::parse(line));
    return lines;
}

std::string model() { return sharedData("oracles/models/llama-stories260k").string(); }
std::string evalData(const std::string& name) { return sharedData("data/eval/" + name).string(); }
json oracle(const std::string& name) { return json::parse(readText(sharedData("oracles/eval/" + name + ".json"))); }

/// Values that decide between two choices may differ in the last digits.
void expectChoice(const json& got, const json& expected, const char* choice, const std::vector<double>& scores) {
    if (!expected.contains(choice) || got.at(choice) == expected.at(choice)) return;
    const auto a = got.at(choice).get<std::size_t>(), b = expected.at(choice).get<std::size_t>();
    EXPECT_NEAR(scores[a], scores[b], 1e-4 + 1e-5 * std::abs(scores[b])) << choice << " of item " << expected["item"];
}

void expectItem(const json& got, const json& expected) {
    SCOPED_TRACE("item " + expected["item"].dump());
    for (const char* exact :
         {"item", "context_tokens", "continuation_tokens", "left_truncated_tokens", "target", "choice_chars", "choice_bytes"})
        if (expected.contains(exact)) {
            EXPECT_EQ(got.at(exact), expected.at(exact)) << exact;
        }
    EXPECT_EQ(got.at("is_greedy"), expected.at("is_greedy"));
    const auto values = got.at("loglikelihood").get<std::vector<double>>(),
               reference = expected.at("loglikelihood").get<std::vector<double>>();
    ASSERT_EQ(values.size(), reference.size());
    std::vector<double> perCharacter, perByte;
    for (std::size_t i = 0; i < values.size(); ++i) {
        EXPECT_NEAR(values[i], reference[i], 1e-4 + 1e-5 * std::abs(reference[i]));
        if (!expected.contains("choice_chars")) continue;
        perCharacter.push_back(values[i] / expected["choice_chars"][i].get<double>());
        perByte.push_back(values[i] / expected["choice_bytes"][i].get<double>());
    }
    expectChoice(got, expected, "choice", values);
    expectChoice(got, expected, "choice_norm_chars", perCharacter);
    expectChoice(got, expected, "choice_norm_bytes", perByte);
}

struct Case {
    const char* oracle;
    const char* task;
    const char* data;
    Words more = {};
};

class ChoiceOracle : public ::testing::TestWithParam<Case> {};

TEST_P(ChoiceOracle, ItemsAndMeans) {
    const Case& c = GetParam();
    QS_NEED_SHARED("oracles/models/llama-stories260k");
    QS_NEED_SHARED(std::string("oracles/eval/") + c.oracle + ".json");
    const TemporaryFolder place;
    const std::string items = place / "items.jsonl";
    const ProgramResult result =
        runProgram(Words{"evaluate", model(), "--task", c.task, "--data", evalData(c.data), "--items", items, "--json"} + c.more);
    ASSERT_EQ(result.status, 0) << result.err;
    const json expected = oracle(c.oracle);
    const std::vector<json> lines = linesOf(items);
    const bool isWhole = std::string(c.data).find("native/") == std::string::npos;  // those hold the first items only
    ASSERT_EQ(lines.size(), isWhole ? expected["per_item"].size() : 60u);
    for (std::size_t i = 0; i < lines.size(); ++i) expectItem(lines[i], expected["per_item"][i]);
    const json metrics = result.json()["metrics"];
    for (const char* metric : {"acc", "acc_norm", "acc_bytes", "perplexity"})
        if (isWhole && expected["results"].contains(metric)) {
            const double value = expected["results"][metric];
            EXPECT_NEAR(metrics.at(metric).at("value").get<double>(), value, std::max(1e-9, 1e-4 * value)) << metric;
            EXPECT_GT(metrics.at(metric).at("stderr").get<double>(), 0);
        }
    EXPECT_FALSE(std::filesystem::exists(items + ".part"));
}

INSTANTIATE_TEST_SUITE_P(Tasks, ChoiceOracle,
                         ::testing::Values(Case{"boolq.max128", "boolq", "boolq.jsonl", {"--max-length", "128"}},
                                           Case{"boolq", "boolq", "parquet/boolq.parquet"},
                                           Case{"boolq_superglue", "boolq", "boolq_superglue.jsonl"},
                                           Case{"piqa", "piqa", "parquet/piqa.parquet"}, Case{"siqa", "siqa", "siqa.jsonl"},
                                           Case{"hellaswag", "hellaswag", "parquet/hellaswag.parquet"},
                                           Case{"hellaswag.no_bos", "hellaswag", "hellaswag.jsonl", {"--no-bos"}},
                                           Case{"winogrande", "winogrande", "parquet/winogrande.parquet"},
                                           Case{"winogrande.no_bos", "winogrande", "winogrande.jsonl", {"--no-bos"}},
                                           Case{"arc_easy", "arc_easy", "arc_easy.jsonl"},
                                           Case{"arc_easy.max128", "arc_easy", "arc_easy.jsonl", {"--max-length", "128"}},
                                           Case{"arc_challenge", "arc_challenge", "native/arc_challenge"},
                                           Case{"openbookqa", "openbookqa", "parquet/openbookqa.parquet"},
                                           Case{"openbookqa.no_bos", "openbookqa", "native/openbookqa", {"--no-bos"}},
                                           Case{"lambada", "lambada", "lambada.jsonl"}),
                         [](const auto& parameters) {
                             std::string name = parameters.param.oracle;
                             std::replace(name.begin(), name.end(), '.', '_');
                             return name;
                         });

TEST(EvaluateCommand, WikiTextDocuments) {
    QS_NEED_SHARED("oracles/models/llama-stories260k");
    QS_NEED_SHARED("oracles/eval/wikitext_task.json");
    const json run = oracle("wikitext_task")["runs"][0];
    const json result = runProgram({"evaluate", model(), "--task", "wikitext", "--data", evalData("wikitext_pages.jsonl"), "--max-length",
                                    run["max_length"].dump(), "--json"})
                            .json();
    for (const char* metric : {"word_perplexity", "byte_perplexity", "bits_per_byte"}) {
        const double value = run["results"][metric];
        EXPECT_NEAR(result["metrics"][metric]["value"].get<double>(), value, 1e-4 * value) << metric;
    }
}

TEST(EvaluateCommand, LongBenchAnswers) {
    QS_NEED_SHARED("oracles/models/llama-stories260k");
    QS_NEED_SHARED("oracles/eval/longbench_prompts.json");
    const TemporaryFolder place;
    const json all = oracle("longbench_prompts");
    for (const char* task : {"multifieldqa_en", "multifieldqa_zh"}) {
        const std::string items = place / "items.jsonl";
        std::vector<json> expected;
        for (const json& item : all["items"])
            if (item["task"] == task) expected.push_back(item["runs"][1]);
        const ProgramResult result = runProgram({"evaluate", model(), "--task", std::string("longbench:") + task, "--data",
                                                 evalData(std::string("longbench_") + task + ".jsonl"), "--max-length", "301", "--limit",
                                                 std::to_string(expected.size()), "--items", items, "--json"});
        ASSERT_EQ(result.status, 0) << result.err;
        const std::vector<json> lines = linesOf(items);
        ASSERT_EQ(lines.size(), expected.size());
        for (std::size_t i = 0; i < lines.size(); ++i) {
            SCOPED_TRACE(std::string(task) + " item " + std::to_string(i));
            EXPECT_EQ(lines[i]["input_tokens"], expected[i]["input_ids"].size());
            EXPECT_EQ(lines[i]["prediction"], expected[i]["prediction"]);
            if (expected[i]["prediction"].is_null()) continue;
            EXPECT_EQ(lines[i]["generated_ids"], expected[i]["generated_ids"]);
            EXPECT_NEAR(lines[i]["score"].get<double>(), expected[i]["score"].get<double>(), 1e-12);
        }
    }
}

TEST(EvaluateCommand, ComparesWithABaselineAndResumes) {
    QS_NEED_SHARED("oracles/models/llama-stories260k");
    QS_NEED_SHARED("data/eval/openbookqa.jsonl");
    const TemporaryFolder place;
    const std::string items = place / "items.jsonl", part = items + ".part";
    const Words how{"evaluate", model(), "--task", "openbookqa", "--data", evalData("openbookqa.jsonl"), "--limit", "60"};
    ASSERT_EQ(runProgram(how + Words{"--items", items}).status, 0);
    const std::string whole = readText(items);
    const json same = runProgram(how + Words{"--baseline", items, "--json"}).json();
    EXPECT_EQ(same["comparison"]["acc"]["difference"], 0);
    EXPECT_EQ(same["comparison"]["acc"]["p_value"], 1);
    EXPECT_EQ(same["flips"], 0);
    // A part as a killed process leaves it: the head, some items, half a line.
    Program program(how + Words{"--items", items, "--threads", "1"});
    program.waitFor("openbookqa");
    program.send(SIGKILL);
    program.wait();
    if (std::filesystem::exists(part)) std::ofstream(part, std::ios::app) << "{\"item\": 3, \"logli";
    const ProgramResult resumed = runProgram(how + Words{"--items", items, "--resume"});
    ASSERT_EQ(resumed.status, 0) << resumed.err;
    const std::vector<json> a = linesOf(items);
    EXPECT_EQ(a.size(), 60u);
    std::istringstream lines(whole);
    std::string line;
    for (std::size_t i = 0; std::getline(lines, line); ++i) EXPECT_EQ(a[i]["choice"], json::parse(line)["choice"]);
    std::ofstream(part) << R"({"task":"piqa"})"
                        << "\n";
    expectError(runProgram(how + Words{"--items", items, "--resume"}), 1, "belongs to another evaluation");
}

TEST(EvaluateCommand, SaysWhatDataItFoundAndWhatItNeeds) {
    QS_NEED_SHARED("oracles/models/llama-stories260k");
    QS_NEED_SHARED("data/eval/piqa.jsonl");
    expectError(runProgram({"evaluate", model(), "--task", "hellaswag", "--data", evalData("piqa.jsonl")}), 1, "they look like piqa");
    const TemporaryFolder place;
    writeText(place / "other.jsonl", "{\"a\": 1, \"b\": 2}\n");
    expectError(runProgram({"evaluate", model(), "--task", "boolq", "--data", place / "other.jsonl"}), 1,
                "has the fields a, b; boolq needs question, passage");
    std::filesystem::copy_file(evalData("native/piqa/dev.jsonl"), place / "dev.jsonl");
    writeText(place / "dev-labels.lst", "0\n1\n");
    expectError(runProgram({"evaluate", model(), "--task", "piqa", "--data", place / "dev.jsonl"}), 1, "has 2 labels");
    const std::string parquet = readText(evalData("parquet/piqa.parquet"));
    writeText(place / "cut.parquet", std::string_view(parquet).substr(0, parquet.size() / 2));
    expectError(runProgram({"evaluate", model(), "--task", "piqa", "--data", place / "cut.parquet"}), 1, "not a whole Parquet file");
}

TEST(ScoreCommand, RealPredictionsOfLongBench) {
    QS_NEED_SHARED("oracles/eval/longbench_metrics.json");
    const json real = oracle("longbench_metrics")["real_predictions"];
    for (const auto& [name, expected] : real.items()) {
        if (name == "multifieldqa_zh" && !std::filesystem::exists("/usr/lib/python3/dist-packages/jieba/dict.txt")) continue;
        const json result = runProgram({"score", name, "--pairs", evalData("longbench_pred_" + name + ".jsonl"), "--json"}).json();
        EXPECT_EQ(result["score"], expected["score_percent"]) << name;
        ASSERT_EQ(result["per_item"].size(), expected["per_item"].size());
        for (std::size_t i = 0; i < result["per_item"].size(); ++i)
            EXPECT_NEAR(result["per_item"][i].get<double>(), expected["per_item"][i].get<double>(), 1e-9) << name << " item " << i;
    }
}

TEST(ScoreCommand, Labels) {
    QS_NEED_SHARED("oracles/eval/classification.json");
    const TemporaryFolder place;
    const json reference = oracle("classification");
    for (const json& c : reference["cases"]) {
        std::string lines;
        for (std::size_t i = 0; i < c["truth"].size(); ++i)
            lines += json{{"truth", c["truth"][i]}, {"prediction", c["prediction"][i]}}.dump() + "\n";
        writeText(place / "pairs.jsonl", lines);
        const json result = runProgram({"score", "classification", "--pairs", place / "pairs.jsonl", "--json"}).json();
        EXPECT_NEAR(result["accuracy"].get<double>(), c["accuracy"].get<double>(), 1e-12);
        EXPECT_NEAR(result["mcc"].get<double>(), c["mcc"].get<double>(), 1e-12);
        EXPECT_EQ(result["confusion_rows_truth"], c["confusion_rows_truth"]);
        for (const char* average : {"macro", "micro", "weighted", "binary"}) {
            if (!c.contains(average) || c[average].is_null()) continue;
            for (const auto& [name, value] : c[average].items())
                EXPECT_NEAR(result[average][name].get<double>(), value.get<double>(), 1e-12) << average << " " << name;
        }
    }
}

}  // namespace
}  // namespace qs::testing
