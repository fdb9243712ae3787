// SPDX-License-Identifier: GPL-3.0-or-later
// What a finished cell of a study is recognised by.
#include "run/study_fingerprint.h"

#include <gtest/gtest.h>

#include "base/content_hash.h"
#include "base/error.h"
#include "base/file.h"
#include "base/version.h"
#include "support/data.h"

namespace qs {
namespace {

CalibrationSet drawnAs(const std::string& fingerprint) {
    CalibrationSet set;
    set.fingerprint = fingerprint;
    return set;
}

std::string hashOf(const std::vector<std::string>& texts) {
    ContentHash hash;
    for (const std::string& text : texts) hash.add(text);
    return hash.text();
}

std::string fingerprintOf(const QuantizeOptions& options) { return cellFingerprint("model", drawnAs("sequences"), options); }

TEST(StudyFingerprint, HoldsNothingButWhatDiffersFromTheDefaults) {
    QuantizeOptions options;
    EXPECT_EQ(fingerprintOf(options), hashOf({kNumericVersion, "model", "sequences"}));
    options.quant.bits = 3;
    options.quant.actOrder = true;
    options.weighting = "token";
    EXPECT_EQ(fingerprintOf(options),
              hashOf({kNumericVersion, "model", "sequences", "act-order", "true", "bits", "3", "weighting", "token"}));
    EXPECT_NE(fingerprintOf(options), cellFingerprint("another", drawnAs("sequences"), options));
    EXPECT_NE(fingerprintOf(options), cellFingerprint("model", drawnAs("others"), options));
}

TEST(StudyFingerprint, LeavesOutWhatChangesNothing) {
    QuantizeOptions options;
    options.quant.method = Method::Rtn;
    const std::string plain = fingerprintOf(options);
    options.quant.alpha = 0.75;  // of gptaq
    options.quant.sweeps = 7;    // without --refine
    options.quant.damping = 0.5;
    options.calibration.seed = 3;  // the sequences stand for it
    options.calibration.keep = Keep::Full;
    options.calibration.spectra = false;
    options.trajectories = Trajectories::None;
    options.machine.threads = 5;
    options.out = "elsewhere";
    EXPECT_EQ(fingerprintOf(options), plain);
    options.quant.method = Method::Gptaq;
    const std::string gptaq = fingerprintOf(options);
    options.quant.alpha = 0.5;
    EXPECT_NE(fingerprintOf(options), gptaq);
    options.machine.compute = Compute::Float32;
    EXPECT_NE(fingerprintOf(options), gptaq);
}

TEST(StudyFingerprint, ABudgetDependsOnTheSeedAndAPlanOnItsContent) {
    const testing::TemporaryFolder folder;
    QuantizeOptions options;
    options.plan.budget = 3;
    const std::string first = fingerprintOf(options);
    options.calibration.seed = 1;
    EXPECT_NE(fingerprintOf(options), first);
    options = {};
    options.bitPlan = folder / "plan.json";
    EXPECT_THROW(fingerprintOf(options), Error);
    writeText(options.bitPlan, "one");
    const std::string one = fingerprintOf(options);
    writeText(options.bitPlan, "two");
    EXPECT_NE(fingerprintOf(options), one);
}

TEST(StudyFingerprint, CellsWrittenAlikeHaveOneHash) {
    QuantizeOptions options;
    const std::string plain = cellHash(options);
    options.machine.threads = 3;
    EXPECT_EQ(cellHash(options), plain);
    options.calibration.text = {"book"};
    const std::string book = cellHash(options);
    EXPECT_NE(book, plain);
    options.quant.alpha = 0.75;  // although gptq has no use for it
    EXPECT_NE(cellHash(options), book);
}

}  // namespace
}  // namespace qs
