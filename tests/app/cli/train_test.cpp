// SPDX-License-Identifier: GPL-3.0-or-later
// train as a user does it: learn, stop, go on, evaluate, export.
#include <gtest/gtest.h>
#include <signal.h>

#include <cmath>
#include <fstream>

#include "base/file.h"
#include "program.h"

namespace qs::testing {
namespace {

using nlohmann::json;

/// Texts of two kinds that one letter tells apart.
std::string writeTexts(const std::filesystem::path& file) {
    std::ofstream out(file);
    for (int i = 0; i < 240; ++i)
        out << json{{"text", std::string(i % 2 == 0 ? "left " : "right ") + std::to_string(7919 * i % 1000) + " of them"},
                    {"label", i % 2 == 0 ? "l" : "r"}}
                   .dump()
            << "\n";
    return file.string();
}

const Words kSizes{"--hidden", "16", "--blocks",   "1", "--heads",         "2",    "--intermediate", "32", "--lengths", "12",
                   "--batch",  "16", "--interval", "5", "--learning-rate", "0.01", "--threads",      "2"};

Words training(const std::string& text, const std::string& out, int steps) {
    return Words{"train", "--scratch", "--task", "classification", "--text", text, "--steps", std::to_string(steps), "--out", out} + kSizes;
}

class TrainedRun : public RunOnce<TrainedRun> {
  public:
    static Words words(const std::string& run) {
        return training(writeTexts(*s_place / "texts.jsonl"), run, 40) + Words{"--json", "--noise-seeds", "2", "--repeats", "3"};
    }
};

TEST_F(TrainedRun, SummaryHasMetricsAndWidths) {
    const json summary = s_result->json();
    EXPECT_EQ(summary["kind"], "train");
    EXPECT_EQ(summary["linears"], 7);
    EXPECT_FALSE(summary.contains("mean_relative_error"));
    const json training = summary["training"];
    EXPECT_GT(training["metrics"]["dsa-qat"]["accuracy"]["value"].get<double>(), 0.8);
    EXPECT_EQ(training["classes"], json({"l", "r"}));
    EXPECT_EQ(training["bits"].size(), 7u);
    EXPECT_EQ(training["noise"].size(), 10u);
    EXPECT_EQ(s_result->errorLines(), 0);
}

TEST_F(TrainedRun, IsInspectedExportedAndMeasuredLikeAnyRun) {
    const std::string model = *s_place / "run.model", exported = *s_place / "exported";
    EXPECT_EQ(runProgram({"inspect", model, "--json"}).status, 0);
    const ProgramResult result = runProgram({"export", run(), "--format", "dequantized", "--out", exported});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_TRUE(std::filesystem::exists(exported + "/tokenizer.json"));
    EXPECT_NE(result.err.find("which the training rounded"), std::string::npos) << result.err;
    const std::string card = readText(exported + "/README.md");
    EXPECT_NE(card.find("quantoscope-cli train --task classification --scratch"), std::string::npos) << card;
    writeText(*s_place / "plain.txt", "left and right of them, left and right of them, left and right of them once more");
    const ProgramResult errors =
        runProgram({"errors", run(), "--text", *s_place / "plain.txt", "--lengths", "12", "--tokens", "36", "--json"});
    ASSERT_EQ(errors.status, 0) << errors.err;
    EXPECT_EQ(errors.json()["errors"].size(), 7u);
    expectError(runProgram({"errors", run()}), 1, "give --text FILE");
    const Words how{"--task", "perplexity", "--text", *s_place / "plain.txt", "--window", "12", "--json"};
    const ProgramResult ours = runProgram(Words{"evaluate", run(), "--no-round-activations"} + how),
                        theirs = runProgram(Words{"evaluate", exported} + how);
    ASSERT_EQ(ours.status, 0) << ours.err;
    const auto perplexity = [](const ProgramResult& of) { return of.json()["metrics"]["perplexity"]["value"].get<double>(); };
    EXPECT_NEAR(perplexity(ours), perplexity(theirs), 1e-6) << "the weights alone are exported";
    const ProgramResult rounded = runProgram(Words{"evaluate", run()} + how);
    EXPECT_GT(std::abs(perplexity(rounded) - perplexity(ours)), 1e-3) << "activations are rounded as in training";
}

TEST_F(TrainedRun, IsScoredAsItsRecordSays) {
    const ProgramResult scored = runProgram({"evaluate", run(), "--task", "classification", "--text", *s_place / "texts.jsonl", "--json"});
    ASSERT_EQ(scored.status, 0) << scored.err;
    const json recorded = s_result->json()["training"]["metrics"]["dsa-qat"];
    for (const char* metric : {"accuracy", "f1"})
        EXPECT_NEAR(scored.json()["metrics"][metric]["value"].get<double>(), recorded[metric]["value"].get<double>(), 0.02) << metric;
}

TEST_F(TrainedRun, TheTableNamesVariantsAndMeasurements) {
    const std::string out = *s_place / "table.qsrun";
    const ProgramResult result = runProgram(training(*s_place / "texts.jsonl", out, 5) + Words{"--noise-seeds", "2", "--repeats", "3"});
    ASSERT_EQ(result.status, 0) << result.err;
    for (const char* part : {"split by a hash of the text", "dsa-qat", "accuracy", "latency [ms]", "(estimate)", "table.model"})
        EXPECT_NE(result.out.find(part), std::string::npos) << part;
}

TEST_F(TrainedRun, AStopLeavesACheckpointAndResumeGoesOn) {
    const std::string out = *s_place / "stopped.qsrun", text = *s_place / "texts.jsonl";
    Program program(training(text, out, 100000) + Words{"--progress", "json"});
    ASSERT_TRUE(program.waitFor("step"));
    program.send(SIGINT);
    const ProgramResult stopped = program.wait();
    EXPECT_EQ(stopped.status, 3);
    EXPECT_NE(stopped.lastLine().find("--resume"), std::string::npos) << stopped.err;
    EXPECT_FALSE(std::filesystem::exists(out));
    EXPECT_TRUE(std::filesystem::exists(out + ".parts/checkpoint-dsa-qat.safetensors"));
    expectError(runProgram(training(text, out, 40) + Words{"--resume"}), 1, "--steps was 100000 and is 40");
    EXPECT_EQ(runProgram(training(text, out, 5)).status, 0) << "anew";
    EXPECT_FALSE(std::filesystem::exists(out + ".parts"));
}

TEST_F(TrainedRun, TheForecastStartsNothing) {
    const std::string out = *s_place / "forecast.qsrun";
    const ProgramResult result = runProgram(training(*s_place / "texts.jsonl", out, 40) + Words{"--estimate", "--json"});
    ASSERT_EQ(result.status, 0) << result.err;
    EXPECT_GT(result.json()["estimate"]["seconds"].get<double>(), 0);
    EXPECT_FALSE(std::filesystem::exists(out + ".parts"));
}

TEST_F(TrainedRun, WrongUsageIsOneSentence) {
    const std::string text = *s_place / "texts.jsonl", out = *s_place / "not.qsrun";
    const auto with = [&](const Words& more) {
        return runProgram(Words{"train", "--scratch", "--text", text, "--out", out, "--hidden", "16", "--heads", "2"} + more);
    };
    const Words task{"--task", "classification"};
    expectError(with({"--task", "translation"}), 2, "classification,language-model");
    expectError(with({}), 2, "--task");
    expectError(with(task + Words{"--steps", "0"}), 2, "--steps");
    expectError(with(task + Words{"--label-field", "language"}), 1, "has no field 'language'");
    expectError(with(task + Words{"--widths", "4,4"}), 2, "a width is given twice");
    expectError(with(task + Words{"--device", "tpu"}), 2, "tpu");
    expectError(runProgram({"train", "--scratch", "--task", "classification", "--out", out}), 2, "--text");
    expectError(runProgram({"train", "--task", "classification", "--text", text, "--out", out}), 2, "--scratch");
    expectError(runProgram({"train", kDemoModel, "--task", "classification", "--text", text}), 2, "--out is missing");
    expectError(runProgram({"train", text, "--task", "language-model", "--text", text, "--out", out}), 1,
                "give the directory of a Hugging Face model or a .gguf file");
    expectError(runProgram({"train", kDemoModel, "--tokenizer", kDemoModel, "--task", "classification", "--text", text, "--out", out}), 2,
                "--tokenizer");
    EXPECT_FALSE(std::filesystem::exists(out));
}

}  // namespace
}  // namespace qs::testing
