// SPDX-License-Identifier: GPL-3.0-or-later
// study: what a user does, end to end.
#include <gtest/gtest.h>

#include "base/file.h"
#include "program.h"

namespace qs::testing {
namespace {

using nlohmann::json;

const std::string kStudy = resource("studies/demo.json").string();

TEST(Study, ListsItsCells) {
    const json list = runProgram({"study", kStudy, "--list", "--json"}).json();
    EXPECT_EQ(list["cells"].size(), 24u);
    EXPECT_EQ(list["cells"][0]["labels"]["method"], "GPTQ");
    EXPECT_EQ(runProgram({"study", kStudy, "--list", "--seeds", "1", "--json"}).json()["cells"].size(), 12u);
}

TEST(Study, RunsAndIsNotRepeated) {
    const TemporaryFolder folder;
    const std::string file = folder / "study.json", out = folder / "out";
    json study = json::parse(readText(kStudy));
    for (const char* text : {"calibration", "held-out", "handbook"}) study["texts"][text]["path"] = resource("text/en.txt").string();
    study["grids"][0]["axes"] = json::array({{{"option", "bits"}, {"values", {2, 4}}}});
    study["set"].update({{"lengths", {32}}, {"tokens", 64}, {"held-out-lengths", {32}}, {"held-out-tokens", 64}});
    study["seeds"] = {0};
    study.erase("ratios");
    study.erase("optima");
    writeText(file, study.dump());
    const std::vector<std::string> words{"study", file,    "--model", resource("models/demo").string(), "--evaluation-tokens",
                                         "256",   "--out", out};
    const ProgramResult first = runProgram(words);
    ASSERT_EQ(first.status, 0) << first.err;
    EXPECT_NE(first.out.find("| full precision |"), std::string::npos);
    EXPECT_EQ(runProgram(words).status, 2);
    auto again = words;
    again.insert(again.end(), {"--resume", "--json"});
    EXPECT_EQ(runProgram(again).json()["reused"], 2);
}

TEST(Study, WrongUsage) {
    EXPECT_EQ(runProgram({"study", kStudy}).status, 2);
    EXPECT_EQ(runProgram({"study", "missing.json", "--list"}).status, 1);
    EXPECT_EQ(runProgram({"study", kStudy, "--list", "--text", "calibration"}).status, 2);
}

}  // namespace
}  // namespace qs::testing
