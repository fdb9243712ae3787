// SPDX-License-Identifier: GPL-3.0-or-later
// Comparisons of the fast arithmetic with plain double-precision references on seeded data, small enough for any machine.
#pragma once

#include <string>
#include <vector>

#include "base/device.h"
#include "base/job.h"
#include "base/parallel.h"

namespace qs::cli {

/// One comparison: what, how far apart, how far it may be.
struct CheckRow {
    std::string name;
    double difference = 0, tolerance = 0;
    bool held() const { return difference <= tolerance; }  // a NaN does not hold
};

/// Gram matrices XᵀX from bfloat16 and float32 against double sums: largest |difference| / √(S_ii S_jj).
std::vector<CheckRow> checkGramMatrices(ThreadPool& pool);
/// RTN and GPTQ as quantize runs them, on `device`, against the double-precision solver: share of unequal codes, and relative difference of
/// the loss.
std::vector<CheckRow> checkSolvers(Device device, JobContext& context, ThreadPool& pool);
/// Logits of the model in `folder` against the reference in double precision on the CPU: max |difference| / max |logit|.
std::vector<CheckRow> checkForward(const std::string& folder, Device device, JobContext& context, ThreadPool& pool);

}  // namespace qs::cli
