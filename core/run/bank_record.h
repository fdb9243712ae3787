// SPDX-License-Identifier: GPL-3.0-or-later
// What of a Hessian bank goes into the run file.
#pragma once

#include <vector>

#include "base/job.h"
#include "distribute/communicator.h"
#include "hessian/bank.h"
#include "run/options.h"
#include "run/run_data.h"

namespace qs {

/// Diagonals, traces and halves always; spectra and drift with `spectra`; the full matrices with Keep::Full. Nothing with Keep::None.
/// Spectra are made by the ranks in turn and gathered; only the first rank gets full matrices.
std::vector<BucketRecord> recordsOf(const HessianBank& bank, Keep keep, bool spectra, JobContext& context, ThreadPool& pool,
                                    Communicator& group);

}  // namespace qs
