// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "evaluate/choice_tasks.h"
#include "run/evaluation.h"
#include "run/evaluation_subject.h"

namespace qs {

/// Items of a choice task: log-likelihoods and what follows from them. `itemsFile` empty: not written.
std::vector<ItemResult> evaluateChoices(const ChoiceTask& task, const EvaluationOptions& options, const EvaluationSubject& subject,
                                        const std::string& itemsFile, JobContext& context);

}  // namespace qs
