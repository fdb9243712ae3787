// SPDX-License-Identifier: GPL-3.0-or-later
// The mix of lengths that a weighting makes of a bank, in units that compare with one curve per length:
//   Σ_L c_L S_L = total · Σ_L a_L · S_L / (n_L L),   a_L = c_L n_L L / total,   Σ_L a_L = 1
// c_L as in hessian/weighting.h.
#pragma once

#include <string_view>
#include <vector>

#include "run/run_data.h"

namespace qs {

struct MixShares {
    std::vector<double> share;  ///< a_L of every bucket, in the order given
    double total = 0;           ///< H of the solver divided by the mix drawn
};

/// Throws Error if the weighting cannot be read or names a length that is not among the buckets.
MixShares mixShares(const std::vector<BucketRecord>& buckets, std::string_view weighting);

}  // namespace qs
