// SPDX-License-Identifier: GPL-3.0-or-later
// What of a Hessian bank goes into the run file.
#pragma once

#include <vector>

#include "base/job.h"
#include "hessian/bank.h"
#include "run/options.h"
#include "run/run_data.h"

namespace qs {

/// Diagonals, traces and halves always; spectra and drift with `spectra`; the full matrices with Keep::Full. Nothing with Keep::None.
std::vector<BucketRecord> recordsOf(const HessianBank& bank, Keep keep, bool spectra, JobContext& context, ThreadPool& pool);

}  // namespace qs
