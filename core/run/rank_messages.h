// SPDX-License-Identifier: GPL-3.0-or-later
// What the ranks of a job tell each other besides banks. All ranks call each function; all throw as the communicator does.
#pragma once

#include <vector>

#include "base/job.h"
#include "distribute/communicator.h"
#include "hessian/errors.h"
#include "quant/quantizer.h"
#include "run/run_data.h"

namespace qs {

/// The first rank's number.
int broadcastNumber(int value, Communicator& group);
/// The greatest of the ranks' numbers.
double greatestOf(double value, Communicator& group);

/// Takes the events of all ranks' contexts. On the first rank, what only others met is passed on to its observer, with the process named;
/// other ranks get an empty list.
std::vector<Event> eventsOfAllRanks(JobContext& context, Communicator& group);

/// The first rank's part: what its dequantised weights follow from, not losses, errors and banks.
BlockPart broadcastPart(BlockPart part, Communicator& group);

/// A linear solved for some of its rows: result, and errors[bank][bucket] of these rows. Losses and errors of shares add up.
struct LinearShare {
    SolveResult result;
    std::vector<std::vector<BucketError>> errors;
};
/// The whole linear from the shares of all ranks, whose rows follow each other by rank; the first rank has rows, others may have none.
LinearShare gatherShares(LinearShare own, Communicator& group);

}  // namespace qs
