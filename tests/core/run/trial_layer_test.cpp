// SPDX-License-Identifier: GPL-3.0-or-later
// What-if on one linear: the run's own settings give the run's own errors, other settings give other errors, and what cannot be tried says
// so.
#include "run/trial_layer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "support/random_matrix.h"
#include "support/run_compare.h"
#include "support/run_jobs.h"

namespace qs {
namespace {

using ::testing::HasSubstr;

struct TrialLayerTest : ::testing::Test {
    static std::shared_ptr<const RunFile> run(Keep keep) {
        static testing::TemporaryFolder folder;
        QuantizeOptions options = testing::smallQuantization(folder);
        options.calibration.keep = keep;
        options.quant.groupSize = 32;
        options.out = (folder / (keep == Keep::Full ? "full.qsrun" : "small.qsrun")).string();
        if (!std::filesystem::exists(options.out)) testing::quantize(options);
        return RunFile::open(options.out);
    }
    static std::string messageOf(const RunFile& run, const std::string& linear, const std::filesystem::path& model = {}) {
        JobContext context;
        try {
            TrialLayer::load(run, linear, model, context);
        } catch (const Error& error) {
            return error.what();
        }
        return {};
    }
};

TEST_F(TrialLayerTest, TheSettingsOfTheRunGiveItsErrors) {
    const auto file = run(Keep::Full);
    const LinearRecord& record = file->linears()[6];
    JobContext context;
    const auto layer = TrialLayer::load(*file, record.name, {}, context);
    const TrialResult result = layer->solve(trialSettingsOf(*file), context);
    ASSERT_EQ(result.calibration.size(), record.calibrationErrors.size());
    for (std::size_t i = 0; i < result.calibration.size(); ++i)  // S is stored as one float32 sum, and split again: ties may flip
        EXPECT_NEAR(result.calibration[i].relative(), record.calibrationErrors[i].relative(),
                    0.02 * record.calibrationErrors[i].relative());
    EXPECT_NEAR(result.damping, record.damping, 1e-4 * record.damping);
    EXPECT_FALSE(result.failed);
}

TEST_F(TrialLayerTest, MoreBitsAndSmallerGroupsLowerTheError) {
    const auto file = run(Keep::Full);
    JobContext context;
    const auto layer = TrialLayer::load(*file, file->linears()[0].name, {}, context);
    TrialSettings settings = trialSettingsOf(*file);
    const double before = layer->solve(settings, context).relative;
    settings.quant.bits = 4;
    const TrialResult four = layer->solve(settings, context);
    EXPECT_LT(four.relative, 0.5 * before);
    EXPECT_DOUBLE_EQ(four.bits, 4 + 32.0 / 32);  // a float32 scale for 32 weights
    settings.quant.method = Method::Rtn;
    EXPECT_GT(layer->solve(settings, context).relative, four.relative);
    settings.weighting = "mix:32=0,96=1";
    settings.quant.method = Method::Gptq;
    EXPECT_NE(layer->solve(settings, context).relative, four.relative);
}

TEST_F(TrialLayerTest, SaysWhatIsMissing) {
    const auto small = run(Keep::Diagonal), full = run(Keep::Full);
    EXPECT_THAT(messageOf(*small, small->linears()[0].name), HasSubstr("--keep full"));
    EXPECT_THAT(messageOf(*full, "nothing"), HasSubstr("has no linear"));
    EXPECT_THAT(messageOf(*full, full->linears()[0].name, "no/such/model"), HasSubstr("is not there"));
    TrialSettings settings;
    settings.quant.method = Method::Gptaq;
    EXPECT_THAT(trialObstacle(settings), HasSubstr("untouched model"));
    settings.quant.method = Method::Awq;
    EXPECT_THAT(trialObstacle(settings), HasSubstr("more than one linear"));
}

TEST_F(TrialLayerTest, StopsWhenAskedTo) {
    const auto file = run(Keep::Full);
    JobContext context;
    const auto layer = TrialLayer::load(*file, file->linears()[0].name, {}, context);
    context.stopNow();
    EXPECT_THROW(layer->solve(trialSettingsOf(*file), context), Cancelled);
}

TEST_F(TrialLayerTest, RunsKeepASampleOfTheWeightsAndTheLengthsOfTheDocuments) {
    const auto file = run(Keep::Full);
    const LinearRecord record = file->linear(file->linears()[0].name);
    EXPECT_EQ(record.weightSample.rows(), std::min<std::size_t>(128, static_cast<std::size_t>(record.out)));
    EXPECT_EQ(record.weightSample.cols(), std::min<std::size_t>(192, static_cast<std::size_t>(record.in)));
    const double scale = record.scales(0, 0), w = scale * (record.codes(0, 0) - record.zeros(0, 0));
    EXPECT_NEAR(record.weightSample(0, 0), w, 8 * scale);
    EXPECT_TRUE(file->provenance().documentLengths.empty());  // ids were given
    EXPECT_EQ(documentBin(1), 0);
    EXPECT_EQ(documentBin(2), 4);
    EXPECT_EQ(documentBin(1024), 40);
    EXPECT_EQ(documentBin(1023), 39);
}

}  // namespace
}  // namespace qs
