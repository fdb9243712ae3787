// SPDX-License-Identifier: GPL-3.0-or-later
// What the commands that write a run (calibrate, quantize) have in common: MODEL and text, forecast or work, summary.
#pragma once

#include <functional>
#include <string>

#include "cli/arguments.h"
#include "cli/calibration_arguments.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/estimate_text.h"
#include "cli/paths.h"
#include "run/jobs.h"

namespace qs::cli {

/// A job over a model and its text.
struct RunRequest {
    const CalibrationOptions& calibration;
    const MachineOptions& machine;
    const std::string& out;
    std::function<Estimate()> estimate;
    std::function<void(JobContext&)> run;
};

class RunFront {
  public:
    template <class Options>
    void describe(Arguments& arguments, Options& options) {
        describeCalibration(arguments, options.calibration);
        arguments.add(options);
        arguments.add(m_estimate);
        arguments.add(m_output);
        arguments.add(m_force);
    }

    /// `--estimate`: prints the forecast. Else runs the job and prints its summary, in the first of several processes.
    /// Refuses, before any work, a request that cannot succeed (checkCalibration, checkReplaced).
    Status run(const RunRequest& request) const;

  private:
    EstimateOption m_estimate;
    OutputOptions m_output;
    ForceOption m_force;
};

}  // namespace qs::cli
