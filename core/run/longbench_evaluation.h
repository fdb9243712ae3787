// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "run/evaluation.h"
#include "run/evaluation_subject.h"

namespace qs {

/// Names of the LongBench data sets.
std::vector<std::string> longBenchTasks();
/// Name of the metric of a LongBench data set: "qa_f1".
std::string longBenchMetric(const std::string& name);

/// Items of a LongBench data set: prompt, greedy answer, score. An item whose prompt does not fit the model even after truncation has no
/// score, and is an event.
std::vector<ItemResult> evaluateLongBench(const std::string& name, const EvaluationOptions& options, const EvaluationSubject& subject,
                                          const std::string& itemsFile, JobContext& context);

}  // namespace qs
