// SPDX-License-Identifier: GPL-3.0-or-later
// Forecast of memory, disk and time before a job starts.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/spec.h"
#include "run/jobs.h"
#include "run/options.h"

namespace qs {

struct EstimateInput {
    const CalibrationOptions& calibration;
    const MachineOptions& machine;
    const QuantizeOptions* quantize;  ///< null for calibrate
    int processes = 1;
};

/// For sequences of these lengths, dealt to the processes: memory of one of them. Memory counts from what the process holds now.
Estimate estimateFor(const ModelSpec& spec, const EstimateInput& input, const std::vector<int>& calibration,
                     const std::vector<int>& heldOut, int threads);

/// Every option of a struct by name, as text.
template <class Options>
std::map<std::string, std::string> optionTexts(Options& options) {
    std::map<std::string, std::string> texts;
    const OptionList list = describeOptions(options);
    for (const OptionField& field : list.fields()) texts[field.name] = field.get();
    return texts;
}

}  // namespace qs
