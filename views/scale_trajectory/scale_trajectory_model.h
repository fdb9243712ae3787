// SPDX-License-Identifier: GPL-3.0-or-later
// The group scales of a linear through stage 1, the column loop and the sweeps:
//   ratio[step, i] = scale[step, i] / scale[codes, i]      i over out · groups, or over the groups of one row
// drawn as median, middle 50 % and 98 %, and the five that moved most; beside it the loss at every station as a share of the energy.
#pragma once

#include <QCoreApplication>
#include <string>
#include <vector>

#include "views/view.h"

namespace qs::scale_trajectory_words {
inline QString text(const char* source) { return QCoreApplication::translate("ScaleTrajectory", source); }
}  // namespace qs::scale_trajectory_words

namespace qs {

struct ScaleTrajectory {
    struct Mover {
        int row = 0, group = 0;
        std::vector<double> ratio;  ///< by step
    };
    struct Losses {
        QString name;                ///< "stage 1 on"
        std::vector<QString> steps;  ///< "stage 1", "GPTQ", "1", "2"
        std::vector<double> relative;
    };
    QString missing, missingTitle;
    std::vector<std::pair<QString, QString>> remedy;
    int block = -1, row = -1;  ///< row −1: the whole layer
    std::string linear;
    QString model, runName;
    std::vector<QString> steps;  ///< of the scales
    std::vector<double> median, low50, high50, low98, high98;
    std::vector<Mover> movers;
    std::size_t scales = 0, left = 0;  ///< drawn; left out because a scale is not positive
    std::vector<Losses> losses;        ///< of the run, and of the baseline if it has the linear
};

/// Settings: "row" (output channel; −1 or absent: the layer).
ScaleTrajectory scaleTrajectory(const ViewInput& input);
Chart chartOf(const ScaleTrajectory& data);
ChartTable tableOf(const ScaleTrajectory& data);
Figure scaleTrajectoryFigure(const ViewInput& input);
QString readout(const ScaleTrajectory& data, int step);
/// A step on an axis that says "Sweep": "2" of "sweep 2", others as they are.
QString stepTick(const QString& step);

}  // namespace qs
