// SPDX-License-Identifier: GPL-3.0-or-later
// Where a run came from, and whether another run would come to the same.
#pragma once

#include <string>

#include "base/content_hash.h"
#include "run/block_loop.h"
#include "run/calibration_set.h"

namespace qs {

/// Program, time and processor of a job of this kind that starts now.
Provenance newProvenance(const std::string& kind);

/// Hash of all fields and options of `provenance` that change a number of the result.
ContentHash identityOf(const Provenance& provenance);

/// Provenance of a job that starts now. Its fingerprint covers all that changes a number of the result by more than rounding: not threads,
/// processes, memory or where files lie.
Provenance provenanceOf(const BlockJob& job, const Session& session, const CalibrationSet& set, const std::string& modelFingerprint,
                        int processes);

}  // namespace qs
