// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "export/exporter.h"
#include "export/linear_format.h"

namespace qs {

/// AWQ "gemm", 4 bits.
ExportSummary exportAwq(const ExportRequest& request, JobContext& context);

std::unique_ptr<LinearFormat> awqFormat();

}  // namespace qs
