// SPDX-License-Identifier: GPL-3.0-or-later
// quantize MODEL
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "cli/arguments.h"
#include "cli/calibration_arguments.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/estimate_text.h"
#include "cli/output.h"
#include "cli/processes.h"
#include "cli/run_summary.h"
#include "hessian/weighting.h"
#include "run/jobs.h"

namespace qs::cli {
namespace {

class Quantize : public Command {
  public:
    void describe(Arguments& arguments) override {
        describeCalibration(arguments, m_options.calibration);
        arguments.add(m_options);
        arguments.add(m_estimate);
        arguments.add(m_output);
        arguments.shorthand("symmetric", "scheme", "sym");
        arguments.shorthand("asymmetric", "scheme", "asym");
        arguments.shorthand("stage1", "search", "hessian");
    }
    bool isSpread() const override { return true; }
    Status run(const Arguments& arguments) override {
        refuseWithoutEffect(arguments);
        checkCalibration(m_options.calibration, m_options.machine, m_options.out, m_estimate.estimate);
        Weighting::parse(m_options.weighting);
        if (m_estimate.estimate) {
            const Estimate estimate = estimateQuantize(m_options, processes());
            if (m_output.json) printDocument(estimateJson(estimate));
            else print(estimateText(estimate));
            return kDone;
        }
        runJob(m_output, FirstSignal::AfterPart, [this](JobContext& context) { runQuantize(m_options, context, processes()); });
        if (!processes().isFirst()) return kDone;
        if (m_output.json) printDocument(runSummaryJson(m_options.out));
        else print(runSummaryText(m_options.out));
        return kDone;
    }

  private:
    void refuseWithoutEffect(const Arguments& arguments) const {
        const QuantSettings& quant = m_options.quant;
        if (arguments.given("sweeps") && quant.refine != Refine::Sweeps)
            throw Error("--sweeps has a meaning only with --refine sweeps", ErrorKind::Usage);
        if (arguments.given("trajectories") && quant.refine == Refine::None && quant.search != SearchKind::Hessian)
            throw Error("--trajectories has a meaning only with --stage1 or --refine", ErrorKind::Usage);
    }

    QuantizeOptions m_options;
    EstimateOption m_estimate;
    OutputOptions m_output;
};

}  // namespace

std::unique_ptr<Command> makeQuantize() { return std::make_unique<Quantize>(); }

}  // namespace qs::cli
