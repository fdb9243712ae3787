// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

#include "model/arch/decoder.h"

namespace qs {

/// Window of a block for Qwen 2 and 3: none unless use_sliding_window; then in the layers that layer_types names, or without that list
/// in those from max_window_layers (default 28) on.
inline std::function<int(int block)> qwenWindow(const Config& config) {
    if (!config.flagOr("use_sliding_window", false)) return [](int) { return 0; };
    const int window = config.mentions("sliding_window") ? config.integerOr("sliding_window", 0, 1, 1 << 30) : 4096;
    const int first = config.integerOr("max_window_layers", 28, 0, 1 << 20);
    const auto types = layerTypes(config, [=](int block) { return window > 0 && block >= first; });
    return [=](int block) { return types[static_cast<std::size_t>(block)] == "sliding_attention" ? window : 0; };
}

}  // namespace qs
