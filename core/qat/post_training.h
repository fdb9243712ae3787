// SPDX-License-Identifier: GPL-3.0-or-later
// The baseline of quantization-aware training: a model trained in full precision and rounded afterwards.
#pragma once

#include <vector>

#include "qat/batch_source.h"
#include "qat/quantized_linear.h"
#include "qat/trainable_model.h"

namespace qs {

/// Grids of `bits[l]` bits for every layer of the model as it is now: round to nearest with Δ_W = max|W| / m, and for activations
/// Δ_A = R / m with R the mean over `batches` batches of the source (from number 0) of max|A|, m = 2^(b−1) − 1. The ranges are taken in
/// full precision, as calibration data give them; 0 batches leave activations on their own ranges. Channels and tokens have ranges of their
/// own where the settings say so.
std::vector<LayerGrid> postTrainingGrids(const TrainableModel& model, const std::vector<int>& bits, const QatSettings& settings,
                                         BatchSource& source, int batches);

}  // namespace qs
