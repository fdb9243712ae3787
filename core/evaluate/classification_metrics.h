// SPDX-License-Identifier: GPL-3.0-or-later
// Metrics of a classifier from pairs of true and predicted label. With c the confusion matrix, rows = truth:
//   precision_k = c_kk / Σ_i c_ik, recall_k = c_kk / Σ_j c_kj, F1_k = 2 P R / (P + R); 0 where a denominator is 0
//   macro: mean over classes; weighted: mean weighted by true counts; micro: from summed counts; binary: class 1 of two
//   MCC = (c s − Σ p_k t_k) / sqrt((s² − Σ p_k²)(s² − Σ t_k²)), c correct, s pairs, p_k predicted and t_k true counts
// Source: Pedregosa et al., scikit-learn, 2011 (definitions); Gorodkin 2004 (MCC for several classes).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace qs {

struct PrecisionRecall {
    double precision = 0, recall = 0, f1 = 0;
};

struct ClassificationReport {
    std::vector<std::string> labels;          ///< ascending; numbers by value
    std::vector<std::vector<int>> confusion;  ///< [truth, prediction]
    std::vector<PrecisionRecall> perClass;
    std::vector<int> support;  ///< true count of each class
    PrecisionRecall macro, micro, weighted;
    bool isBinary = false;   ///< labels are 0 and 1
    PrecisionRecall binary;  ///< of class 1, if isBinary
    double accuracy = 0, mcc = 0;
};

/// Equal lengths, not empty. Labels are all that occur on either side, and `labels` besides.
ClassificationReport classificationReport(const std::vector<std::string>& truth, const std::vector<std::string>& prediction,
                                          const std::vector<std::string>& labels = {});

/// Standard errors of a report: standard deviations over reports of resampled pairs (bootstrap, 1000 draws of as many pairs). A class that
/// no pair of a draw has counts with 0 as ever.
struct ClassificationErrors {
    double accuracy = 0;
    PrecisionRecall macro;
};
ClassificationErrors classificationErrors(const ClassificationReport& report, std::uint64_t seed);

}  // namespace qs
