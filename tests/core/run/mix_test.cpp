// SPDX-License-Identifier: GPL-3.0-or-later
// Shares of the lengths in a mix, by hand: factors of the weightings as in hessian/weighting.h.
#include "run/mix.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace qs {
namespace {

BucketRecord bucketOf(int length, int sequences) {
    BucketRecord bucket;
    bucket.length = length;
    bucket.sequences = sequences;
    return bucket;
}

/// 3 · 100 + 1 · 500 = 800 tokens in 4 sequences.
const std::vector<BucketRecord> kBuckets{bucketOf(100, 3), bucketOf(500, 1)};

void expectMix(const char* weighting, double first, double second, double total) {
    const MixShares mix = mixShares(kBuckets, weighting);
    ASSERT_EQ(mix.share.size(), 2u) << weighting;
    EXPECT_NEAR(mix.share[0], first, 1e-15) << weighting;
    EXPECT_NEAR(mix.share[1], second, 1e-15) << weighting;
    EXPECT_NEAR(mix.total, total, 1e-15) << weighting;
}

TEST(MixShares, ByHand) {
    expectMix("token", 3.0 / 8, 5.0 / 8, 2);            // c = 2 / 800
    expectMix("maca", 3.0 / 4, 1.0 / 4, 1);             // c = 1 / (4 L)
    expectMix("length:500", 0, 1, 1);                   // c = 1 / 500
    expectMix("mix:100=1,500=3", 1.0 / 4, 3.0 / 4, 4);  // c = weight / (n L)
}

TEST(MixShares, RefusesWhatGivesNoLengthAnyWeight) {
    EXPECT_THROW(mixShares(kBuckets, "length:200"), Error);
    EXPECT_THROW(mixShares(kBuckets, "heavy"), Error);
    EXPECT_THROW(mixShares({}, "token"), Error);
}

}  // namespace
}  // namespace qs
