// SPDX-License-Identifier: GPL-3.0-or-later
// Studies on the demo model: cells equal single runs bit for bit, interrupted studies equal undisturbed ones.
#include "run/study.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/error.h"
#include "base/file.h"
#include "base/file_lock.h"
#include "run/study_numbers.h"
#include "run/study_results.h"
#include "support/data.h"
#include "support/run_compare.h"

namespace qs {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

/// Two methods × two weightings of one draw, small.
json smallStudy() {
    const std::string text = testing::resource("text/en.txt").string();
    return {{"title", "small"},
            {"model", testing::resource("models/demo").string()},
            {"texts", {{"book", text}, {"other", {{"path", text}, {"documents", {{"of", 20}, {"take", {7}}}}}}}},
            {"set",
             {{"text", "book"},
              {"held-out", "other"},
              {"lengths", {32, 96}},
              {"held-out-lengths", {48}},
              {"tokens", 512},
              {"held-out-tokens", 192},
              {"bits", 3},
              {"group-size", 64}}},
            {"grids",
             {{{"axes",
                {{{"option", "method"}, {"values", {"gptq", "gptaq"}}},
                 {{"name", "weights"},
                  {"values",
                   {{{"label", "token"}, {"set", {{"weighting", "token"}}}}, {{"label", "MaCa"}, {"set", {{"weighting", "maca"}}}}}}}}}}}},
            {"perplexity", {{"texts", {"book"}}, {"windows", {32, 64}}, {"tokens", 512}}},
            {"ratios", {{{"axis", "weights"}, {"baseline", "token"}}}},
            {"optima", {"weights"}}};
}

StudyOptions optionsOf(const TemporaryFolder& folder, const json& study, const std::string& out = "out") {
    StudyOptions options;
    options.file = folder / "study.json";
    std::ofstream(options.file) << study.dump();
    options.machine.threads = 2;
    options.out = folder / out;
    return options;
}

StudySummary run(const StudyOptions& options) {
    JobContext context;
    return runStudy(options, context);
}

/// Everything of a comparison that a repetition must give again.
json timeless(const std::string& out) {
    json document = json::parse(readText(fs::path(out) / "comparison.json"));
    for (json& cell : document["cells"]) {
        cell.erase("seconds");
        cell.erase("phases");
        for (json& p : cell["perplexities"]) p.erase("seconds");
    }
    std::sort(document["full_precision"].begin(), document["full_precision"].end(),
              [](const json& a, const json& b) { return a["window"] < b["window"]; });
    for (json& p : document["full_precision"]) p.erase("seconds");
    return document;
}

TEST(Study, EveryCellIsTheSingleRun) {
    const TemporaryFolder folder;
    json declared = smallStudy();
    declared["set"]["asymmetric-loss"] = true;
    for (const char* method : {"awq", "boa", "rtn"}) declared["grids"][0]["axes"][0]["values"].push_back(method);
    declared["grids"][0]["axes"][1]["values"].erase(0);  // the chain is shared below: two weightings of GPTAQ
    declared["grids"].push_back(smallStudy()["grids"][0]);
    declared["grids"][1]["axes"][0]["values"] = {"gptaq"};
    declared["grids"][1]["axes"][1]["values"].erase(1);
    StudyOptions options = optionsOf(folder, declared);
    options.keepRuns = true;
    const StudySummary summary = run(options);
    EXPECT_EQ(summary.cells, 6);
    const Study study = readStudy(options);
    const json comparison = timeless(options.out);
    for (std::size_t i = 0; i < study.cells.size(); ++i) {
        const std::string own = options.out + "/runs/" + study.cells[i].id + ".qsrun";
        QuantizeOptions single = study.cells[i].options;
        single.calibration.text = study.texts.at("book").files;
        single.calibration.heldOutText = {options.out + "/texts/other.txt"};
        single.out = folder / "single.qsrun";
        testing::quantize(single);
        testing::expectSameRun(single.out, own);
        const StudyResult expected = resultOf(*RunFile::open(single.out), single.quant);
        const json& cell = comparison["cells"][i];
        EXPECT_EQ(cell["losses"], json(expected.losses));
        EXPECT_EQ(cell["errors"]["held_out"]["relative"], json(expected.heldOut.relative));
        EXPECT_EQ(cell["errors"]["calibration"]["relative_without_first"], json(expected.calibration.withoutFirst));
        EXPECT_EQ(cell.value("asymmetric", json::array()), json(expected.asymmetric));
        PerplexityOptions perplexity;
        perplexity.subject = single.out;
        perplexity.text = single.calibration.text;
        perplexity.window = 64;
        perplexity.maxTokens = 512;
        perplexity.machine.threads = 2;
        JobContext context;
        EXPECT_EQ(runPerplexity(perplexity, context).metrics.at("perplexity").first, cell["perplexities"][1]["value"]);
        perplexity.window = 32;  // half of these windows begin one of 64
        const double value = runPerplexity(perplexity, context).metrics.at("perplexity").first;
        EXPECT_NEAR(value, cell["perplexities"][0]["value"].get<double>(), 1e-5 * value);
        perplexity.window = 64;
        perplexity.subject = single.calibration.model;
        EXPECT_EQ(runPerplexity(perplexity, context).metrics.at("perplexity").first, comparison["full_precision"][1]["value"]);
    }
}

TEST(Study, TablesSayWhatWasMeasured) {
    const TemporaryFolder folder;
    json declared = smallStudy();
    declared["set"]["asymmetric-loss"] = true;
    const StudyOptions options = optionsOf(folder, declared);
    const StudySummary summary = run(options);
    const json comparison = timeless(options.out);
    EXPECT_EQ(comparison["format"], "quantoscope-study");
    const json& errors = comparison["cells"][0]["errors"];
    EXPECT_EQ(errors["calibration"]["lengths"], json({32, 96}));
    EXPECT_EQ(errors["held_out"]["lengths"], json({48}));
    EXPECT_EQ(errors["held_out"]["relative"].size(), comparison["cells"][0]["linears"].size());
    for (const json& cell : comparison["cells"])
        EXPECT_THAT(summary.markdown, HasSubstr(plusMinus({cell["perplexities"][0]["value"].get<double>()})));
    EXPECT_THAT(summary.markdown, HasSubstr("full precision"));
    EXPECT_THAT(summary.markdown, HasSubstr("## Error against the untouched model"));
    for (const json& cell : comparison["cells"])
        EXPECT_EQ(cell.contains("asymmetric"), cell["labels"]["method"] == "gptaq") << cell["title"];
    EXPECT_EQ(readText(summary.table), summary.markdown);
    // baseline × (calibration at two lengths, held-out at one) × linears × two methods
    const std::string ratios = readText(fs::path(options.out) / "ratios.csv");
    EXPECT_EQ(std::count(ratios.begin(), ratios.end(), '\n'), 1 + 2 * 3 * static_cast<int>(comparison["cells"][0]["linears"].size()));
    EXPECT_FALSE(fs::exists(fs::path(options.out) / "runs"));
}

TEST(Study, StoppedAnywhereAndResumedIsTheSame) {
    const TemporaryFolder folder;
    const StudyOptions whole = optionsOf(folder, smallStudy());
    run(whole);
    StudyOptions cut = optionsOf(folder, smallStudy(), "cut");
    int stops = 0;
    for (int attempt = 0;; ++attempt) {
        ASSERT_LT(attempt, 200);
        JobContext context;
        std::jthread stopper([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(150 + 90 * attempt));
            if (attempt % 2) context.stopNow();
            else context.stopAfterPart();
        });
        try {
            runStudy(cut, context);
            break;
        } catch (const Error& error) {
            ASSERT_EQ(error.kind(), ErrorKind::Stopped) << error.what();
            EXPECT_THAT(error.what(), HasSubstr("--resume"));
            if (std::string(error.what()).find("table.md") != std::string::npos) {
                EXPECT_THAT(readText(fs::path(cut.out) / "table.md"), HasSubstr("Not finished: "));
            }
            ++stops;
        }
        cut.resume = true;
    }
    EXPECT_GT(stops, 0);
    EXPECT_EQ(timeless(whole.out), timeless(cut.out));
}

TEST(Study, FinishedCellsAreNotRepeated) {
    const TemporaryFolder folder;
    StudyOptions options = optionsOf(folder, smallStudy());
    run(options);
    EXPECT_THROW(run(options), Error);  // the folder holds a study
    options.resume = true;
    json more = smallStudy();
    more["grids"][0]["axes"][0]["values"].push_back("rtn");
    more["grids"][0]["axes"][1]["values"].erase(1);
    more["ratios"] = json::array({{{"axis", "method"}, {"baseline", "rtn"}}});
    more["optima"] = json::array({"method"});
    std::ofstream(options.file) << more.dump();
    const StudySummary summary = run(options);
    EXPECT_EQ(summary.cells, 3);
    EXPECT_EQ(summary.reused, 2);
}

TEST(Study, OneProcessAtATimeWorksInAFolder) {
    const TemporaryFolder folder;
    StudyOptions options = optionsOf(folder, smallStudy());
    options.resume = true;
    fs::create_directories(fs::path(options.out) / "cells");
    {
        const FileLock other(fs::path(options.out) / "cells", "");
        EXPECT_THAT([&] { run(options); }, ::testing::ThrowsMessage<Error>(HasSubstr("another process is at work on the study there")));
    }
    EXPECT_EQ(run(options).cells, 4);
}

TEST(Study, CellsThatAreTheSameAreRunOnce) {
    const TemporaryFolder folder;
    json declared = smallStudy();
    declared["grids"][0]["axes"][0]["values"] = {"gptq"};
    json other = declared["grids"][0];
    other["axes"][0]["values"] = {{{"label", "gptq again"}, {"set", {{"method", "gptq"}}}},
                                  {{"label", "gptq with alpha"}, {"set", {{"method", "gptq"}, {"alpha", 0.5}}}}};
    other["axes"][0].erase("option");
    other["axes"][0]["name"] = "method";
    declared["grids"].push_back(other);
    StudyOptions options = optionsOf(folder, declared);
    options.keepRuns = true;
    EXPECT_EQ(run(options).cells, 6);
    const json cells = json::parse(readText(fs::path(options.out) / "comparison.json"))["cells"];
    for (const std::size_t k : {2, 3, 4, 5}) {
        const json &own = cells[k], &first = cells[k % 2];
        for (const char* what : {"seconds", "losses", "errors", "perplexities", "fingerprint"}) EXPECT_EQ(own[what], first[what]) << k;
        EXPECT_NE(own["id"], first["id"]);
        EXPECT_EQ(own["events"].size(), first["events"].size() + (k > 3 ? 1 : 0));  // alpha has no effect
        EXPECT_TRUE(fs::exists(options.out + "/runs/" + own["id"].get<std::string>() + ".qsrun"));
    }
    fs::remove(options.out + "/cells/" + cells[0]["id"].get<std::string>() + ".json");
    options.resume = true;
    run(options);
    EXPECT_EQ(json::parse(readText(fs::path(options.out) / "comparison.json"))["cells"][0]["seconds"], cells[0]["seconds"]);
}

TEST(Study, EqualCellsOfAnotherStudyAreTakenOver) {
    const TemporaryFolder folder;
    const StudyOptions first = optionsOf(folder, smallStudy());
    run(first);
    json other = smallStudy();
    other["title"] = "other";
    other["grids"][0]["axes"][1]["values"][1]["label"] = "normalised";
    other["grids"][0]["axes"][0]["values"] = {"gptq", "rtn"};
    StudyOptions options = optionsOf(folder, other, "other");
    options.reuse = {first.out};
    const StudySummary summary = run(options);
    EXPECT_EQ(summary.cells, 4);
    EXPECT_EQ(summary.reused, 2);
    EXPECT_THAT(summary.markdown, HasSubstr("normalised"));
    options.resume = true;
    options.reuse = {folder / "nothing"};
    EXPECT_THROW(run(options), Error);
    options.reuse.clear();
    EXPECT_EQ(run(options).reused, 4);
}

TEST(Study, OnlyTheNamedCellsAreThere) {
    const TemporaryFolder folder;
    StudyOptions options = optionsOf(folder, smallStudy());
    options.only = {"method=gptq"};
    const Study study = readStudy(options);
    ASSERT_EQ(study.cells.size(), 2u);
    EXPECT_EQ(study.cells[0].labelOf("method"), "gptq");
    EXPECT_EQ(study.cells[1].labelOf("weights"), "MaCa");
    EXPECT_THAT(study.notes.back(), HasSubstr("gptq"));
    options.only = {"method=gptq", "method=gptaq", "weights=MaCa"};
    EXPECT_EQ(readStudy(options).cells.size(), 2u);
    for (const char* wrong : {"method", "method=", "method=awq", "size=gptq"}) {
        options.only = {wrong};
        EXPECT_THROW(readStudy(options), Error) << wrong;
    }
}

TEST(Study, ACellThatFailsIsNamedAndTheOthersStand) {
    const TemporaryFolder folder;
    json study = smallStudy();
    study["grids"][0]["axes"] = json::array({{{"name", "damping"},
                                              {"values",
                                               {{{"label", "usual"}, {"set", {{"damp", 0.01}}}},
                                                {{"label", "none"}, {"set", {{"damp", 0}, {"max-damp", 0}, {"method", "gptq"}}}}}}}});
    study["set"]["tokens"] = 64;  // fewer tokens than channels: without damping H is singular
    study["set"]["lengths"] = {32};
    study.erase("ratios");
    study.erase("optima");
    study.erase("perplexity");
    const StudyOptions options = optionsOf(folder, study);
    try {
        run(options);
        GTEST_SKIP() << "rounding made the singular matrix positive definite";
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("none, seed 0"));
    }
    EXPECT_THAT(readText(fs::path(options.out) / "table.md"), HasSubstr("Failed: none, seed 0"));
    EXPECT_EQ(timeless(options.out)["cells"][0]["labels"]["damping"], "usual");
}

void expectRefused(const json& study, const std::string& message) {
    const TemporaryFolder folder;
    try {
        readStudy(optionsOf(folder, study));
        ADD_FAILURE() << "accepted; expected: " << message;
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("study.json"));
        EXPECT_THAT(error.what(), HasSubstr(message));
        EXPECT_EQ(error.kind(), ErrorKind::Usage);
    }
}

json changed(const std::string& pointer, const json& value) {
    json study = smallStudy();
    study[json::json_pointer(pointer)] = value;
    return study;
}

TEST(StudyFile, WrongFieldsAreNamed) {
    expectRefused(changed("/titel", "x"), "the field titel is not known; did you mean title?");
    expectRefused(changed("/title", 3), "title: must be text");
    expectRefused(changed("/set/bits", 9), "set.bits: --bits");
    expectRefused(changed("/set/bitts", 4), "set.bitts: ");
    expectRefused(changed("/set/seed", 4), "set.seed: cannot be set here");
    expectRefused(changed("/set/text", "nothing"), "set.text: the text nothing is not declared in texts");
    expectRefused(changed("/grids/0/axes/1/values/1/set/weighting", "heavy"), "heavy");
    expectRefused(changed("/texts/other/documents/take/0", 20), "texts.other.documents.take[0]: must lie between 0 and 19");
    expectRefused(changed("/texts/book", "missing.txt"), "texts.book: ");
    expectRefused(changed("/grids", json::array()), "grids: must be a list with at least one element");
    expectRefused(changed("/grids/0/axes/0/values/1", "gptq"), "the label gptq is there twice");
    expectRefused(changed("/grids/0/axes/0/name", "both"), "grids[0].axes[0]: must have either name");
    expectRefused(changed("/grids/0/axes/1/values/1/set/weighting", "token"), "are the same");
    expectRefused(changed("/perplexity/windows/0", 1), "perplexity.windows[0]: must lie between 2");
    expectRefused(changed("/perplexity/texts/0", "none"), "perplexity.texts[0]: the text none is not declared");
    expectRefused(changed("/ratios/0/axis", "bits"), "ratios[0]: no grid has the axis bits");
    expectRefused(changed("/ratios/0/baseline", "x"), "has no value x");
    expectRefused(changed("/seeds", {-1}), "seeds[0]: must lie between 0");
}

TEST(StudyFile, WhatIsNotJsonIsSaid) {
    const TemporaryFolder folder;
    StudyOptions options = optionsOf(folder, smallStudy());
    std::ofstream(options.file) << "{ \"title\": ";
    EXPECT_THROW(readStudy(options), Error);
}

TEST(StudyFile, TextsCanBeGivenFromOutside) {
    const TemporaryFolder folder;
    json study = smallStudy();
    study["texts"]["wiki"] = {{"optional", true}};
    study["perplexity"]["texts"] = {"book", "wiki"};
    StudyOptions options = optionsOf(folder, study);
    EXPECT_EQ(readStudy(options).perplexities.size(), 2u);
    EXPECT_THAT(readStudy(options).notes.at(0), HasSubstr("--text wiki=PATH"));
    options.text = {"wiki=" + testing::resource("text/en.txt").string()};
    EXPECT_EQ(readStudy(options).perplexities.size(), 4u);
    options.text = {"other-name=x"};
    EXPECT_THROW(readStudy(options), Error);
    study["texts"]["wiki"]["optional"] = false;
    options = optionsOf(folder, study);
    EXPECT_THROW(readStudy(options), Error);
}

TEST(StudyFile, ShippedStudiesAreRead) {
    for (const char* name :
         {"demo", "1-maca-ablation", "2-error-ratios", "3-two-stage-ablation", "4-awq-boa", "5-gptaq-joint-scales", "6-length-weighting"}) {
        StudyOptions options;
        options.file = testing::resource(std::string("studies/") + name + ".json").string();
        options.model = testing::resource("models/demo").string();
        EXPECT_FALSE(readStudy(options).cells.empty()) << name;
    }
}

TEST(StudyNumbers, MeanAndDeviation) {
    EXPECT_DOUBLE_EQ(spreadOf({1, 3}).mean, 2);
    EXPECT_DOUBLE_EQ(spreadOf({1, 2, 3}).deviation, 1);
    EXPECT_EQ(plusMinus({21.416}), "21.42");
    EXPECT_EQ(plusMinus({1, 2, 3}), "2.00 ± 1.00");
    EXPECT_EQ(plusMinus({45104}), "4.51e+04");
    EXPECT_EQ(percentPlusMinus({0.00123}), "0.123");
    EXPECT_EQ(amountText({3, 3}), "3");
    EXPECT_EQ(amountText({2.125, 2.125}), "2.12");
    EXPECT_EQ(amountText({1, 3}), "2.00 ± 1.41");
}

}  // namespace
}  // namespace qs
