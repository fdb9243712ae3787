// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/run_front.h"

#include <nlohmann/json.hpp>

#include "cli/output.h"
#include "cli/processes.h"
#include "cli/run_summary.h"

namespace qs::cli {

Status RunFront::run(const RunRequest& request) const {
    checkCalibration(request.calibration, request.machine, request.out, m_estimate.estimate);
    if (!m_estimate.estimate && processes().isFirst()) checkReplaced(request.out, m_force);
    if (m_estimate.estimate) {
        const Estimate estimate = request.estimate();
        if (m_output.json) printDocument(estimateJson(estimate));
        else print(estimateText(estimate));
        return kDone;
    }
    runJob(m_output, FirstSignal::AfterPart, request.run);
    if (!processes().isFirst()) return kDone;
    if (m_output.json) printDocument(runSummaryJson(request.out));
    else print(runSummaryText(request.out));
    return kDone;
}

}  // namespace qs::cli
