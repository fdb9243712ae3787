// SPDX-License-Identifier: GPL-3.0-or-later
// What-if on the selected linear: the diagonal under the mix of the chips, and the error of every length when the linear is solved again
// with that mix and other bits, groups, damping or method (run/trial_layer.h). The run's own errors stay as a ghost.
#pragma once

#include <optional>

#include "run/trial_layer.h"
#include "views/hessian_diagonal/hessian_diagonal_model.h"

namespace qs {

struct LengthTuner {
    HessianDiagonal diagonal;
    std::string linear;
    std::vector<LengthError> run;  ///< as the run solved it
    double runBits = 0;
    std::optional<TrialResult> trial;  ///< none: not solved yet, or it cannot be
    QString obstacle;                  ///< why it cannot be solved again, with the remedy
    bool pending = false;              ///< a newer trial is being solved
};

/// Settings: those of the Hessian diagonal, and "try" {option: text} with bits, group-size, damp, method, search, refine.
LengthTuner lengthTuner(const ViewInput& input);
/// What the settings ask to be solved. Throws Error for a value that is refused.
TrialSettings trialOf(const ViewInput& input);
/// Options of the next run that give this mix and these tries to all linears.
std::vector<std::pair<QString, QString>> optionsOf(const ViewInput& input);
Chart chartOf(const LengthTuner& data);
ChartTable tableOf(const LengthTuner& data);
/// Solves at once if the run kept its bank and its model is there.
Figure lengthTunerFigure(const ViewInput& input);

}  // namespace qs
