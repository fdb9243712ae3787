// SPDX-License-Identifier: GPL-3.0-or-later
// Whole jobs done by several ranks, here threads, against one process.
#include <gtest/gtest.h>

#include <algorithm>
#include <mutex>

#include "base/file.h"
#include "model/spec.h"
#include "run/jobs.h"
#include "run/run_file.h"
#include "support/run_compare.h"
#include "support/run_jobs.h"
#include "support/thread_ranks.h"

namespace qs {
namespace {

using namespace testing;

void quantizeWith(int ranks, const QuantizeOptions& options) {
    runRanks(ranks, [&](Communicator& group) {
        JobContext context;
        runQuantize(options, context, group);
    });
}

/// Share of equal codes, and the largest relative difference of an error, of the linears at the first input or of all. Further on a
/// comparison says little: a weight that lies between two codes may go either way, which moves the rest of its row and everything behind
/// it.
struct Agreement {
    double codes = 0, error = 0;
};
Agreement compare(const std::string& a, const std::string& b, bool firstInput) {
    const auto x = RunFile::open(a), y = RunFile::open(b);
    std::size_t equal = 0, count = 0;
    Agreement agreement;
    EXPECT_EQ(x->linears().size(), y->linears().size());
    for (const LinearRecord& linear : x->linears()) {
        if (firstInput && (linear.block > 0 || linear.tag != nameOf(InputTag::AttentionIn))) continue;
        const LinearRecord p = x->linear(linear.name), q = y->linear(linear.name);
        for (std::size_t i = 0; i < p.codes.size(); ++i) equal += p.codes.values()[i] == q.codes.values()[i];
        count += p.codes.size();
        for (const auto& [mine, other] :
             {std::pair{&p.calibrationErrors, &q.calibrationErrors}, std::pair{&p.heldOutErrors, &q.heldOutErrors}}) {
            EXPECT_EQ(mine->size(), other->size());
            for (std::size_t i = 0; i < mine->size(); ++i)
                agreement.error = std::max(agreement.error, std::abs((*mine)[i].relative() / (*other)[i].relative() - 1));
        }
    }
    agreement.codes = static_cast<double>(equal) / static_cast<double>(count);
    return agreement;
}

TEST(Ranks, QuantizeAsOneProcessDoes) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallQuantizationOf(writeIds(folder / "ids.json", {32, 96, 128}, 5));
    options.machine.threads = 1;
    options.machine.compute = Compute::Float32;
    options.calibration.spectra = true;
    options.out = folder / "one.qsrun";
    quantize(options);
    const std::string one = options.out;
    for (const int ranks : {2, 3}) {
        std::string before;
        for (const char* name : {"a", "b"}) {
            options.out = folder / (name + std::to_string(ranks) + ".qsrun");
            quantizeWith(ranks, options);
            if (!before.empty()) expectSameRun(before, options.out);
            before = options.out;
        }
        const Agreement first = compare(options.out, one, true), all = compare(options.out, one, false);
        EXPECT_GE(first.codes, 0.997) << ranks;  // one row may differ
        EXPECT_LE(first.error, 5e-3) << ranks;
        EXPECT_LE(all.error, 0.1) << ranks;
        const auto run = RunFile::open(options.out);
        EXPECT_EQ(run->provenance().processes, ranks);
        EXPECT_EQ(run->provenance().fingerprint, RunFile::open(one)->provenance().fingerprint);
        for (const TagRecord& tag : run->tags())
            for (const BucketRecord& bucket : tag.calibration) {
                ASSERT_EQ(bucket.eigenvalues.size(), static_cast<std::size_t>(tag.dim));
                EXPECT_GT(bucket.effectiveRank, 1);
            }
    }
}

TEST(Ranks, RefineTheScalesOfTheirRows) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallQuantization(folder);
    options.machine.threads = 1;
    options.quant.bits = 2;
    options.quant.groupSize = 64;
    options.quant.search = SearchKind::Hessian;
    options.quant.refine = Refine::Joint;
    options.include = {"model.layers.0.*"};
    quantizeWith(2, options);
    const auto run = RunFile::open(options.out);
    for (const LinearRecord& linear : run->linears()) {
        const std::vector<ScaleStepRecord> steps = run->scaleSteps(linear.name);
        ASSERT_EQ(steps.size(), 3u) << linear.name;
        EXPECT_LT(steps[2].loss, steps[1].loss) << linear.name;
        EXPECT_EQ(steps[2].scales, run->linear(linear.name).scales) << linear.name;
        EXPECT_NEAR(steps[2].loss, linear.loss, 1e-9 * linear.loss) << linear.name;
    }
}

TEST(Ranks, PlanWidthsTogether) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallQuantization(folder);
    options.machine.threads = 1;
    options.quant.groupSize = 64;
    options.include = {"model.layers.0.*"};
    options.plan.budget = 3;
    options.plan.widths = {2, 3, 4};
    quantizeWith(2, options);
    const auto run = RunFile::open(options.out);
    ASSERT_EQ(run->linears().size(), 7u);
    ASSERT_TRUE(run->bitPlan());
    for (const LinearRecord& linear : run->linears()) EXPECT_EQ(linear.bits, run->bitPlan()->bitsOf(linear.name)) << linear.name;
    const BitErrors together = run->bitErrors();
    options.out = (folder / "alone.qsrun").string();
    quantizeWith(1, options);
    const BitErrors alone = RunFile::open(options.out)->bitErrors();
    ASSERT_EQ(together.linears.size(), 7u);
    for (std::size_t l = 0; l < 7; ++l)
        for (std::size_t w = 0; w < 3; ++w) {
            EXPECT_EQ(together.linears[l].widths[w].bits, alone.linears[l].widths[w].bits);
            const LengthError &a = together.linears[l].widths[w].errors[0], &b = alone.linears[l].widths[w].errors[0];
            EXPECT_NEAR(a.error / b.error, 1, 0.05) << together.linears[l].name;
        }
}

TEST(Ranks, MoreRanksThanSequences) {
    const TemporaryFolder folder;
    CalibrateOptions options;
    options.calibration = smallQuantizationOf(writeIds(folder / "ids.json", {48}, 2)).calibration;
    options.calibration.keep = Keep::Full;
    options.machine.threads = 1;
    options.out = folder / "bank.qsrun";
    runRanks(3, [&](Communicator& group) {
        JobContext context;
        runCalibrate(options, context, group);
    });
    const auto run = RunFile::open(options.out);
    const BucketRecord& bucket = run->tags().at(0).calibration.at(0);
    EXPECT_EQ(bucket.sequences, 2);
    EXPECT_EQ(run->firstTokens(0, run->tags()[0].tag, 48, false).rows(), 2u);
    const Matrix<float> S = run->fullS(0, run->tags()[0].tag, 48, false);
    ASSERT_FALSE(S.empty());
    for (std::size_t i = 0; i < S.rows(); ++i) EXPECT_NEAR(S(i, i), bucket.diagonal[i], 1e-5 * bucket.diagonal[i] + 1e-9);
}

TEST(Ranks, StopTogetherAndGoOn) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallQuantization(folder);
    options.machine.threads = 1;
    const std::string out = options.out;
    options.out = folder / "straight.qsrun";
    quantizeWith(2, options);
    options.out = out;
    runRanks(2, [&](Communicator& group) {
        Watcher watcher;
        JobContext context(&watcher);
        if (group.rank() == 1) context.stopAfterPart();  // a signal may come to any of them
        try {
            runQuantize(options, context, group);
            ADD_FAILURE() << "went on";
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::Stopped);
            EXPECT_NE(std::string(error.what()).find("block 1 of"), std::string::npos) << error.what();
        }
    });
    EXPECT_FALSE(std::filesystem::exists(out));
    options.resume = true;
    quantizeWith(2, options);
    expectSameRun(out, folder / "straight.qsrun");
    EXPECT_TRUE(RunFile::open(out)->events().empty());
}

TEST(Ranks, AnotherNumberOfRanksMayGoOn) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallQuantization(folder);
    options.machine.threads = 1;
    Watcher watcher;
    JobContext context(&watcher);
    watcher.context = &context;
    watcher.stopAfter = 0;
    EXPECT_THROW(runQuantize(options, context), Error);
    options.resume = true;
    quantizeWith(2, options);
    const auto run = RunFile::open(options.out);
    ASSERT_EQ(run->events().size(), 1u);
    EXPECT_EQ(run->events()[0].kind, "processes-changed");
}

TEST(Ranks, AnErrorOfOneEndsAll) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallQuantization(folder);
    std::mutex mutex;
    std::vector<std::string> messages;
    runRanks(2, [&](Communicator& group) {
        QuantizeOptions mine = options;
        if (group.rank() == 1) mine.calibration.model = folder / "elsewhere";
        JobContext context;
        try {
            runQuantize(mine, context, group);
            ADD_FAILURE() << "went on";
        } catch (const Error& error) {
            const std::lock_guard lock(mutex);
            messages.emplace_back(error.what());
        }
    });
    ASSERT_EQ(messages.size(), 2u);
    EXPECT_EQ(messages[0], messages[1]);
    EXPECT_TRUE(messages[0].starts_with("process 2 of 2 on ")) << messages[0];
    EXPECT_NE(messages[0].find("elsewhere"), std::string::npos) << messages[0];
    EXPECT_FALSE(std::filesystem::exists(options.out));
}

TEST(Ranks, RefuseDifferentModels) {
    const TemporaryFolder folder;
    const std::filesystem::path other = folder / "other";
    std::filesystem::copy(resource("models/demo"), other, std::filesystem::copy_options::recursive);
    const std::string config = readText(other / "config.json");
    std::ofstream(other / "config.json") << "{\"note\": 1," << config.substr(config.find('{') + 1);
    QuantizeOptions options = smallQuantization(folder);
    runRanks(2, [&](Communicator& group) {
        QuantizeOptions mine = options;
        if (group.rank() == 1) mine.calibration.model = other.string();
        JobContext context;
        try {
            runQuantize(mine, context, group);
            ADD_FAILURE() << "went on";
        } catch (const Error& error) {
            EXPECT_NE(std::string(error.what()).find("give all processes the same files"), std::string::npos) << error.what();
        }
    });
}

}  // namespace
}  // namespace qs
