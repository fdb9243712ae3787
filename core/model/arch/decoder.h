// SPDX-License-Identifier: GPL-3.0-or-later
// What the decoder architectures have in common: keys of config.json, tensor names, the seven linears.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "model/architectures.h"
#include "model/rotary.h"

namespace qs {

/// How an architecture differs from the plain decoder. Defaults are those of the configuration classes in transformers.
struct DecoderTraits {
    bool queryKeyValueBias = false, outputBias = false, mlpBias = false;
    bool queryKeyNorm = false;
    bool postNorms = false;        ///< norms behind attention and MLP too; then the norm before the MLP is pre_feedforward_layernorm
    float normOffset = 0;          ///< of every norm
    bool scaledEmbedding = false;  ///< embedding · sqrt(hidden)
    int defaultHeads = 0, defaultKeyValueHeads = 0;  ///< 0: heads must be given; key-value heads = heads
    int defaultHeadDim = 0;                          ///< 0: hidden / heads
    int defaultVocabulary = 0;                       ///< 0: must be given
    int defaultMaxPositions = 2048;
    const char* activationKey = "hidden_act";
    const char* defaultActivation = "silu";
    bool defaultTied = false;
    double attentionScalar = 0;  ///< attention scale = attentionScalar^(-1/2); 0: head_dim
    std::function<int(int block)> window = [](int) { return 0; };
    std::function<RotaryParameters(int block)> rotary;  ///< empty: the same for every block, theta 10000 unless given
};

/// "full_attention" / "sliding_attention" of every block: `layer_types`, else fallback(block).
/// Throws Error if the list has another length or holds another type.
std::vector<std::string> layerTypes(const Config& config, const std::function<bool(int block)>& slidingByDefault);

/// The spec of the plain decoder with these traits. Throws Error naming the wrong key.
ModelSpec decoderSpec(const ArchitectureInput& input, const DecoderTraits& traits);

}  // namespace qs
