// SPDX-License-Identifier: GPL-3.0-or-later
// `score`: metrics of given predictions, without a model.
#pragma once

#include <string>
#include <vector>

namespace qs {

struct LabelScores {
    std::string name;  ///< "binary", "macro", "micro", "weighted", or a label
    double precision = 0, recall = 0, f1 = 0;
    int support = -1;  ///< true count of a label
};

struct PairScores {
    std::string metric;
    std::vector<double> perItem;              ///< text metrics
    double mean = 0, standardError = 0;       ///< of them; accuracy and its standard error for labels
    double percent = 0;                       ///< LongBench's: 100 · mean, two digits
    std::vector<std::string> labels;          ///< of labels only, as the rest
    std::vector<std::vector<int>> confusion;  ///< [truth, prediction]
    std::vector<LabelScores> averages, perLabel;
    double mcc = 0;
};

/// Names that scorePairs() takes, for help.
std::vector<std::string> scoreMetrics();

/// `file`: JSON lines {"prediction" (or "pred"), "answers", "all_classes"} for LongBench's metrics and data sets, {"truth", "prediction"}
/// for labels. Throws Error(Usage) for an unknown metric, Error naming file and line for a field that is missing.
PairScores scorePairs(const std::string& metric, const std::string& file);

}  // namespace qs
