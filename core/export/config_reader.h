// SPDX-License-Identifier: GPL-3.0-or-later
// What a quantization_config says about one module, as loaders understand it. Belongs to the independent decoder.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace qs {

struct ModuleGrid {
    enum class Layout { CompressedTensors, Gptq, Awq } layout{};
    int bits = 0;
    int groupSize = 0;  ///< 0 = per channel
    bool symmetric = false;
    bool scattered = false;  ///< desc_act: groups follow g_idx
    int zeroOffset = 0;      ///< added to stored zero points
};

/// Throws Error if the configuration leaves the module out, names it twice or is of an unknown kind.
ModuleGrid gridOf(const nlohmann::json& quantization, const std::string& module);

}  // namespace qs
