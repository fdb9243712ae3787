// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/config.h"

#include <cmath>

#include "base/error.h"

namespace qs {

using Json = nlohmann::json;

void Config::refuse(const std::string& key, const std::string& expected) const {
    if (!mentions(key)) throw Error(m_where + ": the key '" + key + "' is missing; it must be " + expected);
    std::string found = m_values.at(key).dump(-1, ' ', true, Json::error_handler_t::replace);
    if (found.size() > 60) found = found.substr(0, 57) + "...";
    throw Error(m_where + ": '" + key + "' must be " + expected + ", not " + found);
}

int Config::integer(const std::string& key, int minimum, int maximum) const {
    const std::string expected = "a whole number from " + std::to_string(minimum) + " to " + std::to_string(maximum);
    if (!has(key) || !m_values.at(key).is_number_integer()) refuse(key, expected);
    const Json& value = m_values.at(key);
    const bool inside = value.is_number_unsigned() ? value.get<std::uint64_t>() <= static_cast<std::uint64_t>(maximum) : true;
    if (!inside || value.get<std::int64_t>() < minimum || value.get<std::int64_t>() > maximum) refuse(key, expected);
    return value.get<int>();
}

int Config::integerOr(const std::string& key, int fallback, int minimum, int maximum) const {
    return has(key) ? integer(key, minimum, maximum) : fallback;
}

double Config::positive(const std::string& key) const {
    if (!has(key) || !m_values.at(key).is_number()) refuse(key, "a number above 0");
    const double value = m_values.at(key).get<double>();
    if (!(value > 0) || !std::isfinite(value)) refuse(key, "a number above 0");
    return value;
}

double Config::positiveOr(const std::string& key, double fallback) const { return has(key) ? positive(key) : fallback; }

bool Config::flagOr(const std::string& key, bool fallback) const {
    if (!has(key)) return fallback;
    if (!m_values.at(key).is_boolean()) refuse(key, "true or false");
    return m_values.at(key).get<bool>();
}

std::string Config::textOr(const std::string& key, const std::string& fallback) const {
    if (!has(key)) return fallback;
    if (!m_values.at(key).is_string()) refuse(key, "a text");
    return m_values.at(key).get<std::string>();
}

std::optional<std::vector<std::string>> Config::texts(const std::string& key) const {
    if (!has(key)) return std::nullopt;
    if (!m_values.at(key).is_array()) refuse(key, "a list of texts");
    std::vector<std::string> result;
    for (const Json& entry : m_values.at(key)) {
        if (!entry.is_string()) refuse(key, "a list of texts");
        result.push_back(entry.get<std::string>());
    }
    return result;
}

Config Config::object(const std::string& key) const {
    if (!has(key)) return {Json::object(), m_where + ", " + key};
    if (!m_values.at(key).is_object()) refuse(key, "an object");
    return {m_values.at(key), m_where + ", " + key};
}

}  // namespace qs
