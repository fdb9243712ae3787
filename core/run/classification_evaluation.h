// SPDX-License-Identifier: GPL-3.0-or-later
// `evaluate --task classification`: classifiers that `train` wrote, on texts with labels.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "run/evaluation.h"
#include "run/evaluation_subject.h"

namespace qs {

inline constexpr const char* kClassificationTask = "classification";

/// An item for every text: true and predicted class. `itemsFile` empty: not written. Throws Error if the model is no such classifier, or a
/// label is none of its classes.
std::vector<ItemResult> evaluateClassification(const EvaluationOptions& options, const EvaluationSubject& subject,
                                               const std::string& itemsFile, JobContext& context);

/// accuracy, and precision, recall and F1 as means over classes, with standard errors (evaluate/classification_metrics.h).
std::map<std::string, std::pair<double, double>> classificationMetrics(const std::vector<ItemResult>& items, std::int64_t seed);

}  // namespace qs
