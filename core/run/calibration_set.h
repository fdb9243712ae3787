// SPDX-License-Identifier: GPL-3.0-or-later
// The calibration and held-out sequences of a job: from text or id lists to sequences with their random halves.
#pragma once

#include <string>
#include <vector>

#include "base/job.h"
#include "distribute/communicator.h"
#include "model/spec.h"
#include "run/options.h"
#include "run/run_data.h"

namespace qs {

struct CalibrationSet {
    std::vector<SequenceRecord> calibration, heldOut;
    std::string fingerprint;                    ///< hash of all sequences and halves
    std::vector<Event> events;                  ///< reused text and the like
    std::vector<std::int64_t> documentLengths;  ///< of the calibration text (run_data.h), on the first rank only; empty for id lists

    std::vector<SequenceRecord> all() const;
};

/// Reads, tokenises and draws (or reads id lists). Throws Error naming file and place: no text, ids outside the vocabulary, sequences
/// longer than the model's positions.
CalibrationSet drawCalibrationSet(const CalibrationOptions& options, const ModelSpec& spec, int threads, JobContext& context);

/// The first rank's set on every rank; its events stay on the first.
CalibrationSet broadcastSet(CalibrationSet set, Communicator& group);

/// Lengths that a draw will have, without reading the text: equal numbers of every length. Id lists are read.
struct ExpectedLengths {
    std::vector<int> calibration, heldOut;
};
ExpectedLengths expectedLengths(const CalibrationOptions& options, const ModelSpec& spec);

std::vector<int> lengthsOf(const std::vector<SequenceRecord>& sequences);

}  // namespace qs
