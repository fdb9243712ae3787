// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "export/exporter.h"

namespace qs {

/// A Hugging Face directory: the run's linears as float32 Ŵ, every other tensor byte by byte as the original stores it (from GGUF: block
/// formats as float32), config.json with dtype float32, tokenizer and generation files copied; in shards of at most 4 GB.
/// One linear in memory at a time. Source of the layout: huggingface.co/docs/safetensors, huggingface_hub "weight_map" index.
ExportSummary exportDequantized(const ExportRequest& request, JobContext& context);

}  // namespace qs
