// SPDX-License-Identifier: GPL-3.0-or-later
// What is asked for wrongly: status 2, one line, the nearest known name.
#include <gtest/gtest.h>

#include "program.h"

namespace qs::testing {
namespace {

struct WrongUsage {
    Words words;
    const char* part;
};

class WrongUsageTest : public ::testing::TestWithParam<WrongUsage> {};

TEST_P(WrongUsageTest, IsRefused) {
    const ProgramResult result = runProgram(GetParam().words);
    expectError(result, 2, GetParam().part);
    EXPECT_EQ(result.out, "");
}

const WrongUsage kWrong[] = {
    {{}, "no command"},
    {{"quantise", "m"}, "did you mean quantize?"},
    {{"plan"}, "RUN is missing"},
    {{"plan", "r", "--budget", "3", "--budget-bytes", "9"}, "exclude each other"},
    {{"plan", "r", "--pin", "*=4"}, "only with --budget"},
    {{"plan", "r", "--group-size", "64"}, "only with --budget"},
    {{"plan", "r", "--budget", "3", "--pin", "*=9"}, "not PATTERN=BITS"},
    {{"plan", "r", "--budget", "3", "--bits", "4"}, "--bits is not an option"},
    {{"quantize", "m", "--budget", "3", "--bits", "4"}, "exclude each other"},
    {{"quantize", "m", "--budget", "3", "--bit-plan", "p"}, "exclude each other"},
    {{"train", "m"}, "--task is missing"},
    {{"score", "qa_f2", "--pairs", "f"}, "did you mean qa_f1?"},
    {{"figure", "r"}, "no such command yet"},
    {{"--frobnicate"}, "is not a command"},
    {{"quantize"}, "MODEL is missing"},
    {{"quantize", "m", "--text", "t"}, "--out is missing"},
    {{"quantize", "m", "--out", "r"}, "give --text FILE"},
    {{"quantize", "m", "--bitz", "3"}, "did you mean --bits?"},
    {{"quantize", "m", "--bits", "99"}, "from 2 to 8"},
    {{"quantize", "m", "--bits", "3x"}, "'3x'"},
    {{"quantize", "m", "--bits", "-3"}, "'-3'"},
    {{"quantize", "m", "--bits", ""}, "''"},
    {{"quantize", "m", "--bits"}, "--bits needs a value"},
    {{"quantize", "m", "--bits", "3", "--bits", "4"}, "more than once"},
    {{"quantize", "m", "--out", "--json"}, "--out needs a value, found '--json'"},
    {{"quantize", "m", "--text", "a", "--text", "--out", "x"}, "--text needs a value, found '--out'"},
    {{"quantize", "m", "surplus", "--text", "a"}, "'surplus' is one argument too many"},
    {{"quantize", "m", "--text", "a", "--ids", "b", "--out", "c"}, "exclude each other"},
    {{"quantize", "m", "--symmetric", "--asymmetric"}, "different values"},
    {{"quantize", "m", "--damp", "nan"}, "'nan'"},
    {{"quantize", "m", "--damp", "-inf"}, "'-inf'"},
    {{"quantize", "m", "--damp", "1e999"}, "'1e999'"},
    {{"quantize", "m", "--lengths", "256,512,"}, "whole numbers"},
    {{"quantize", "m", "--lengths", "256;512"}, "'256;512'"},
    {{"quantize", "m", "--tokens", "99999999999999999999"}, "'99999999999999999999'"},
    {{"quantize", "m", "--method", "magic"}, "one of rtn"},
    {{"quantize", "m", "--device", "gpu", "--text", "t", "--out", "r"}, "cuda:N"},
    {{"quantize", "m", "--weighting", "heavy", "--text", "t", "--out", "r"}, "heavy"},
    {{"quantize", "m", "--json=maybe"}, "true or false"},
    {{"quantize", "m", "-x"}, "-x is not an option"},
    {{"quantize", "m", "--progress", "loud"}, "one of auto"},
    {{"solve"}, "--problem is missing"},
    {{"forward", "m", "--ids", "i"}, "--out is missing"},
    {{"evaluate", "m", "--task", "hellaswagg", "--data", "f"}, "did you mean hellaswag?"},
    {{"evaluate", "m", "--task", "perplexity"}, "--text is missing"},
    {{"export", "r", "--format", "zip", "--out", "d"}, "one of compressed-tensors"},
    {{"tokenize", "m", "--skip-special"}, "only with --decode"},
    {{"errors", "r", "--lengths", "64"}, "only with --text"},
    {{"quantize", "m", "--text", "t", "--held-out-tokens", "64", "--out", "r"}, "only with --held-out"},
    {{"tokenize", "m", "--decode", "--text", "f"}, "exclude each other"},
    {{"options", "quantise"}, "did you mean quantize?"},
    {{"selfcheck", "--device", "tpu"}, "cuda:N"},
};

INSTANTIATE_TEST_SUITE_P(CommandLine, WrongUsageTest, ::testing::ValuesIn(kWrong));

TEST(Usage, HelpAndVersionGoToStandardOutput) {
    for (const Words& words : {Words{"--help"}, Words{"-h"}, Words{"help"}, Words{"help", "solve"}, Words{"solve", "--help"},
                               Words{"--version"}, Words{"quantize", "--bits", "99", "--help"}}) {
        const ProgramResult result = runProgram(words);
        EXPECT_EQ(result.status, 0);
        EXPECT_EQ(result.err, "");
        EXPECT_GT(result.out.size(), 20u);
    }
}

TEST(Usage, ReferenceNamesEveryCommandAndOption) {
    const nlohmann::json reference = runProgram({"options", "--json"}).json();
    std::map<std::string, nlohmann::json> byName;
    for (const auto& entry : reference) byName[entry["command"]] = entry;
    for (const char* name : {"inspect", "tokenize", "forward", "calibrate", "quantize", "solve", "errors", "evaluate", "score", "export",
                             "options", "selfcheck"})
        EXPECT_EQ(byName.count(name), 1u) << name;
    std::map<std::string, nlohmann::json> options;
    for (const auto& option : byName.at("quantize")["options"]) options[option["name"]] = option;
    for (const char* name : {"text", "ids", "lengths", "tokens", "method", "bits", "group-size", "weighting", "damp", "act-order", "resume",
                             "estimate", "out", "keep", "threads", "seed", "device", "json", "progress"}) {
        ASSERT_EQ(options.count(name), 1u) << name;
        EXPECT_NE(options[name]["help"], "") << name;
    }
    EXPECT_EQ(options["bits"]["range"], nlohmann::json({2.0, 8.0}));
    EXPECT_EQ(options["scheme"]["shorthands"]["asymmetric"], "asym");
    const std::string markdown = runProgram({"options", "quantize", "--markdown"}).out;
    const std::string text = runProgram({"options", "quantize"}).out;
    for (const auto& [name, option] : options) {
        EXPECT_NE(markdown.find(name), std::string::npos) << name;
        EXPECT_NE(text.find(name), std::string::npos) << name;
    }
}

TEST(Usage, NamesWithLineFeedsStayOnOneLine) {
    const ProgramResult result = runProgram({"inspect", "/nonexistent\nerror: x"});
    expectError(result, 1, "error: x: does not exist");
}

TEST(Usage, AFullOrClosedStandardOutputIsNoticed) {
    ProgramOptions full;
    full.outputFile = "/dev/full";
    expectError(runProgram({"options"}, full), 1, "standard output: cannot be written");
    ProgramOptions closed;
    closed.closeOutput = true;
    expectError(runProgram({"--version"}, closed), 1, "standard output: cannot be written");
}

}  // namespace
}  // namespace qs::testing
