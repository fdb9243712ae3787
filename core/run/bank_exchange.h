// SPDX-License-Identifier: GPL-3.0-or-later
// The bank of one input over the sequences of all ranks, from the banks that every rank made of its own:
//   S_L = Σ_ranks S_L(rank)      F = the first-token rows of all ranks, in the order of all sequences
// The sums of ranks differ from those of one process by float32 rounding only; everything else is the same.
#pragma once

#include <vector>

#include "distribute/communicator.h"
#include "hessian/bank.h"
#include "run/run_data.h"

namespace qs {

/// `own`: finished bank of the sequences whose rankOf is this rank, in their order; `sequences`: those of all ranks. Every rank gets the
/// whole bank. Throws Error as the communicator does.
HessianBank bankOfAllRanks(HessianBank own, const std::vector<SequenceRecord>& sequences, const std::vector<int>& rankOf,
                           Communicator& group, ThreadPool& pool);

}  // namespace qs
