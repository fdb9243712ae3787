// SPDX-License-Identifier: GPL-3.0-or-later
// The one implementation of Model: tensors of mapped files under Hugging Face names, and the spec made from a configuration.
#pragma once

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "model/model.h"
#include "model/tensor_format.h"

namespace qs {

/// What the opening functions find; `files` keeps the mappings alive.
struct Checkpoint {
    std::filesystem::path path;
    std::map<std::string, StoredTensor> tensors;
    std::shared_ptr<const void> files;
    nlohmann::json config;     ///< in the form of config.json
    std::string configWhere;   ///< begins messages about it
    std::string architecture;  ///< model_type of the text part
};

Checkpoint openHuggingFace(const std::filesystem::path& directory);
Checkpoint openGguf(const std::filesystem::path& file);

/// Makes the model and checks that every tensor of its spec is there with the right shape and a type of real numbers.
/// Throws Error naming the first that is not.
std::unique_ptr<Model> makeStoredModel(Checkpoint checkpoint);

}  // namespace qs
