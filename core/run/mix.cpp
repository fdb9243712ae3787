// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/mix.h"

#include "base/error.h"
#include "hessian/weighting.h"

namespace qs {

MixShares mixShares(const std::vector<BucketRecord>& buckets, std::string_view weighting) {
    std::vector<LengthCount> counts;
    for (const auto& bucket : buckets) counts.push_back({bucket.length, bucket.sequences});
    MixShares mix{Weighting::parse(weighting).factors(counts), 0};
    for (std::size_t i = 0; i < counts.size(); ++i) {
        mix.share[i] *= static_cast<double>(counts[i].sequences) * counts[i].length;
        mix.total += mix.share[i];
    }
    if (!(mix.total > 0)) throw Error("weighting " + std::string(weighting) + " gives no length any weight");
    for (double& share : mix.share) share /= mix.total;
    return mix;
}

}  // namespace qs
