// SPDX-License-Identifier: GPL-3.0-or-later
// What the cells of a study will take, each on one core: for the order of work, progress and --estimate.
#pragma once

#include <filesystem>
#include <vector>

#include "model/spec.h"
#include "run/study.h"

namespace qs {

struct CellCost {
    double quantizeSeconds = 0, measureSeconds = 0;
    double untouchedSeconds = 0;  ///< of quantizeSeconds: what cells on one chain do once for all
    double memoryBytes = 0;       ///< beside what the process holds
    double diskBytes = 0;         ///< of the run while it is there
    std::vector<std::pair<StudyPerplexity, double>> measures;
    double secondsOf(const StudyPerplexity& p) const;
};

/// Of every cell, in order.
std::vector<CellCost> cellCosts(const Study& study, const ModelSpec& spec, const std::filesystem::path& out);

}  // namespace qs
