// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "base/gguf_file.h"

namespace qs {

/// The metadata of a GGUF file in the form of a config.json, so that the architectures read one form only.
/// `modelType` is the config.json name of the architecture. Throws Error naming the key that is missing or not supported.
nlohmann::json configOfGguf(const GgufFile& file, const std::string& modelType);

}  // namespace qs
