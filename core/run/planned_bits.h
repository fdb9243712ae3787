// SPDX-License-Identifier: GPL-3.0-or-later
// Quantizing by a bit plan: the widths come from a file, or from errors that a first pass over the untouched model measures, in one job.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "distribute/communicator.h"
#include "model/spec.h"
#include "run/options.h"
#include "run/run_data.h"

namespace qs {

struct JobShare;

struct PlannedBits {
    std::map<std::string, int> bits;  ///< of linears; those that are not named get --bits
    std::optional<BitPlanRecord> plan;
    std::optional<BitErrors> errors;  ///< what it was made from, on the first rank
};

/// Throws Error(Usage) if the plan names a linear that the model does not have.
void requireKnown(const PlannedBits& planned, const ModelSpec& spec);

/// The errors of one block.
BitErrors errorsOfBlock(const BitErrors& errors, int block);

/// The main job with the widths decided (quantize_job.cpp); `share`: what jobs beside it have computed.
void quantizeBlocks(const QuantizeOptions& options, const PlannedBits& planned, JobContext& context, Communicator& group,
                    const JobShare* share = nullptr);

}  // namespace qs
