// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/config.h"
#include "model/spec.h"

namespace qs {

/// What an architecture reads: the (text part of the) configuration, and how the checkpoint names its tensors.
struct ArchitectureInput {
    const Config& config;
    std::string prefix;                     ///< before "embed_tokens.weight", "layers.0.…", "norm.weight": "model."
    std::string headName;                   ///< of the output head if the checkpoint has one, else empty
    std::vector<std::string>& unsupported;  ///< parts that cannot be computed, one sentence each
};

/// An architecture: its names, and the function that fills in the spec.
struct Architecture {
    const char* modelType;  ///< "model_type" in config.json
    const char* gguf;       ///< "general.architecture" in GGUF files
    /// Throws Error naming the key that is missing or wrong.
    ModelSpec (*spec)(const ArchitectureInput& input);
};

/// Every known architecture.
std::span<const Architecture> architectures();
/// nullptr if unknown.
const Architecture* findArchitecture(const std::string& modelType);
const Architecture* findGgufArchitecture(const std::string& name);
/// "llama, mistral, …" for messages.
std::string architectureNames();

ModelSpec llamaSpec(const ArchitectureInput& input);
ModelSpec mistralSpec(const ArchitectureInput& input);
ModelSpec qwen2Spec(const ArchitectureInput& input);
ModelSpec qwen3Spec(const ArchitectureInput& input);
ModelSpec gemma3Spec(const ArchitectureInput& input);

}  // namespace qs
