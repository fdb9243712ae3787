// SPDX-License-Identifier: GPL-3.0-or-later
// What the evaluations of the open run (B) and its baseline (A) say: tasks with differences and their errors, items that the two answer
// differently, perplexity by window, loss and divergence along the positions of a window.
//   difference = mean over common items of score_B − score_A; its error is that of the paired differences, p by McNemar's exact test
#pragma once

#include <QCoreApplication>
#include <limits>
#include <string>
#include <vector>

#include "views/view.h"

namespace qs::evaluation_words {
inline QString text(const char* source) { return QCoreApplication::translate("Evaluation", source); }
}  // namespace qs::evaluation_words

namespace qs {

struct Evaluations {
    static constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
    struct Value {
        double value = kUnknown, error = 0;  ///< error: one standard error; 0: not known
        bool known() const { return value == value; }
    };
    /// One metric of one task on one data set.
    struct Row {
        QString task, data, metric;
        Value a, b, difference;  ///< difference is known if both are; its error only if both runs have the items
        double low = kUnknown, high = kUnknown, p = kUnknown;  ///< 95 % of the paired difference
        qint64 items = 0, onlyA = 0, onlyB = 0;                ///< in common, right in A or B alone
        bool main = false;                                     ///< the one that scores of items belong to
        bool share = false;                                    ///< 0 … 1, shown in percent
        bool lowerIsBetter = false;
    };
    struct Item {
        QString task;
        qint64 item = 0;
        double scoreA = kUnknown, scoreB = kUnknown;
        QString question, givenA, givenB, wanted;
    };
    struct Window {
        int window = 0;
        Value a, b;
    };
    struct WindowCurve {
        QString data;
        std::vector<Window> windows;  ///< ascending
    };
    struct PositionCurve {
        QString data;
        int window = 0;
        bool divergence = false;
        std::vector<PositionMean> a, b;  ///< `a` is empty if only B has it
    };

    QString missing;
    bool both = false;
    QString model, nameA, nameB;
    std::string mode;  ///< "tasks", "items", "windows" or "positions"
    std::vector<Row> rows;
    std::vector<Item> items;  ///< with a baseline those that differ in score or answer, else those that are not right; by task
    std::vector<WindowCurve> windows;
    std::vector<PositionCurve> positions;
};

/// Settings: "show" tasks|items|windows|positions. Of evaluations that were repeated the newest counts.
Evaluations evaluations(const ViewInput& input);
Chart chartOf(const Evaluations& data);
ChartTable tableOf(const Evaluations& data);
Figure evaluationFigure(const ViewInput& input);
/// "31.20 ± 3.28" in percent, "24.42 ± 0.31"; a dash if it is not known.
QString valueText(const Evaluations::Value& value, bool share, bool sign = false);

}  // namespace qs
