// SPDX-License-Identifier: GPL-3.0-or-later
// Two runs side by side: the options that differ first, then metrics with deltas B − A, then the error of one role along the blocks.
// Run A is the baseline, run B the open run. With one run only its options and numbers are shown.
#pragma once

#include <QCoreApplication>
#include <string>
#include <vector>

#include "views/view.h"

namespace qs::compare_words {
inline QString text(const char* source) { return QCoreApplication::translate("Compare", source); }
}  // namespace qs::compare_words

namespace qs {

struct Comparison {
    struct Metric {
        QString section, name;
        double a = 0, b = 0;  ///< NaN: not known
        int decimals = 2;
        bool lowerIsBetter = true;
        bool quality = true;  ///< of the result; false: what it cost
    };
    struct Option {
        QString name, a, b;
    };
    struct BlockError {
        int block = 0;
        double a = 0, b = 0;  ///< relative; NaN: not known
    };
    QString missing;
    bool both = false;
    QString model, nameA, nameB;
    std::vector<Option> options;
    std::vector<Metric> metrics;
    std::vector<BlockError> errors;
    QString role;
    int length = 0, blocks = 0;
    bool all = false;  ///< all options, not only those that differ
};

/// Settings: "options" differences|all.
Comparison comparison(const ViewInput& input);
Chart chartOf(const Comparison& data);
ChartTable tableOf(const Comparison& data);
Figure compareFigure(const ViewInput& input);

}  // namespace qs
