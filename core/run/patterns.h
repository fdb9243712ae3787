// SPDX-License-Identifier: GPL-3.0-or-later
// Which linears are quantized: glob patterns of checkpoint names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/spec.h"

namespace qs {

/// True if the whole of `name` fits `pattern`: * stands for any characters (dots too, also none), ? for exactly one.
bool matchesPattern(std::string_view name, std::string_view pattern);

/// For every block the linears to quantize: those that fit an `include` pattern (all, if there is none) and no `exclude` pattern.
/// Throws Error(Usage) if a pattern fits no linear of the model, or if nothing is left to quantize.
std::vector<std::vector<LinearSpec>> chooseLinears(const ModelSpec& spec, const std::vector<std::string>& include,
                                                   const std::vector<std::string>& exclude);

}  // namespace qs
