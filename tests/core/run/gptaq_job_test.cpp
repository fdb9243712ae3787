// SPDX-License-Identifier: GPL-3.0-or-later
// Jobs with two chains on the demo model.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "run/jobs.h"
#include "run/run_file.h"
#include "support/data.h"
#include "support/final_states.h"
#include "support/run_compare.h"
#include "support/run_jobs.h"

namespace qs {
namespace {

using testing::distanceOnText;
using testing::expectSameAfterStops;
using testing::expectSameWithOneThread;
using testing::quantize;
using testing::resource;
using testing::smallQuantization;
using testing::TemporaryFolder;
using testing::writeIds;

QuantizeOptions smallGptaq(const TemporaryFolder& folder) {
    QuantizeOptions options = smallQuantization(folder);
    options.quant.method = Method::Gptaq;
    return options;
}

TEST(GptaqJob, StaysCloserToTheUntouchedModelThanGptq) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallGptaq(folder);
    options.quant.alpha = 1;
    const double gptaq = distanceOnText(options, 8192);
    const auto run = RunFile::open(options.out);
    EXPECT_NEAR(run->forecast()->memoryBytes, run->actual()->memoryBytes, 0.25 * run->actual()->memoryBytes);
    options.quant.method = Method::Gptq;
    const double gptq = distanceOnText(options, 8192);
    std::printf("relative distance of the final states: GPTAQ %.5f, GPTQ %.5f\n", gptaq, gptq);
    EXPECT_LT(gptaq, 0.97 * gptq);
}

/// Nothing lies before the first input, so both chains are equal there; and without a correction all of it is GPTQ.
TEST(GptaqJob, IsGptqWhereTheChainsAreEqual) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallGptaq(folder);
    quantize(options);
    const auto gptaq = RunFile::open(options.out);
    options.quant.alpha = 0;
    options.out = (folder / "zero.qsrun").string();
    quantize(options);
    const auto zero = RunFile::open(options.out);
    options.quant.method = Method::Gptq;
    options.out = (folder / "gptq.qsrun").string();
    quantize(options);
    const auto gptq = RunFile::open(options.out);
    for (const LinearRecord& linear : gptq->linears()) {
        const Matrix<std::uint8_t> codes = gptq->linear(linear.name).codes;
        EXPECT_EQ(zero->linear(linear.name).codes, codes) << linear.name;
        if (linear.block == 0 && linear.tag == "attention-in") {
            EXPECT_EQ(gptaq->linear(linear.name).codes, codes) << linear.name;
        }
        if (linear.block > 0) {
            EXPECT_NE(gptaq->linear(linear.name).codes, codes) << linear.name;
        }
    }
}

/// Where the chains are equal the error against the untouched model is the usual one; behind that, GPTAQ makes it smaller than codes that
/// leave the difference of the chains alone.
TEST(GptaqJob, RecordsWhatItMinimises) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallGptaq(folder);
    options.asymmetricLoss = true;
    quantize(options);
    const auto gptaq = RunFile::open(options.out);
    options.quant.alpha = 0;
    options.out = (folder / "zero.qsrun").string();
    quantize(options);
    const auto zero = RunFile::open(options.out);
    options.quant.alpha = QuantSettings().alpha;
    options.asymmetricLoss = false;
    options.out = (folder / "without.qsrun").string();
    quantize(options);
    const auto without = RunFile::open(options.out);
    double loss = 0, lossOfZero = 0;
    for (const LinearRecord& linear : gptaq->linears()) {
        EXPECT_GT(linear.asymmetricEnergy, 0);
        if (linear.block == 0 && linear.tag == "attention-in") {
            EXPECT_NEAR(linear.asymmetricLoss, linear.loss, 1e-4 * linear.loss) << linear.name;
            EXPECT_NEAR(linear.asymmetricEnergy, linear.energy, 1e-4 * linear.energy) << linear.name;
        } else {
            EXPECT_NE(linear.asymmetricLoss, linear.loss) << linear.name;
            loss += linear.asymmetricLoss / linear.asymmetricEnergy;
        }
        EXPECT_EQ(without->linear(linear.name).codes, gptaq->linear(linear.name).codes) << linear.name;
        EXPECT_EQ(without->linear(linear.name).asymmetricEnergy, 0);
    }
    for (const LinearRecord& linear : zero->linears())
        if (linear.block > 0 || linear.tag != "attention-in") lossOfZero += linear.asymmetricLoss / linear.asymmetricEnergy;
    std::printf("error against the untouched model, sum over linears: GPTAQ %.4f, without its correction %.4f\n", loss, lossOfZero);
    EXPECT_LT(loss, 0.9 * lossOfZero);
}

TEST(GptaqJob, EveryKindOfSettingRuns) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallGptaq(folder);
    options.include = {"model.layers.0.*", "*.1.self_attn.q_proj"};
    for (const auto& change :
         std::vector<void (*)(QuantizeOptions&)>{[](QuantizeOptions& o) { o.quant.actOrder = true; },
                                                 [](QuantizeOptions& o) { o.quant.correctionWeight = CorrectionWeight::Published; },
                                                 [](QuantizeOptions& o) { o.quant.groupSize = 64, o.quant.staticGroups = false; },
                                                 [](QuantizeOptions& o) { o.weighting = "length:96", o.firstTokenWeight = 0; },
                                                 [](QuantizeOptions& o) { o.machine.compute = Compute::Float32; },
                                                 [](QuantizeOptions& o) { o.machine.compute = Compute::Reference; }}) {
        change(options);
        quantize(options);
        EXPECT_EQ(RunFile::open(options.out)->linears().size(), 8u);
    }
    options.quant.groupSize = 96;
    EXPECT_THROW(quantize(options), Error);
}

TEST(GptaqJob, DoesNotDependOnThreadsOrWhereActivationsLie) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallGptaq(folder);
    options.calibration.ids = writeIds(folder / "more.json", {256, 128}, 3);
    expectSameWithOneThread(options, folder);
    QuantizeOptions again = options;
    again.out = (folder / "spilled.qsrun").string();
    again.machine.memoryBudget = 2;  // less than one chain needs
    quantize(again);
    const auto run = RunFile::open(again.out);
    ASSERT_EQ(run->events().size(), 1u);
    EXPECT_EQ(run->events()[0].kind, "activations-spilled");
    for (const LinearRecord& linear : run->linears())
        EXPECT_EQ(run->linear(linear.name).codes, RunFile::open(options.out)->linear(linear.name).codes);
}

TEST(GptaqJob, StoppedAfterAnyBlockAndResumedIsTheSameRun) {
    const TemporaryFolder folder;
    expectSameAfterStops(smallGptaq(folder), folder);
}

TEST(GptaqJob, ForecastCountsTheSecondChain) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallGptaq(folder);
    options.calibration.ids = writeIds(folder / "more.json", {256, 128}, 6);
    const Estimate two = estimateQuantize(options);
    options.quant.method = Method::Gptq;
    const Estimate one = estimateQuantize(options);
    EXPECT_DOUBLE_EQ(two.memoryParts[1].second, 2 * one.memoryParts[1].second);
    EXPECT_GT(two.total.memoryBytes, one.total.memoryBytes);
    EXPECT_GT(two.total.seconds, one.total.seconds);
    EXPECT_EQ(two.timeParts.size(), one.timeParts.size() + 2);
}

}  // namespace
}  // namespace qs
