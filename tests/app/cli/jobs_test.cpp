// SPDX-License-Identifier: GPL-3.0-or-later
// calibrate, quantize, errors, evaluate and export on the bundled model: what a user does, end to end.
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <sstream>

#include "base/file.h"
#include "model/safetensors.h"
#include "program.h"

namespace qs::testing {
namespace {

using nlohmann::json;

const Words kSmall{"--text", kDemoText, "--lengths", "64,128", "--tokens", "1024", "--threads", "1"};

Words quantizing(const std::string& out) {
    return Words{"quantize", kDemoModel} + kSmall + Words{"--bits", "3", "--group-size", "0", "--out", out};
}

/// One quantized run for the tests that read one.
class QuantizedRun : public RunOnce<QuantizedRun> {
  public:
    static Words words(const std::string& run) {
        return quantizing(run) + Words{"--json", "--held-out", kDemoText, "--held-out-tokens", "1024"};
    }
};

TEST_F(QuantizedRun, SummaryAddsUp) {
    const json summary = s_result->json();
    const json model = runProgram({"inspect", kDemoModel, "--json"}).json();
    EXPECT_EQ(summary["linears"], model["linears"].size());
    EXPECT_EQ(summary["blocks"].size(), model["blocks"].get<std::size_t>());
    ASSERT_EQ(summary["lengths"].size(), 2u);
    EXPECT_EQ(summary["lengths"][0]["length"], 64);
    double sum = 0;
    for (const json& block : summary["blocks"])
        sum += block["mean_relative_error"].get<double>() / static_cast<double>(summary["blocks"].size());
    EXPECT_NEAR(sum, summary["mean_relative_error"].get<double>(), 1e-9);
    EXPECT_GT(sum, 0);
    EXPECT_LT(sum, 1);
    EXPECT_EQ(summary["held_out_lengths"].size(), 2u);
    long tokens = 0;
    for (const json& entry : summary["sequences"])
        tokens += entry["held_out"].get<bool>() ? 0 : entry["length"].get<long>() * entry["count"].get<long>();
    EXPECT_EQ(tokens, 1024);
    EXPECT_GT(summary["forecast"]["memory_bytes"].get<double>(), 0);
    EXPECT_GT(summary["actual"]["memory_bytes"].get<double>(), 0);
    EXPECT_EQ(s_result->errorLines(), 0);
}

TEST_F(QuantizedRun, OnlyTheRunIsLeft) { EXPECT_EQ(filesIn(s_place->path()), 1u); }

TEST_F(QuantizedRun, ErrorsOfTheRun) {
    const json report = runProgram({"errors", run(), "--json"}).json();
    const json summary = s_result->json();
    EXPECT_EQ(report["errors"].size(), summary["linears"].get<std::size_t>() * 2);
    EXPECT_NEAR(report["mean_relative"].get<double>(), summary["mean_relative_error"].get<double>(), 1e-12);
    const ProgramResult text = runProgram({"errors", run()});
    EXPECT_EQ(text.status, 0) << text.err;
    EXPECT_NE(text.out.find("mean relative error"), std::string::npos);
}

TEST_F(QuantizedRun, ErrorsBesideItselfAreRatiosOfOne) {
    const json report = runProgram({"errors", run(), "--baseline", run(), "--json"}).json();
    for (const json& row : report["errors"]) EXPECT_EQ(row["ratio"], 1.0);
    EXPECT_EQ(report["share_better"], 0.0);
}

TEST_F(QuantizedRun, ErrorsOnOtherText) {
    const ProgramResult result =
        runProgram({"errors", run(), "--text", kDemoText, "--lengths", "32", "--tokens", "256", "--json", "--threads", "1"});
    ASSERT_EQ(result.status, 0) << result.err;
    const json report = result.json();
    EXPECT_FALSE(report["errors"].empty());
    for (const json& row : report["errors"]) EXPECT_EQ(row["length"], 32);
}

TEST_F(QuantizedRun, PerplexityRisesAndIsKept) {
    const Words how{"--task", "perplexity", "--text", kDemoText, "--window", "64", "--max-tokens", "2048", "--json", "--threads", "1"};
    const ProgramResult before = runProgram(Words{"evaluate", kDemoModel} + how), after = runProgram(Words{"evaluate", run()} + how);
    ASSERT_EQ(before.status, 0) << before.err;
    ASSERT_EQ(after.status, 0) << after.err;
    const json document = after.json();
    EXPECT_EQ(document["task"], "perplexity");
    EXPECT_EQ(document.size(), 2u);
    const json metric = document["metrics"]["perplexity"];
    EXPECT_GT(metric["value"].get<double>(), before.json()["metrics"]["perplexity"]["value"].get<double>());
    EXPECT_GT(metric["stderr"].get<double>(), 0);
}

TEST_F(QuantizedRun, AResultThatCannotBeKeptIsShown) {
    const Words words{"evaluate", run(), "--task", "perplexity", "--text", kDemoText, "--window", "64", "--max-tokens", "256", "--json"};
    ProgramOptions full;
    full.fileSizeLimit = 30000;
    const ProgramResult result = runProgram(words, full);
    ASSERT_EQ(result.status, 0) << result.err;
    EXPECT_GT(result.json()["metrics"]["perplexity"]["value"].get<double>(), 1);
    EXPECT_NE(result.err.find("the result is not added to the run: "), std::string::npos) << result.err;
    EXPECT_NE(result.err.find("run.qsrun: cannot be written"), std::string::npos) << result.err;
    const std::string folder = *s_place / "too-large";
    expectError(runProgram({"export", run(), "--format", "dequantized", "--out", folder}, full), 1, folder + "/model.safetensors: cannot");
    EXPECT_FALSE(std::filesystem::exists(folder));
    const std::string empty = *s_place / "empty.txt";
    std::ofstream(empty).close();
    expectError(runProgram({"evaluate", run(), "--task", "perplexity", "--text", empty}), 1, "empty.txt: has 0 tokens");
    std::filesystem::remove(empty);
}

TEST_F(QuantizedRun, DequantizedExportIsAModel) {
    const std::string folder = *s_place / "exported";
    const ProgramResult result = runProgram({"export", run(), "--format", "dequantized", "--out", folder, "--json"});
    ASSERT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(result.json()["verified"], true);
    EXPECT_EQ(runProgram({"inspect", folder, "--json"}).json()["storage"], "F32");
    const Words how{"--task", "perplexity", "--text",    kDemoText, "--window",  "64", "--max-tokens",
                    "1024",   "--json",     "--compute", "f32",     "--threads", "1"};
    const double ofRun = runProgram(Words{"evaluate", run()} + how).json()["metrics"]["perplexity"]["value"];
    const double ofExport = runProgram(Words{"evaluate", folder} + how).json()["metrics"]["perplexity"]["value"];
    EXPECT_NEAR(ofRun / ofExport, 1, 1e-5);
    expectError(runProgram({"export", run(), "--format", "dequantized", "--out", folder}), 1, folder);
    std::filesystem::remove_all(folder);
}

TEST(Jobs, PerplexityAgreesWithTheReference) {
    QS_NEED_SHARED("oracles/eval/perplexity.json");
    QS_NEED_SHARED("oracles/models/llama-stories260k");
    QS_NEED_SHARED("data/text/wikitext2_test.txt");
    const json reference = json::parse(readText(sharedData("oracles/eval/perplexity.json")));
    const TemporaryFolder place;
    const json& first = reference["cases"][0];  // offsets count characters; the first stretch begins at the first one
    std::ofstream(place / "text.txt", std::ios::binary)
        << readText(sharedData("data/text/wikitext2_test.txt")).substr(0, first["rolling_256"]["bytes"].get<std::size_t>());
    for (const auto& [name, more] :
         {std::pair<std::string, Words>{"gptq_256", {"256"}}, {"gptq_256_no_bos", {"256", "--no-bos"}}, {"gptq_512", {"512"}}}) {
        const ProgramResult result = runProgram(Words{"evaluate", sharedData("oracles/models/llama-stories260k"), "--task", "perplexity",
                                                      "--data", place / "text.txt", "--json", "--threads", "1", "--window"} +
                                                more);
        ASSERT_EQ(result.status, 0) << result.err;
        EXPECT_NEAR(result.json()["metrics"]["perplexity"]["value"].get<double>() / first[name]["perplexity"].get<double>(), 1, 1e-5)
            << name;
    }
}

TEST(Jobs, CalibrateWritesABank) {
    const TemporaryFolder place;
    const ProgramResult result =
        runProgram(Words{"calibrate", kDemoModel} + kSmall + Words{"--out", place / "bank.qsrun", "--json", "--keep", "diagonal"});
    ASSERT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(result.json()["linears"], 0);
    EXPECT_GT(result.json()["inputs"], 0);
    EXPECT_EQ(filesIn(place.path()), 1u);
}

TEST(Jobs, TheSameIdsGiveTheSameRun) {
    const TemporaryFolder place;
    json lists = json::array();
    for (int k = 0; k < 4; ++k) {
        json list = json::array();
        for (int t = 0; t < 48; ++t) list.push_back((t * 31 + k * 17) % 200 + 3);
        lists.push_back(list);
    }
    std::ofstream(place / "ids.json") << lists;
    const auto run = [&](const std::string& name) {
        const std::string out = place / name;
        const ProgramResult result = runProgram({"quantize", kDemoModel, "--ids", place / "ids.json", "--method", "gptq", "--bits", "2",
                                                 "--group-size", "128", "--asymmetric", "--out", out, "--threads", "2"});
        EXPECT_EQ(result.status, 0) << result.err;
        return runProgram({"errors", out, "--json"}).json()["errors"];
    };
    EXPECT_EQ(run("a.qsrun"), run("b.qsrun"));
}

TEST(Jobs, SeveralTextsAreTaken) {
    const TemporaryFolder place;
    const std::string first = place / "a, one.txt", second = place / "b.txt";
    for (const std::string& name : {first, second}) std::ofstream(name) << readText(kDemoText).substr(0, 20000);
    const auto inputs = [&](const Words& text) {
        const ProgramResult result = runProgram(Words{"calibrate", kDemoModel} + text +
                                                Words{"--lengths", "64", "--tokens", "256", "--out", place / "c.qsrun", "--json"});
        EXPECT_EQ(result.status, 0) << result.err;
        return result.json()["sequences"][0]["count"];
    };
    EXPECT_EQ(inputs({"--text", first, second}), 4);
    EXPECT_EQ(inputs({"--text", first, "--text", second}), 4);
    EXPECT_EQ(inputs({"--text=" + first}), 4);
    expectError(runProgram({"calibrate", kDemoModel, "--text", first, "/nonexistent.txt", "--out", place / "d.qsrun"}), 1,
                "/nonexistent.txt");
}

TEST(Jobs, EstimateDoesNothingElse) {
    const TemporaryFolder place;
    for (const char* command : {"calibrate", "quantize"}) {
        const ProgramResult result =
            runProgram(Words{command, kDemoModel} + kSmall + Words{"--estimate", "--json", "--out", place / "r.qsrun"});
        ASSERT_EQ(result.status, 0) << result.err;
        const json forecast = result.json()["estimate"];
        for (const char* key : {"memory_bytes", "disk_bytes", "seconds"}) EXPECT_GT(forecast[key].get<double>(), 0) << key;
        const ProgramResult text = runProgram(Words{command, kDemoModel} + kSmall + Words{"--estimate"});
        EXPECT_EQ(text.status, 0) << text.err;
        EXPECT_NE(text.out.find("memory"), std::string::npos);
    }
    EXPECT_TRUE(std::filesystem::is_empty(place.path()));
}

TEST(Jobs, ProgressCanBeReadByMachines) {
    const TemporaryFolder place;
    const ProgramResult result = runProgram(quantizing(place / "r.qsrun") + Words{"--progress", "json", "--json"});
    ASSERT_EQ(result.status, 0) << result.err;
    std::istringstream lines(result.err);
    double last = 0;
    int parts = 0, reports = 0;
    for (std::string line; std::getline(lines, line);) {
        const json entry = json::parse(line);
        parts += entry.contains("part");
        if (!entry.contains("progress")) continue;
        ++reports;
        EXPECT_GE(entry["progress"].get<double>(), last);
        last = entry["progress"];
    }
    EXPECT_GT(parts, 0);
    EXPECT_GT(reports, 2);
}

TEST(Jobs, ASignalStopsAfterThePartAndResumeGoesOn) {
    const TemporaryFolder place;
    const std::string out = place / "r.qsrun";
    Words words = quantizing(out);
    for (const int signal : {SIGINT, SIGTERM}) {
        Program program(words + Words{"--progress", "json"});
        ASSERT_TRUE(program.waitFor("\"progress\"")) << program.errorSoFar();
        program.send(signal);
        const ProgramResult stopped = program.wait();
        ASSERT_EQ(stopped.status, 3) << stopped.err;
        EXPECT_EQ(stopped.errorLines(), 0) << stopped.err;
        EXPECT_TRUE(stopped.lastLine().starts_with("stopped: ")) << stopped.err;
        EXPECT_FALSE(std::filesystem::exists(out));
        if (signal == SIGINT) words.push_back("--resume");
    }
    const ProgramResult resumed = runProgram(words + Words{"--json"});
    ASSERT_EQ(resumed.status, 0) << resumed.err;
    EXPECT_EQ(filesIn(place.path()), 1u);
    const std::string straight = place / "straight.qsrun";
    ASSERT_EQ(runProgram(quantizing(straight)).status, 0);
    EXPECT_EQ(runProgram({"errors", out, "--json"}).json()["errors"], runProgram({"errors", straight, "--json"}).json()["errors"]);
}

TEST(Jobs, ASecondSignalStopsNow) {
    const TemporaryFolder place;
    Program program(Words{"quantize", kDemoModel, "--text", kDemoText, "--lengths", "512", "--tokens", "200000", "--threads", "1", "--out",
                          place / "r.qsrun", "--progress", "json"});
    ASSERT_TRUE(program.waitFor("\"progress\"")) << program.errorSoFar();
    program.send(SIGTERM);
    ASSERT_TRUE(program.waitFor("second signal"));
    program.send(SIGTERM);
    const auto start = std::chrono::steady_clock::now();
    const ProgramResult result = program.wait();
    EXPECT_EQ(result.status, 3) << result.err;
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST(Jobs, RefuseBadInput) {
    const TemporaryFolder place;
    const std::string out = place / "r.qsrun", empty = place / "empty.txt", binary = place / "binary.txt",
                      garbage = place / "garbage.qsrun";
    std::ofstream(empty).close();
    std::ofstream(binary) << "\xff\xfe\x80 not text";
    std::ofstream(garbage) << "garbage";
    const auto quantize = [&](const Words& more) { return runProgram(Words{"quantize", kDemoModel} + more); };
    expectError(quantize({"--text", "/nonexistent.txt", "--out", out}), 1, "/nonexistent.txt");
    expectError(quantize({"--text", empty, "--out", out}), 1, "empty.txt");
    expectError(quantize({"--text", binary, "--out", out}), 1, "binary.txt");
    expectError(quantize({"--text", kDemoText, "--lengths", "900000", "--out", out}), 2, "positions");
    expectError(quantize({"--text", kDemoText, "--out", place / "none/r.qsrun"}), 1, "does not exist");
    expectError(quantize({"--text", kDemoText, "--out", kDemoText}), 2, "is an input too");
    expectError(quantize({"--ids", kDemoText, "--out", out}), 1, "en.txt");
    expectError(runProgram({"quantize", "/nonexistent", "--text", kDemoText, "--out", out}), 1, "/nonexistent");
    for (const std::string& file : {garbage, empty, std::string("/nonexistent.qsrun"), place.path().string()}) {
        expectError(runProgram({"errors", file}), 1, file);
        expectError(runProgram({"export", file, "--format", "dequantized", "--out", place / "e"}), 1, file);
        expectError(runProgram({"evaluate", file, "--task", "perplexity", "--text", kDemoText}), 1, file);
    }
    EXPECT_EQ(filesIn(place.path()), 3u);
}

TEST(Jobs, AFullDiskLeavesNoHalfFile) {
    const TemporaryFolder place;
    const std::string ids = place / "ids.json";
    std::ofstream(ids) << "[[1, 2, 3, 4]]";
    ProgramOptions full;
    full.fileSizeLimit = 30000;  // what writing beyond it does, ENOSPC does too
    expectError(runProgram({"forward", kDemoModel, "--ids", ids, "--out", place / "f.safetensors"}, full), 1, "f.safetensors");
    expectError(runProgram(quantizing(place / "r.qsrun"), full), 1, "r.qsrun");
    EXPECT_FALSE(std::filesystem::exists(place / "f.safetensors"));
    EXPECT_FALSE(std::filesystem::exists(place / "r.qsrun"));
    for (const auto& entry : std::filesystem::recursive_directory_iterator(place.path()))
        EXPECT_EQ(entry.path().string().find("writing"), std::string::npos);
    const ProgramResult resumed = runProgram(quantizing(place / "r.qsrun") + Words{"--resume"});
    EXPECT_EQ(resumed.status, 0) << resumed.err;
    EXPECT_EQ(filesIn(place.path()), 2u);
}

TEST(Selfcheck, HoldsOnThisMachine) {
    const ProgramResult result = runProgram({"selfcheck", "--json", "--threads", "2"});
    ASSERT_EQ(result.status, 0) << result.out << result.err;
    EXPECT_TRUE(result.json()["held"].get<bool>());
    EXPECT_GE(result.json()["checks"].size(), 15u);
}

TEST(Selfcheck, WithoutCudaSaysSo) {
    const ProgramResult result = runProgram({"selfcheck", "--device", "cuda:63"});
    expectError(result, 1, "cuda:63");
}

}  // namespace
}  // namespace qs::testing
