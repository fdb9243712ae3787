// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "export/exporter.h"

namespace qs {

/// A Hugging Face directory: the run's linears as float32 Ŵ, every other tensor byte by byte as the original stores it (from GGUF: block
/// formats as float32), config.json with dtype float32.
ExportSummary exportDequantized(const ExportRequest& request, JobContext& context);

}  // namespace qs
