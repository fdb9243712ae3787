// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/json_text.h"

#include <set>
#include <vector>

#include "base/error.h"

namespace qs {

using Json = nlohmann::json;

Json parseJson(std::string_view text, const std::string& where) {
    std::vector<std::set<std::string>> keys;
    const auto watch = [&](int, Json::parse_event_t event, Json& value) {
        if (event == Json::parse_event_t::object_start) keys.emplace_back();
        if (event == Json::parse_event_t::object_end) keys.pop_back();
        if (event == Json::parse_event_t::key && !keys.back().insert(value.get_ref<const std::string&>()).second)
            throw Error(where + ": the key '" + value.get_ref<const std::string&>() + "' occurs twice");
        return true;
    };
    try {
        return Json::parse(text, watch);
    } catch (const Json::parse_error& error) {
        throw Error(where + ": is not valid JSON at byte " + std::to_string(error.byte) + "; the file is damaged or incomplete");
    } catch (const Json::exception& error) {
        throw Error(where + ": is not valid JSON: " + error.what());
    }
}

}  // namespace qs
