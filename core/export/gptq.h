// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <string>

#include "export/exporter.h"
#include "export/linear_format.h"

namespace qs {

/// GPTQ with checkpoint_format "gptq", which stores zero points minus one.
ExportSummary exportGptq(const ExportRequest& request, JobContext& context);
/// GPTQ with checkpoint_format "gptq_v2", which stores them as they are.
ExportSummary exportGptqV2(const ExportRequest& request, JobContext& context);

/// Version 1 or 2; `options` of the run, for what the file tells about its making.
std::unique_ptr<LinearFormat> gptqFormat(int version, std::map<std::string, std::string> options);

}  // namespace qs
