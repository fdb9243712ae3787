// SPDX-License-Identifier: GPL-3.0-or-later
// Comparisons between cells.
//
//   ratio     r = e_baseline / e_cell  of one linear, length and text; share above 1 = how often the cell is better (MaCa's figure 2)
//   optimum   the value of an axis with the least relative error, for every linear and length; all seeds agree by chance with
//             probability Σ_v p_v^seeds, p_v the share of wins of v
#pragma once

#include <string>

#include "run/study_tables.h"

namespace qs {

/// "" without declared ratios (optima).
std::string ratioMarkdown(const StudyOutcome& outcome);
std::string optimaMarkdown(const StudyOutcome& outcome);

}  // namespace qs
