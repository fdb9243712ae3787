// SPDX-License-Identifier: GPL-3.0-or-later
// Files beside the weights: configuration, tokenizer, generation settings.
#pragma once

#include <string>
#include <vector>

#include "export/exporter.h"
#include "export/linear_format.h"

namespace qs {

/// config.json of the original, without any earlier quantization_config; from GGUF made of its metadata.
OrderedJson originalConfig(const Model& model);

/// Tokenizer and generation files in request.folder: copies, or from GGUF made from the metadata if the tokenizer then gives the same ids
/// (else an event says so). Returns their names.
std::vector<std::string> writeCompanions(const ExportRequest& request, JobContext& context);

}  // namespace qs
