// SPDX-License-Identifier: GPL-3.0-or-later
// What a study keeps of a cell, and its JSON (cells/ID.json and the elements of comparison.json; fields in resources/studies/README.md).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "run/run_file.h"
#include "run/study.h"

namespace qs {

/// Relative output errors of one text: ‖ΔW X‖² / ‖W X‖² of every linear at every length, with and without the first token of the sequences.
struct StudyErrors {
    std::vector<int> lengths;                                 ///< ascending; empty if there is no such text
    std::vector<std::vector<double>> relative, withoutFirst;  ///< [linear][length]
    /// Mean over linears at one length.
    double mean(std::size_t length, bool first) const;
};

struct StudyMeasure {
    std::string text;  ///< name
    int window = 0;
    double value = 0, standardError = 0;
    std::int64_t tokens = 0;
    std::string key;  ///< hash of text, tokens and arithmetic
    double seconds = 0;
};

struct StudyResult {
    std::string fingerprint;  ///< of what it depends on (study_fingerprint.h)
    std::vector<std::string> linears, roles;
    std::vector<double> losses, energies;  ///< Σ (ŵ−w)H(ŵ−w)ᵀ and Σ w H wᵀ of every linear, H as it was solved with
    /// Of every linear, relative: ‖W X̃ − Ŵ X‖² / ‖W X̃‖², X̃ the input in the untouched model. Empty without an untouched chain.
    std::vector<double> asymmetric;
    StudyErrors calibration, heldOut;
    double bytes = 0, bitsPerWeight = 0;  ///< codes, scales and zero points as stored densely
    std::optional<double> seconds;        ///< one core; absent where the run was resumed in between
    PhaseSeconds phases;                  ///< wall time of the blocks; empty in results of earlier versions
    std::vector<Event> events;
    std::vector<StudyMeasure> perplexities;

    const StudyMeasure* find(const std::string& text, int window) const;
};

/// Everything but perplexities, fingerprint and time.
StudyResult resultOf(const RunFile& run, const QuantSettings& settings);

/// The result of a cell whose numbers are those of `result`, made with options that change nothing there.
StudyResult resultFor(const StudyCell& cell, StudyResult result);

nlohmann::json jsonOf(const StudyCell& cell, const StudyResult& result);
nlohmann::json jsonOf(const StudyMeasure& measure);
/// Throws json::exception if fields are missing or of another kind.
StudyMeasure measureFrom(const nlohmann::json& object);
/// Throws Error likewise.
StudyResult resultFrom(const nlohmann::json& object);

}  // namespace qs
