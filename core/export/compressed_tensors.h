// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "export/exporter.h"
#include "export/linear_format.h"

namespace qs {

/// compressed-tensors "pack-quantized": X.weight_packed, X.weight_scale, X.weight_shape and, asymmetric, X.weight_zero_point.
ExportSummary exportCompressedTensors(const ExportRequest& request, JobContext& context);

/// Scales in `scaleType`.
std::unique_ptr<LinearFormat> compressedTensorsFormat(DType scaleType);

}  // namespace qs
