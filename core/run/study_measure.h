// SPDX-License-Identifier: GPL-3.0-or-later
// One cell of a study: its quantization and its perplexities, kept as soon as they are there.
#pragma once

#include <memory>
#include <vector>

#include "base/job.h"
#include "run/job_share.h"
#include "run/study_ground.h"

namespace qs {

/// The cell's run, made, resumed or found, as a result without perplexities that are not measured yet. `chain` may be null.
StudyResult quantizeCell(const StudyGround& ground, std::size_t i, const std::shared_ptr<UntouchedChain>& chain, int member,
                         JobContext& context);

/// Measures what is missing, in one pass over the blocks.
void measureCell(const StudyGround& ground, std::size_t i, StudyResult& result, JobContext& context);

/// Perplexities of the model itself.
std::vector<StudyMeasure> measureModel(const StudyGround& ground, const std::vector<StudyPerplexity>& wanted, JobContext& context);

/// Writes the finished cell and removes what was needed on the way.
void finishCell(const StudyGround& ground, std::size_t i, const StudyResult& result);

}  // namespace qs
