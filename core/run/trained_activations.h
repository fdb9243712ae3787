// SPDX-License-Identifier: GPL-3.0-or-later
// How a training rounded the activations of its model, as its run file says.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/wrapped_executor.h"
#include "qat/quantized_linear.h"
#include "run/run_file.h"

namespace qs {

struct TrainedActivations {
    std::map<std::string, LayerGrid> grids;  ///< by linear; weights are those of the run, so only the input's part is set
    bool attentionOperands = false;          ///< Q, K and V are rounded where attention reads them

    bool rounds() const { return !grids.empty(); }
    /// Rounds around every linear. 0 bits, or a linear that is not in `grids`: nothing is rounded.
    LinearWrapper wrapper() const;
};

/// Without grids for runs of other kinds and trainings in full precision.
TrainedActivations trainedActivations(const RunFile& run);

/// An option of the training that made the run, as text; `otherwise` if the run has none of this name.
std::string trainingOption(const RunFile& run, const std::string& name, const std::string& otherwise);

}  // namespace qs
