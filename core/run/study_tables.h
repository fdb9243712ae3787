// SPDX-License-Identifier: GPL-3.0-or-later
// What a study says at its end. One row of a table is one cell without its seed: mean ± sample standard deviation over seeds.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "run/study.h"
#include "run/study_results.h"

namespace qs {

struct StudyOutcome {
    const Study& study;
    std::vector<std::optional<StudyResult>> results;  ///< of every cell; none if it failed
    std::vector<std::string> failures;                ///< of every cell; "" if it did not fail
    std::vector<StudyMeasure> fullPrecision;
    std::string model, modelFingerprint;
};

/// Perplexities, errors per length, size and time, ratios, best values of an axis.
std::string studyMarkdown(const StudyOutcome& outcome);
/// One line a cell: labels, seed, every measure of the tables.
std::string studyCsv(const StudyOutcome& outcome);
/// One line a ratio (baseline / cell) of a linear, length and text: what figures of ratios are drawn from. "" without declared ratios.
std::string ratiosCsv(const StudyOutcome& outcome);
/// Everything, results per linear included: comparison.json.
std::string comparisonJson(const StudyOutcome& outcome);

/// The cells that make one row: the same labels, different seeds; in the order of their first cell.
std::vector<std::vector<std::size_t>> rowsOf(const Study& study);

}  // namespace qs
