// SPDX-License-Identifier: GPL-3.0-or-later
// Qwen 2 and 2.5: bias on q, k, v; a window, if switched on, in the layers from max_window_layers on.
// Source: arXiv 2407.10671; keys as in transformers' Qwen2Config.
#include "model/arch/qwen_window.h"

namespace qs {

ModelSpec qwen2Spec(const ArchitectureInput& input) {
    DecoderTraits traits;
    traits.queryKeyValueBias = true;
    traits.defaultKeyValueHeads = 32;
    traits.defaultMaxPositions = 32768;
    traits.window = qwenWindow(input.config);
    return decoderSpec(input, traits);
}

}  // namespace qs
