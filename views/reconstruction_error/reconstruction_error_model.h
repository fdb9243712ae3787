// SPDX-License-Identifier: GPL-3.0-or-later
// Where the output error sits: one number for every linear and length,
//   e(linear, L) = tr(ΔW S_L ΔWᵀ) / tr(W S_L Wᵀ)
// or, with a baseline run, the ratio e_baseline / e_run: above 1 this run is better (figure 2 of MaCa).
#pragma once

#include <QCoreApplication>
#include <algorithm>
#include <string>
#include <vector>

#include "views/view.h"

namespace qs::reconstruction_error_words {
inline QString text(const char* source) { return QCoreApplication::translate("ReconstructionError", source); }
}  // namespace qs::reconstruction_error_words

namespace qs {

struct ErrorPair {
    std::string linear;
    int block = 0, length = 0, rank = 0;  ///< rank of the length
    double relative = 0, baseline = 0;    ///< baseline: NaN without one
    double value = 0;                     ///< what is drawn: ratio, or relative error
};

struct ReconstructionError {
    QString missing;  ///< why there is nothing, empty if there is
    std::vector<ErrorPair> pairs;
    std::vector<int> lengths;
    bool ratio = false, heldOut = false, heldOutKnown = false;
    int dropped = 0;             ///< pairs without a value: zero error or not in the baseline
    double shareBetter = 0;      ///< of the pairs, ratio > 1
    QString name, baselineName;  ///< of the two runs, without what they have in common
    QString runName, model;
    std::vector<std::string> brushed;  ///< linears that a brush keeps; empty: all
    bool keeps(const ErrorPair& pair) const {
        return brushed.empty() || std::find(brushed.begin(), brushed.end(), pair.linear) != brushed.end();
    }
};

/// Median; NaN of an empty list.
double medianOf(std::vector<double> values);

/// Settings: "text" calibration|held-out.
ReconstructionError reconstructionError(const ViewInput& input);
Chart chartOf(const ReconstructionError& data, const std::string& selectedLinear = {});
ChartTable tableOf(const ReconstructionError& data);
/// Linears with a pair between two places of the horizontal axis of the chart.
std::vector<std::string> linearsBetween(const ReconstructionError& data, double low, double high);
/// The pair whose point lies nearest to a place in the strips; −1 without pairs.
int nearestPair(const ReconstructionError& data, double x, double y);
/// How many pairs stand at a place of the axis, by length: the card at the crosshair. Moves x to the middle of its bin.
QString readout(const ReconstructionError& data, double& x);
Figure reconstructionErrorFigure(const ViewInput& input);

}  // namespace qs
