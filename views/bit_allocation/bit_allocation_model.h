// SPDX-License-Identifier: GPL-3.0-or-later
// Widths of all linears as a map, their size, and the curve of error over size. What was solved is a number; what is only planned is an
// estimate and looks like one.
#pragma once

#include <QCoreApplication>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "views/bit_allocation/bit_plan.h"
#include "views/view.h"

namespace qs::bit_allocation_words {
inline QString text(const char* source) { return QCoreApplication::translate("BitAllocation", source); }
}  // namespace qs::bit_allocation_words

namespace qs {

/// Where the baseline stands.
struct BitBaseline {
    QString name;
    double averageBits = 0, error = 0;
    bool comparable = false;            ///< its error is measured like that of the run
    std::map<std::string, int> widths;  ///< of every linear, as solved
};

/// What does not change while a budget or a width is dragged.
struct BitGround {
    QString missing;  ///< why there is nothing, empty if there is
    BitPlan plan;     ///< as solved
    std::vector<std::string> roles;
    int blocks = 0;
    std::vector<std::pair<double, double>> curve;  ///< paretoCurve of the plan: takes longer than a frame for hundreds of linears
    std::vector<std::pair<int, std::pair<double, double>>> uniform;  ///< width -> (average bits, error)
    double budget = 0;                                               ///< average bits that a pass which tries widths will plan for; 0: none
    QString model, runName;
    std::optional<BitBaseline> baseline = {};
};
/// Without the curve.
BitGround bitGround(const RunFile* run, const RunFile* baseline);

/// The ground with the plan that the settings make of it.
struct BitAllocation : BitGround {
    std::string selected;
    std::vector<std::string> brushed;
    double handle = 0;  ///< average bits that the budget stands at
    bool low = false;   ///< a low card: the curve beside the map
    /// Index into plan.linears of a place in the map.
    std::optional<std::size_t> linearAt(int row, int block) const;
};

/// Settings: "budget" average bits (absent: as solved), "moves" {linear: steps} by hand on top, "low" true for a low card.
BitAllocation bitAllocation(const ViewInput& input, const BitGround& ground);
BitAllocation bitAllocation(const ViewInput& input);
Chart chartOf(const BitAllocation& data);
ChartTable tableOf(const BitAllocation& data);
Figure bitAllocationFigure(const ViewInput& input);

/// Which panel of the chart is what; in a low card the curve is the panel of a column of its own.
enum BitPanel : std::size_t { BitMapPanel, BitSizePanel, BitCurvePanel };

}  // namespace qs
