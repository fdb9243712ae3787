// SPDX-License-Identifier: GPL-3.0-or-later
// What a training leaves: integers of its layers, and a model directory with everything else.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "model/model.h"
#include "qat/quantized_linear.h"
#include "qat/trainable_model.h"
#include "run/run_data.h"

namespace qs {

/// The layers on their grids as integers, a part for every block (without layers in full precision).
std::vector<BlockPart> integerBlocks(const TrainableModel& model, const std::vector<LayerGrid>& grids, const std::string& method);

/// Where the tokenizer of a trained model comes from: a directory, a file, or nowhere (bytes).
struct TokenizerSource {
    std::filesystem::path path;
    std::function<void(const std::filesystem::path& gguf, const std::filesystem::path& folder)> writeOfGguf;  ///< for a .gguf file
};

/// Writes the trained values, before they are rounded, as a Hugging Face directory in float32: config.json of `original`, or `config` for a
/// model from scratch, with the classes as labels; tensors of the original that were not trained; tokenizer files.
void writeTrainedModel(const std::filesystem::path& folder, const TrainableModel& model, const Model* original, const std::string& config,
                       const std::vector<std::string>& classes, const TokenizerSource& tokenizer);

/// The folder of the trained model of a run: RUN.model for RUN.qsrun.
std::filesystem::path trainedModelPath(const std::filesystem::path& run);

}  // namespace qs
