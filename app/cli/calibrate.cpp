// SPDX-License-Identifier: GPL-3.0-or-later
// calibrate MODEL
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/calibration_arguments.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/estimate_text.h"
#include "cli/output.h"
#include "cli/processes.h"
#include "cli/run_summary.h"
#include "run/jobs.h"

namespace qs::cli {
namespace {

class Calibrate : public Command {
  public:
    void describe(Arguments& arguments) override {
        describeCalibration(arguments, m_options.calibration);
        arguments.add(m_options);
        arguments.add(m_estimate);
        arguments.add(m_output);
    }
    bool isSpread() const override { return true; }
    Status run(const Arguments&) override {
        checkCalibration(m_options.calibration, m_options.machine, m_options.out, m_estimate.estimate);
        if (m_estimate.estimate) {
            const Estimate estimate = estimateCalibrate(m_options, processes());
            if (m_output.json) printDocument(estimateJson(estimate));
            else print(estimateText(estimate));
            return kDone;
        }
        runJob(m_output, FirstSignal::AfterPart, [this](JobContext& context) { runCalibrate(m_options, context, processes()); });
        if (!processes().isFirst()) return kDone;
        if (m_output.json) printDocument(runSummaryJson(m_options.out));
        else print(runSummaryText(m_options.out));
        return kDone;
    }

  private:
    CalibrateOptions m_options;
    EstimateOption m_estimate;
    OutputOptions m_output;
};

}  // namespace

std::unique_ptr<Command> makeCalibrate() { return std::make_unique<Calibrate>(); }

}  // namespace qs::cli
