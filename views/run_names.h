// SPDX-License-Identifier: GPL-3.0-or-later
// Short names for people: of a run, a linear, a model, a weighting.
#pragma once

#include <QString>
#include <string>
#include <vector>

#include "run/run_file.h"

namespace qs {

/// "MaCa, 3 bit, g64", "GPTQ, 2 bit, per channel", "RTN, 4 bit, g128"; a calibration is "Calibration".
QString runName(const RunFile& run);
/// "MaCa", "token-weighted", "512 tokens only", "own mix".
QString weightingName(const std::string& weighting);
/// The last part of a checkpoint name: "model.layers.3.mlp.down_proj" -> "down_proj".
QString linearName(const std::string& name);
/// Of what several linears share, by its tag: "q k v input", "o input", "gate up input", "down input".
QString inputTitle(const std::string& tag);
/// "block 3 · down_proj", "block 3 · attention".
QString placeName(int block, const QString& what);
/// The last part of the model path.
QString modelName(const RunFile& run);
/// An option of the run, or `otherwise`.
std::string optionOf(const RunFile& run, const std::string& name, const std::string& otherwise = {});
/// All lengths of the bank, ascending; the position is the rank that decides colour and marker.
std::vector<int> lengthsOf(const RunFile& run);
/// "24 sequences, 6 per length"; of the calibration text.
QString sequencesText(const RunFile& run);

}  // namespace qs
