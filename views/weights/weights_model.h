// SPDX-License-Identifier: GPL-3.0-or-later
// W of the first rows and columns of a linear beside what quantization makes of it:
//   delta    Ŵ − W                              ŵ = scale · (code − zero)
//   codes    0 … 2^bits − 1
//   impact   |Ŵ − W| · √(E[x²] of the channel)  what the change weighs in the output; E[x²] by the mix of the run
// and how often each code is used in the whole linear.
#pragma once

#include <QCoreApplication>
#include <string>
#include <vector>

#include "views/view.h"

namespace qs::weights_words {
inline QString text(const char* source) { return QCoreApplication::translate("Weights", source); }
}  // namespace qs::weights_words

namespace qs {

enum class WeightMap { Delta, Codes, Impact };

struct WeightPicture {
    QString missing;
    WeightMap shown = WeightMap::Delta;
    int block = -1, out = 0, in = 0, bits = 0, groupSize = 0;
    std::string linear;
    QString model, runName;
    std::size_t rows = 0, columns = 0;    ///< of the sample
    std::vector<double> weights, second;  ///< row by row; weights empty where no sample was recorded
    std::vector<double> codeShare;        ///< of the whole linear
    std::vector<double> baselineShare;    ///< of the baseline, if it has the linear with as many bits
    QString baselineName;
    int codesUsed = 0, channel = -1;  ///< channel: selected, −1 none
    bool impactKnown = true;
};

/// Settings: "map" delta|codes|impact.
WeightPicture weightPicture(const ViewInput& input);
Chart chartOf(const WeightPicture& data);
ChartTable tableOf(const WeightPicture& data);
Figure weightsFigure(const ViewInput& input);
/// Card for an input channel.
QString readout(const WeightPicture& data, int channel);

/// The magnitude that a share `q` of the finite values does not exceed; 0 of none.
double magnitudeAt(const std::vector<double>& values, double q);

}  // namespace qs
