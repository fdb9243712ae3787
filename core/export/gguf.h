// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "export/exporter.h"

namespace qs {

/// One GGUF v3 file: linears of the run as block types, all else in its own type (vectors as float32), metadata and tokenizer.
ExportSummary exportGguf(const ExportRequest& request, JobContext& context);

}  // namespace qs
