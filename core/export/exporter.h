// SPDX-License-Identifier: GPL-3.0-or-later
// The contract of an exporter, and THE list (exporters.cpp).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/job.h"
#include "export/survey.h"
#include "model/model.h"
#include "run/jobs.h"
#include "run/run_file.h"

namespace qs {

struct ExportRequest {
    const RunFile& run;
    const Model& model;  ///< the original
    const Survey& survey;
    const ExportOptions& options;
    std::filesystem::path folder;  ///< an empty folder that becomes the result once the exporter returns
};

/// One row of THE list.
struct ExporterEntry {
    const char* name;  ///< as --format takes it
    const char* help;
    /// Writes into the folder, re-reads and compares. Throws Error naming file and tensor if a comparison does not hold.
    ExportSummary (*write)(const ExportRequest&, JobContext&);
};
const std::vector<ExporterEntry>& exporters();

}  // namespace qs
