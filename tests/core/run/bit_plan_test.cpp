// SPDX-License-Identifier: GPL-3.0-or-later
// Bit plans from errors: sums, ties, pins and sizes by hand, the JSON form, and the whole way on the demo model.
#include "run/bit_plan.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>

#include "base/error.h"
#include "base/file.h"
#include "quant/bit_plan.h"
#include "run/bit_errors.h"
#include "run/jobs.h"
#include "run/run_file.h"
#include "support/run_compare.h"
#include "support/run_jobs.h"
#include "support/run_records.h"

namespace qs {
namespace {

using testing::expectSameRun;
using testing::quantize;
using testing::TemporaryFolder;
using testing::Watcher;
namespace fs = std::filesystem;

/// [4, 8]; relativeBudget error 0.4 at 2 bits, a quarter of it at 3, a sixteenth at 4, times `factor`; one sequence of 10 tokens.
LinearWidths widthsOf(int block, const std::string& role, double factor) {
    LinearWidths linear{"m." + std::to_string(block) + "." + role, role, "attention-in", block, 4, 8, {}, {}};
    double error = 4 * factor;
    for (const int bits : {2, 3, 4}) {
        linear.widths.push_back({bits, {{10, 1, error, 10, error / 2, 5}}});
        error /= 4;
    }
    return linear;
}

BitErrors exampleErrors() {
    QuantizeOptions options;
    options.quant.groupSize = 4;
    BitErrors errors{errorSettings(options), "untouched", {}};
    errors.linears = {widthsOf(0, "q_proj", 1), widthsOf(0, "k_proj", 1), widthsOf(0, "v_proj", 1), widthsOf(0, "o_proj", 0.1)};
    return errors;
}

BitPlanOptions relativeBudget(double budget) {
    BitPlanOptions options;
    options.budget = budget;
    options.widths = {2, 3, 4};
    options.objective = Objective::Relative;
    return options;
}

void expectRefused(const BitErrors& errors, const BitPlanOptions& options, const std::string& part) {
    try {
        makeBitPlan(errors, options);
        FAIL() << part;
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Usage);
        EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    }
}

TEST(MakeBitPlan, SumsTiesAndSizesByHand) {
    // q = k = v is one group of 96 weights, o one of 32. 3 bits on average: q, k, v at 3 and o at 3, or o at 2 and the rest stays.
    const BitPlanRecord plan = makeBitPlan(exampleErrors(), relativeBudget(3));
    ASSERT_EQ(plan.groups.size(), 2u);
    EXPECT_EQ(plan.groups[0].linears, (std::vector<std::string>{"m.0.q_proj", "m.0.k_proj", "m.0.v_proj"}));
    EXPECT_EQ(plan.groups[0].bits, 3);
    EXPECT_EQ(plan.groups[1].bits, 3);
    EXPECT_NEAR(plan.error, 3 * 0.1 + 0.01, 1e-12);
    EXPECT_EQ(plan.averageBits, 3);
    // 128 weights · 3 bits + 32 scales of 32 bits.
    EXPECT_EQ(plan.bytes, (128 * 3 + 32 * 32) / 8);
    EXPECT_EQ(plan.effectiveBits, 3 + 32 * 32 / 128.0);
    ASSERT_EQ(plan.uniform.size(), 3u);
    EXPECT_NEAR(plan.uniform[0].error, 3 * 0.4 + 0.04, 1e-12);
    EXPECT_EQ(plan.bitsOf("m.0.v_proj"), 3);
    EXPECT_EQ(plan.bitsOf("m.1.v_proj"), 0);
    // 3.5 bits are 448: 96 · 4 + 32 · 2 fits exactly.
    const BitPlanRecord more = makeBitPlan(exampleErrors(), relativeBudget(3.5));
    EXPECT_EQ(more.groups[0].bits, 4);
    EXPECT_EQ(more.groups[1].bits, 2);
    EXPECT_EQ(more.averageBits, 3.5);
}

TEST(MakeBitPlan, WithoutTiesEveryLinearIsItsOwn) {
    BitPlanOptions options = relativeBudget(2.5);
    options.ties = false;
    const BitPlanRecord plan = makeBitPlan(exampleErrors(), options);
    ASSERT_EQ(plan.groups.size(), 4u);
    EXPECT_EQ(plan.groups[3].bits, 2);  // o matters least
    EXPECT_EQ(plan.averageBits, 2.5);
}

TEST(MakeBitPlan, BudgetInBytesCountsScalesAndZeros) {
    QuantizeOptions solver;
    solver.quant.groupSize = 4;
    solver.quant.scheme = Scheme::Asymmetric;
    solver.quant.scaleType = ScaleType::F16;
    EXPECT_EQ(storedBits(solver.quant, 4, 8, 3), 4 * 8 * 3 + 8 * (16 + 3));
    BitErrors errors = exampleErrors();
    errors.settings = errorSettings(solver);
    BitPlanOptions options = relativeBudget(0);
    options.budgetBytes = 4 * (4 * 8 * 3 + 8 * (16 + 3)) / 8;
    EXPECT_EQ(makeBitPlan(errors, options).averageBits, 3);
    options.budgetBytes -= 1;
    EXPECT_LT(makeBitPlan(errors, options).averageBits, 3);
}

TEST(MakeBitPlan, PinsHoldAndTheLastOneCounts) {
    BitPlanOptions options = relativeBudget(3);
    options.pins = {"m.0.*=4", "*o_proj=3", "*.[qkv]_proj=2"};
    expectRefused(exampleErrors(), options, "fits no linear");
    options.pins = {"*=4", "*o_proj=3"};
    options.budget = 4;
    const BitPlanRecord plan = makeBitPlan(exampleErrors(), options);
    EXPECT_EQ(plan.groups[0].bits, 4);
    EXPECT_EQ(plan.groups[1].bits, 3);
    EXPECT_TRUE(plan.groups[1].pinned);
    options.budget = 3;
    expectRefused(exampleErrors(), options, "the least possible is 3.750 bits");
    options.pins = {"*q_proj=4", "*k_proj=3"};
    expectRefused(exampleErrors(), options, "loaders want alike");
    options.pins = {"*q_proj=8"};
    expectRefused(exampleErrors(), options, "not measured at 8 bits");
    options.pins = {"*q_proj"};
    expectRefused(exampleErrors(), options, "not PATTERN=BITS");
}

TEST(MakeBitPlan, SensitivityWeighsErrorsOfFirstAndOtherTokens) {
    BitErrors errors = exampleErrors();
    for (LinearWidths& linear : errors.linears) linear.sensitivity = {4, 2};
    BitPlanOptions options = relativeBudget(4);
    options.objective = Objective::Sensitivity;
    // Ten tokens; error 0.25 at 4 bits, half of it in first tokens: ½ (2 · 0.125 + 4 · 0.125) / 10.
    EXPECT_NEAR(makeBitPlan(errors, options).groups[0].alternatives[2].error, 3 * 0.5 * 0.75 / 10, 1e-12);
}

TEST(BitPlanJson, IsReadBackAndHandEditsCount) {
    BitPlanOptions options = relativeBudget(3.5);
    options.pins = {"*o_proj=2"};
    const BitPlanRecord plan = makeBitPlan(exampleErrors(), options);
    const std::string text = bitPlanJson(plan);
    EXPECT_EQ(bitPlanJson(readBitPlanJson(text, "plan.json")), text);
    std::string edited = text;
    edited.replace(edited.find("\"m.0.o_proj\": 2"), 15, "\"m.0.o_proj\": 8");
    const BitPlanRecord other = readBitPlanJson(edited, "plan.json");
    EXPECT_EQ(other.budgetKind, "file");
    EXPECT_EQ(other.bitsOf("m.0.o_proj"), 8);
    EXPECT_EQ(other.bitsOf("m.0.q_proj"), 4);
    EXPECT_EQ(readBitPlanJson(R"({"linears": {"a": 3}})", "p").bitsOf("a"), 3);
    for (const char* wrong : {"", "[]", "{}", R"({"linears": {}})", R"({"linears": {"a": 9}})", R"({"linears": {"a": 2.5}})"})
        EXPECT_THROW(readBitPlanJson(wrong, "p"), Error) << wrong;
}

TEST(BitPlanFile, PlanAndErrorsAreReadBack) {
    const TemporaryFolder folder;
    const BitErrors errors = exampleErrors();
    const BitPlanRecord plan = makeBitPlan(errors, relativeBudget(3.5));
    RunWriter writer(folder / "a.qsrun", testing::exampleProvenance(), testing::exampleSequences(), false);
    BlockPart part = testing::examplePart(0);
    part.bitErrors = errors;
    writer.writePart(part);
    writer.writePart(testing::examplePart(1));
    writer.setBitPlan(plan);
    writer.finish(1);
    const auto run = RunFile::open(folder / "a.qsrun");
    EXPECT_EQ(bitPlanJson(*run->bitPlan()), bitPlanJson(plan));
    EXPECT_EQ(bitPlanJson(makeBitPlan(run->bitErrors(), relativeBudget(3.5))), bitPlanJson(plan));
    EXPECT_EQ(run->bitErrors().linears.size(), 4u);
    EXPECT_EQ(run->bitErrors().linears[1].role, "k_proj");

    BitErrors others = errors;
    others.linears.resize(1);
    const BitPlanRecord second = makeBitPlan(others, relativeBudget(2));
    storeBitPlan(folder / "a.qsrun", second, &others);
    const auto again = RunFile::open(folder / "a.qsrun");
    EXPECT_EQ(bitPlanJson(*again->bitPlan()), bitPlanJson(second));
    EXPECT_EQ(again->bitErrors().linears.size(), 1u);
    EXPECT_EQ(again->linears().size(), 4u);
}

class PlannedJob : public ::testing::Test {
  protected:
    static QuantizeOptions options(const std::string& name) {
        QuantizeOptions options = testing::smallQuantizationOf(testing::writeIds(s_folder->path() / "ids.json", {32, 96}, 4));
        options.quant.groupSize = 64;
        options.plan.budget = 3;
        options.plan.widths = {2, 3, 4};
        options.plan.pins = {"*.layers.1.mlp.down_proj=5"};
        options.out = (*s_folder / name).string();
        return options;
    }
    static void SetUpTestSuite() {
        s_folder = new TemporaryFolder;
        quantize(options("run.qsrun"));
    }
    static void TearDownTestSuite() { delete s_folder; }
    static std::string run() { return (*s_folder / "run.qsrun").string(); }
    static inline TemporaryFolder* s_folder = nullptr;
};

TEST_F(PlannedJob, WidthsArePlannedHonouredAndRecorded) {
    const auto file = RunFile::open(run());
    const auto plan = file->bitPlan();
    ASSERT_TRUE(plan);
    EXPECT_LE(plan->averageBits, 3);
    EXPECT_GT(plan->averageBits, 2.8);
    double bits = 0, weights = 0;
    for (const LinearRecord& linear : file->linears()) {
        EXPECT_EQ(linear.bits, plan->bitsOf(linear.name)) << linear.name;
        const LinearRecord whole = file->linear(linear.name);
        EXPECT_LT(*std::max_element(whole.codes.values().begin(), whole.codes.values().end()), 1 << linear.bits);
        bits += static_cast<double>(linear.bits) * linear.out * linear.in;
        weights += static_cast<double>(linear.out) * linear.in;
    }
    EXPECT_NEAR(bits / weights, plan->averageBits, 1e-12);
    EXPECT_EQ(plan->bitsOf("model.layers.1.mlp.down_proj"), 5);
    const auto check = checkBitPlan(*plan, file->linears());
    ASSERT_TRUE(check);
    EXPECT_EQ(check->linears, static_cast<int>(file->linears().size()));
    EXPECT_GT(check->measured, 0.2 * check->predicted);
    EXPECT_LT(check->measured, 5 * check->predicted);
    EXPECT_FALSE(fs::exists(run() + ".measure"));
}

TEST_F(PlannedJob, AnErrorPerWidthIsThatOfAUniformRun) {
    const auto file = RunFile::open(run());
    QuantizeOptions uniform = options("uniform.qsrun");
    uniform.plan = {};
    uniform.quant.bits = 3;
    uniform.include = {"*layers.0.self_attn.q_proj"};  // its inputs are those of the untouched model
    quantize(uniform);
    const LinearRecord solved = RunFile::open(uniform.out)->linears().front();
    for (const LinearWidths& linear : file->bitErrors().linears)
        if (linear.name == solved.name) {
            ASSERT_EQ(linear.widths[1].bits, 3);
            for (std::size_t i = 0; i < 2; ++i) {
                EXPECT_EQ(linear.widths[1].errors[i].error, solved.calibrationErrors[i].error);
                EXPECT_EQ(linear.widths[1].errors[i].energy, solved.calibrationErrors[i].energy);
            }
        }
}

TEST_F(PlannedJob, InterruptedAnywhereAndResumedIsTheSameRun) {
    for (const int block : {0, 3}) {
        QuantizeOptions cut = options("cut.qsrun");
        for (int times = 0; times < 3; ++times) {  // in the first pass, and again in the second
            Watcher watcher;
            watcher.stopAfter = block;
            JobContext context(&watcher);
            watcher.context = &context;
            try {
                runQuantize(cut, context);
                break;
            } catch (const Error& error) {
                EXPECT_EQ(error.kind(), ErrorKind::Stopped) << error.what();
            }
            EXPECT_FALSE(watcher.fell);
            cut.resume = true;
        }
        if (!fs::exists(cut.out)) quantize(cut);
        expectSameRun(run(), cut.out);
        EXPECT_FALSE(fs::exists(cut.out + ".measure"));
        fs::remove(cut.out);
    }
}

TEST_F(PlannedJob, AnotherBudgetIsPlannedFromWhatTheRunHas) {
    const std::string copy = (*s_folder / "copy.qsrun").string();
    fs::copy_file(run(), copy);
    PlanOptions plan;
    plan.run = copy;
    plan.plan.budget = 2.5;
    plan.out = (*s_folder / "plan.json").string();
    JobContext context;
    const PlanReport report = runPlan(plan, context);
    EXPECT_FALSE(report.measured);
    EXPECT_FALSE(report.check);  // the run was quantized by another plan
    EXPECT_LE(report.plan.averageBits, 2.5);
    EXPECT_EQ(bitPlanJson(*RunFile::open(copy)->bitPlan()), bitPlanJson(report.plan));

    QuantizeOptions byFile = options("by-file.qsrun");
    byFile.plan = {};
    byFile.bitPlan = plan.out;
    quantize(byFile);
    const auto file = RunFile::open(byFile.out);
    for (const LinearRecord& linear : file->linears()) EXPECT_EQ(linear.bits, report.plan.bitsOf(linear.name));
    EXPECT_TRUE(checkBitPlan(*file->bitPlan(), file->linears()));

    plan.plan.widths = {2, 8};
    plan.ownWidths = true;
    EXPECT_THROW(runPlan(plan, context), Error);  // 8 bits were not measured and there is no bank
}

TEST_F(PlannedJob, TheFullBankGivesTheSameErrors) {
    const QuantizeOptions like = options("bank.qsrun");
    CalibrateOptions calibrate;
    calibrate.calibration = like.calibration;
    calibrate.calibration.keep = Keep::Full;
    calibrate.machine = like.machine;
    calibrate.out = like.out;
    JobContext context;
    runCalibrate(calibrate, context);
    PlanOptions plan;
    plan.run = like.out;
    plan.plan = like.plan;
    plan.ownWidths = true;
    plan.solver.quant = like.quant;
    plan.changed = {"group-size"};
    plan.machine.threads = 2;
    EXPECT_TRUE(runPlan(plan, context).measured);
    EXPECT_FALSE(runPlan(plan, context).measured);
    const BitErrors bank = RunFile::open(like.out)->bitErrors(), pass = RunFile::open(run())->bitErrors();
    ASSERT_EQ(bank.linears.size(), pass.linears.size());
    EXPECT_EQ(bank.settings, pass.settings);
    for (std::size_t l = 0; l < bank.linears.size(); ++l) {
        ASSERT_EQ(bank.linears[l].name, pass.linears[l].name);
        EXPECT_EQ(bank.linears[l].sensitivity.rest, pass.linears[l].sensitivity.rest);
        for (std::size_t w = 0; w < 3; ++w)
            for (std::size_t e = 0; e < 2; ++e) {
                const LengthError &a = bank.linears[l].widths[w].errors[e], &b = pass.linears[l].widths[w].errors[e];
                EXPECT_NEAR(a.error / b.error, 1, 2e-2);  // a code may fall the other way: S_L was summed in another order
                EXPECT_NEAR(a.energyWithoutFirst / b.energyWithoutFirst, 1, 1e-4);
            }
    }
}

TEST_F(PlannedJob, WhatNoPlanFulfilsIsRefusedBeforeMeasuring) {
    const TemporaryFolder folder;
    const auto refused = [&](const char* part, const std::function<void(BitPlanOptions&)>& change) {
        SCOPED_TRACE(part);
        QuantizeOptions options = testing::smallQuantization(folder);
        options.plan.budget = 3;
        change(options.plan);
        try {
            quantize(options);
            FAIL();
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::Usage);
            EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
        }
        for (const fs::directory_entry& entry : fs::directory_iterator(folder.path()))
            EXPECT_EQ(entry.path().filename(), "ids.json") << entry.path();
    };
    refused("the least possible is 2.000 bits", [](BitPlanOptions& o) { o.budget = 1; });
    refused("--budget-bytes 10 is too small", [](BitPlanOptions& o) { o.budget = 0, o.budgetBytes = 10; });
    refused("fits no linear", [](BitPlanOptions& o) { o.pins = {"*.nothing=4"}; });
    refused("which loaders want alike", [](BitPlanOptions& o) { o.pins = {"*q_proj=4", "*k_proj=3"}; });
}

TEST_F(PlannedJob, WithoutBankTheRemedyIsNamed) {
    QuantizeOptions uniform = options("plain.qsrun");
    uniform.plan = {};
    quantize(uniform);
    PlanOptions plan;
    plan.run = uniform.out;
    plan.plan.budget = 3;
    JobContext context;
    try {
        runPlan(plan, context);
        FAIL();
    } catch (const Error& error) {
        EXPECT_NE(std::string(error.what()).find("--keep full"), std::string::npos) << error.what();
    }
}

}  // namespace
}  // namespace qs
