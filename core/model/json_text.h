// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace qs {

/// Parses one JSON document. Throws Error beginning with `where` ("config.json of …") and naming byte and cause; a key that
/// occurs twice in one object is refused, since readers disagree about which one counts.
nlohmann::json parseJson(std::string_view text, const std::string& where);

}  // namespace qs
