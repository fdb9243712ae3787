// SPDX-License-Identifier: GPL-3.0-or-later
// Qwen 3: RMS norm of every query and key head, head_dim given apart. Source: arXiv 2505.09388; keys as in transformers' Qwen3Config.
#include "model/arch/qwen_window.h"

namespace qs {

ModelSpec qwen3Spec(const ArchitectureInput& input) {
    DecoderTraits traits;
    traits.queryKeyValueBias = traits.outputBias = input.config.flagOr("attention_bias", false);
    traits.queryKeyNorm = true;
    traits.defaultKeyValueHeads = 32;
    traits.defaultHeadDim = 128;
    traits.defaultMaxPositions = 32768;
    traits.window = qwenWindow(input.config);
    return decoderSpec(input, traits);
}

}  // namespace qs
