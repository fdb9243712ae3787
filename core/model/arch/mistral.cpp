// SPDX-License-Identifier: GPL-3.0-or-later
// Mistral: Llama with a sliding window in every layer (null: none). Source: arXiv 2310.06825; keys as in transformers' MistralConfig.
#include "model/arch/decoder.h"

namespace qs {

ModelSpec mistralSpec(const ArchitectureInput& input) {
    const Config& config = input.config;
    const int window = config.mentions("sliding_window") ? config.integerOr("sliding_window", 0, 1, 1 << 30) : 4096;
    DecoderTraits traits;
    traits.defaultKeyValueHeads = 8;
    traits.defaultMaxPositions = 131072;
    traits.window = [=](int) { return window; };
    return decoderSpec(input, traits);
}

}  // namespace qs
