// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/json_part.h"

#include <algorithm>

#include "base/error.h"

namespace qs {

void JsonPart::fail(const std::string& what) const { throw Error(m_place + ": " + what); }

std::optional<JsonPart> JsonPart::find(const std::string& key) const {
    if (!m_value->is_object()) fail("is not an object");
    const auto found = m_value->find(key);
    if (found == m_value->end() || found->is_null()) return std::nullopt;
    return JsonPart(*found, m_place.empty() ? key : m_place + "." + key);
}

JsonPart JsonPart::at(const std::string& key) const {
    auto part = find(key);
    if (!part) fail("the key '" + key + "' is missing");
    return *part;
}

std::vector<JsonPart> JsonPart::list(const std::string& key) const {
    const JsonPart array = at(key);
    if (!array.value().is_array()) array.fail("is not a list");
    if (std::count(m_place.begin(), m_place.end(), '[') > 16) fail("is nested too deeply");
    std::vector<JsonPart> parts;
    for (std::size_t i = 0; i < array.value().size(); ++i)
        parts.emplace_back(array.value()[i], array.place() + "[" + std::to_string(i) + "]");
    return parts;
}

std::string JsonPart::asText() const {
    if (!m_value->is_string()) fail("is not a text");
    return m_value->get<std::string>();
}

std::int64_t JsonPart::asInteger() const {
    if (!m_value->is_number_integer()) fail("is not a whole number");
    return m_value->get<std::int64_t>();
}

std::string JsonPart::text(const std::string& key) const { return at(key).asText(); }

std::string JsonPart::text(const std::string& key, const std::string& otherwise) const {
    const auto part = find(key);
    return part ? part->asText() : otherwise;
}

bool JsonPart::flag(const std::string& key, bool otherwise) const {
    const auto part = find(key);
    if (!part) return otherwise;
    if (!part->value().is_boolean()) part->fail("is not true or false");
    return part->value().get<bool>();
}

std::int64_t JsonPart::integer(const std::string& key) const { return at(key).asInteger(); }

std::string JsonPart::type() const { return text("type"); }

}  // namespace qs
