// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/calibration_arguments.h"

#include "base/device.h"
#include "base/error.h"
#include "cli/paths.h"
#include "cli/processes.h"

namespace qs::cli {

void describeCalibration(Arguments& arguments, CalibrationOptions& options) {
    arguments.positional("MODEL", options.model, "Hugging Face directory or GGUF file");
    arguments.omit("model");
    arguments.exclusive({"text", "ids"});
    arguments.needs("held-out-tokens", "held-out");
    arguments.needs("held-out-lengths", "held-out");
}

void checkCalibration(const CalibrationOptions& options, const MachineOptions& machine, const std::string& out, bool estimateOnly) {
    parseDevice(machine.device);
    if (options.text.empty() && options.ids.empty())
        throw Error("no calibration text; give --text FILE… or --ids FILE.json", ErrorKind::Usage);
    if (estimateOnly) return;
    if (out.empty()) throw Error("--out is missing; give --out RUN.qsrun", ErrorKind::Usage);
    if (!processes().isFirst()) return;  // the first writes
    std::vector<std::string> inputs = options.text;
    inputs.insert(inputs.end(), options.heldOutText.begin(), options.heldOutText.end());
    inputs.push_back(options.model);
    inputs.push_back(options.ids);
    checkOutputFile(out, inputs);
}

}  // namespace qs::cli
