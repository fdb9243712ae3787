// SPDX-License-Identifier: GPL-3.0-or-later
// Llama 2 and 3, SmolLM and their kin. Source: arXiv 2302.13971, 2407.21783; keys as in transformers' LlamaConfig.
#include "model/arch/decoder.h"

namespace qs {

ModelSpec llamaSpec(const ArchitectureInput& input) {
    DecoderTraits traits;
    traits.queryKeyValueBias = traits.outputBias = input.config.flagOr("attention_bias", false);
    traits.mlpBias = input.config.flagOr("mlp_bias", false);
    return decoderSpec(input, traits);
}

}  // namespace qs
