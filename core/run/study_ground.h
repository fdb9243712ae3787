// SPDX-License-Identifier: GPL-3.0-or-later
// What a study opens before its first cell begins: model, sequences, texts, and the results of earlier calls.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/file_lock.h"
#include "run/calibration_set.h"
#include "run/job_share.h"
#include "run/study.h"
#include "run/study_results.h"
#include "run/study_texts.h"

namespace qs {

/// What cells that calibrate on the same sequences share.
struct StudySequences {
    std::shared_ptr<const CalibrationSet> set;
    std::shared_ptr<FirstBanks> banks = std::make_shared<FirstBanks>();
};

struct StudyGround {
    const StudyOptions& options;
    Study study;
    std::filesystem::path out;
    std::unique_ptr<FileLock> lock = {};  ///< of `out`
    int threads = 1;                      ///< cells at a time
    std::shared_ptr<const Model> model = {};
    std::string fingerprint = {};  ///< of the model
    std::map<std::string, StudySequences> sequences = {};
    std::vector<StudySequences*> sequencesOf = {};  ///< of every cell
    std::vector<std::string> fingerprints = {};     ///< of every cell (study_fingerprint.h)
    std::map<std::string, EvaluationStream> streams = {};
    double memoryBudget = 0;  ///< bytes, for all cells at work

    /// Reads the study and opens everything. Throws Error for whatever would stop a cell later, if `out` holds another study and is not
    /// to be resumed, and if another process is at work there.
    static StudyGround prepare(const StudyOptions& options, JobContext& context);

    const StudyCell& cell(std::size_t i) const { return study.cells[i]; }
    std::filesystem::path cellFile(std::size_t i) const { return out / "cells" / (cell(i).id + ".json"); }
    std::filesystem::path runFile(std::size_t i) const { return out / "runs" / (cell(i).id + ".qsrun"); }
    /// What is measured of a cell that is not complete.
    std::filesystem::path measuredFile(std::size_t i) const { return out / "runs" / (cell(i).id + ".json"); }
    std::filesystem::path fullPrecisionFile() const { return out / "cells" / "full-precision.json"; }

    /// Fingerprint -> file of a finished cell of a study to be reused.
    std::map<std::string, std::filesystem::path> reusable = {};

    /// A result of an earlier call; none if it is of another model, text or version, or damaged: then it is made anew.
    std::optional<StudyResult> storedResult(const std::filesystem::path& file, std::size_t i) const;
    /// The finished result of cell i, of an earlier call or, then written for this study, of another one.
    std::optional<StudyResult> finishedResult(std::size_t i) const;
    std::vector<StudyMeasure> storedFullPrecision() const;
    std::optional<StudyMeasure> measureIn(const std::filesystem::path& file, const StudyPerplexity& p) const;
    /// Hash of what a perplexity depends on besides the weights.
    std::string keyOf(const StudyPerplexity& p) const;
    bool isComplete(const StudyResult& result) const;
    /// One core of the machine, with its share of the memory for activations.
    MachineOptions machineOf(std::size_t i) const;
    std::size_t activationBytes() const;
};

}  // namespace qs
