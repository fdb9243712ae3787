// SPDX-License-Identifier: GPL-3.0-or-later
// A complete Hugging Face directory: weights in shards, index, config.json, tokenizer, generation settings, model card.
#pragma once

#include "export/exporter.h"
#include "export/linear_format.h"

namespace qs {

/// Writes the run in `format` into request.folder: linears of the run as the format stores them, every other tensor byte by byte as the
/// original does (from GGUF: block formats as float32). One linear in memory at a time. Everything is read back: linears by the independent
/// decoder (decoder.h), other tensors byte by byte. Source of the layout: huggingface.co/docs/safetensors, "weight_map" index.
ExportSummary writeDirectory(const ExportRequest& request, const LinearFormat& format, JobContext& context);

/// "RUN.qsrun exported to DIR would need …": refuses before anything is written if the disk is too small.
void requireDisk(const std::filesystem::path& folder, std::size_t bytes);

}  // namespace qs
