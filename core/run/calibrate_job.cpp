// SPDX-License-Identifier: GPL-3.0-or-later
// Calibration alone: the banks of all inputs behind the untouched weights.
#include "run/block_loop.h"
#include "run/estimate.h"
#include "run/idle_options.h"
#include "run/jobs.h"

namespace qs {

void runCalibrate(const CalibrateOptions& options, JobContext& context) {
    Communicator alone;
    runCalibrate(options, context, alone);
}

void runCalibrate(const CalibrateOptions& options, JobContext& context, Communicator& group) {
    CalibrateOptions copy = options;
    BlockJob job{
        "calibrate", options.calibration, options.machine, options.out, options.resume, optionTexts(copy), idleOptions(options), {}, {}};
    job.makeWork = [](const ModelSpec&) { return std::unique_ptr<BlockWork>(); };
    job.forecast = [&](const Session& session, const MachineOptions& machine, const std::vector<int>& calibration,
                       const std::vector<int>& heldOut, int ranks) {
        return estimateFor(session.model->spec(), {options.calibration, machine, nullptr, ranks}, calibration, heldOut, session.threads())
            .total;
    };
    runBlocks(job, context, group);
}

}  // namespace qs
