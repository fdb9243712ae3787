// SPDX-License-Identifier: GPL-3.0-or-later
// The weights of a run: its dequantised linears over the model it names.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "model/folding.h"
#include "model/model.h"
#include "quant/quantizer.h"
#include "run/run_data.h"
#include "run/run_file.h"

namespace qs {

/// The record's integers, scales and zeros as the quantizers know them.
QuantizedLinear quantizedOf(const LinearRecord& record);

/// The scales of the inputs of block b that the run has folded (AWQ); none as a rule.
BlockScales scalesOf(const std::vector<TagRecord>& tags, int b);

/// Puts what the quantised linears compute in place of the block's into it: Ŵ of every record, for an input with scales s Ŵ diag(1/s),
/// since the norms and linears before it stay as they are here. Throws Error if a record's shape or name is not the block's.
void replaceLinears(BlockWeights& weights, const BlockSpec& block, const std::vector<LinearRecord>& records, const BlockScales& scales);
/// The original weights of block b with the linears of the run replaced like this: errors and activations in the model's own units.
BlockWeights replacedBlock(const Model& model, const RunFile& run, int b);

/// Block b as the run ships it: scales folded into norms and linears, and Ŵ of its linears. Throws Error if run and model do not fit.
BlockWeights blockOfRun(const Model& model, const RunFile& run, int b);

/// The tensors besides the run's linears that its scales change, by checkpoint name: norms and biases. Empty for most methods.
std::map<std::string, std::vector<float>> foldedTensors(const Model& model, const RunFile& run);

/// The model of a finished quantization: at `moved` if that is not empty, else where the run says. Throws Error with the remedy (--model)
/// if it is not there or its content is not what the run was made from.
std::unique_ptr<Model> modelOfRun(const RunFile& run, const std::string& moved);

/// Opens a run and checks that it is a finished quantization.
std::shared_ptr<const RunFile> openQuantization(const std::string& path);

}  // namespace qs
