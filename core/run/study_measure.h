// SPDX-License-Identifier: GPL-3.0-or-later
// One cell of a study: its quantization and its perplexities, each kept as soon as it is there.
#pragma once

#include <functional>
#include <memory>

#include "base/job.h"
#include "run/job_share.h"
#include "run/study_ground.h"

namespace qs {

/// The cell's run, made, resumed or found, as a result without perplexities that are not measured yet. `chain` may be null.
StudyResult quantizeCell(const StudyGround& ground, std::size_t i, const std::shared_ptr<UntouchedChain>& chain, int member,
                         JobContext& context);

/// Measures what is missing; `begin` is called before every perplexity. Throws Error(Stopped) between two of them if the job is to end.
void measureCell(const StudyGround& ground, std::size_t i, StudyResult& result, JobContext& context,
                 const std::function<void(const StudyPerplexity&)>& begin);

/// Perplexity of the model itself.
StudyMeasure measureModel(const StudyGround& ground, const StudyPerplexity& p, JobContext& context);

/// Writes the finished cell and removes what was needed on the way.
void finishCell(const StudyGround& ground, std::size_t i, const StudyResult& result);

}  // namespace qs
