// SPDX-License-Identifier: GPL-3.0-or-later
// Bit plans as a user makes them: quantize --budget, plan, quantize --bit-plan.
#include <gtest/gtest.h>

#include "base/file.h"
#include "program.h"

namespace qs::testing {
namespace {

using nlohmann::json;

const Words kPlanned{"--text",    kDemoText, "--lengths",    "64,128", "--tokens",     "1024",
                     "--threads", "1",       "--group-size", "64",     "--no-spectra", "--json"};

class PlannedRun : public RunOnce<PlannedRun> {
  public:
    static Words words(const std::string& run) {
        return Words{"quantize", kDemoModel, "--budget", "3", "--widths", "2,3,4", "--out", run} + kPlanned;
    }
};

TEST_F(PlannedRun, SummaryHasPredictionAndMeasurement) {
    const json plan = s_result->json()["bit_plan"];
    EXPECT_LE(plan["average_bits"].get<double>(), 3);
    EXPECT_NEAR(plan["effective_bits"].get<double>() - plan["average_bits"].get<double>(), 32.0 / 64, 1e-9);
    EXPECT_GT(plan["check"]["measured"].get<double>(), 0);
    EXPECT_GT(plan["check"]["predicted"].get<double>(), 0);
}

TEST_F(PlannedRun, ThePlanIsShown) {
    const json plan = runProgram({"plan", run(), "--json"}).json();
    EXPECT_EQ(plan["budget"]["value"], 3.0);
    EXPECT_EQ(plan["measured_now"], false);
    EXPECT_FALSE(plan["check"].is_null());
    EXPECT_EQ(plan["uniform"].size(), 3u);
    const ProgramResult text = runProgram({"plan", run()});
    EXPECT_EQ(text.status, 0) << text.err;
    for (const char* part : {"q_proj", "uniform 3 bits", "optimum at", "Errors of linears are not additive"})
        EXPECT_NE(text.out.find(part), std::string::npos) << part;
}

TEST_F(PlannedRun, AnotherPlanGoesToAFileAndIsQuantizedBy) {
    const std::string copy = *s_place / "copy.qsrun", file = *s_place / "plan.json", by = *s_place / "by.qsrun";
    std::filesystem::copy_file(run(), copy);
    const ProgramResult planned = runProgram({"plan", copy, "--budget", "2.6", "--out", file, "--json"});
    ASSERT_EQ(planned.status, 0) << planned.err;
    const json wanted = planned.json()["linears"];
    const ProgramResult quantized = runProgram(Words{"quantize", kDemoModel, "--bit-plan", file, "--out", by} + kPlanned);
    ASSERT_EQ(quantized.status, 0) << quantized.err;
    EXPECT_EQ(runProgram({"plan", by, "--json"}).json()["linears"], wanted);
    EXPECT_EQ(runProgram({"export", by, "--format", "dequantized", "--out", *s_place / "exported"}).status, 0);
    json edited = json::parse(readText(file));
    edited["linears"]["no.such.linear"] = 3;
    writeText(file, edited.dump());
    expectError(runProgram(Words{"quantize", kDemoModel, "--bit-plan", file, "--out", *s_place / "not.qsrun"} + kPlanned), 2,
                "no.such.linear");
}

TEST_F(PlannedRun, WhatCannotBePlannedIsRefused) {
    expectError(runProgram({"plan", run(), "--budget", "1.5"}), 2, "the least possible is 2");
    expectError(runProgram({"plan", run(), "--budget", "3", "--widths", "2,8"}), 1, "--keep full");
    expectError(runProgram({"plan", run(), "--budget", "3", "--pin", "*.nothing=4"}), 2, "fits no linear");
}

}  // namespace
}  // namespace qs::testing
