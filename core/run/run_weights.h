// SPDX-License-Identifier: GPL-3.0-or-later
// The weights of a run: its dequantised linears over the model it names.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model/model.h"
#include "quant/quantizer.h"
#include "run/run_data.h"
#include "run/run_file.h"

namespace qs {

/// The record's integers, scales and zeros as the quantizers know them.
QuantizedLinear quantizedOf(const LinearRecord& record);

/// Puts Ŵ of every record into the block. Throws Error if a record's shape or name is not the block's.
void replaceLinears(BlockWeights& weights, const BlockSpec& block, const std::vector<LinearRecord>& records);

/// Weights of block b with the run's linears dequantised. Throws Error if run and model do not fit.
BlockWeights blockOfRun(const Model& model, const RunFile& run, int b);

/// The model of a finished quantization: at `moved` if that is not empty, else where the run says. Throws Error with the remedy (--model)
/// if it is not there or its content is not what the run was made from.
std::unique_ptr<Model> modelOfRun(const RunFile& run, const std::string& moved);

/// Opens a run and checks that it is a finished quantization.
std::shared_ptr<const RunFile> openQuantization(const std::string& path);

}  // namespace qs
