// SPDX-License-Identifier: GPL-3.0-or-later
// THE list of architectures. A new one: one file in arch/ and one line here.
#include "model/architectures.h"

namespace qs {
namespace {

constexpr Architecture kArchitectures[] = {
    {"llama", "llama", llamaSpec}, {"mistral", nullptr, mistralSpec},     {"qwen2", "qwen2", qwen2Spec},
    {"qwen3", "qwen3", qwen3Spec}, {"gemma3_text", "gemma3", gemma3Spec},
};

}  // namespace

std::span<const Architecture> architectures() { return kArchitectures; }

const Architecture* findArchitecture(const std::string& modelType) {
    for (const Architecture& entry : kArchitectures)
        if (modelType == entry.modelType) return &entry;
    return nullptr;
}

const Architecture* findGgufArchitecture(const std::string& name) {
    for (const Architecture& entry : kArchitectures)
        if (entry.gguf && name == entry.gguf) return &entry;
    return nullptr;
}

std::string architectureNames() {
    std::string names;
    for (const Architecture& entry : kArchitectures) names += (names.empty() ? "" : ", ") + std::string(entry.modelType);
    return names;
}

}  // namespace qs
