// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/study_place.h"

#include <algorithm>
#include <charconv>

#include "base/error.h"
#include "base/options.h"

namespace qs {

using nlohmann::json;

void Place::wrong(const std::string& message) const {
    throw Error(file + ": " + (path.empty() ? "" : path + ": ") + message, ErrorKind::Usage);
}

void Place::requireObject(const std::vector<std::string>& known) const {
    if (!value.is_object()) wrong("must be an object { … }");
    for (const auto& [key, ignored] : value.items()) {
        if (std::find(known.begin(), known.end(), key) != known.end()) continue;
        const std::string nearest = nearestName(key, known);
        wrong("the field " + key + " is not known" + (nearest.empty() ? "" : "; did you mean " + nearest + "?"));
    }
}

Place Place::required(const std::string& key) const {
    if (!has(key)) wrong("the field " + key + " is missing");
    return at(key);
}

std::vector<Place> Place::list() const {
    if (!value.is_array() || value.empty()) wrong("must be a list with at least one element");
    std::vector<Place> places;
    for (std::size_t i = 0; i < value.size(); ++i) places.push_back(at(i));
    return places;
}

std::string Place::text() const {
    if (!value.is_string()) wrong("must be text in quotation marks");
    return value.get<std::string>();
}

bool Place::flag() const {
    if (!value.is_boolean()) wrong("must be true or false");
    return value.get<bool>();
}

std::int64_t Place::integer(std::int64_t least, std::int64_t most) const {
    if (!value.is_number_integer()) wrong("must be a whole number");
    const bool huge = value.is_number_unsigned() && value.get<std::uint64_t>() > static_cast<std::uint64_t>(most);
    const auto number = huge ? most : value.get<std::int64_t>();
    if (huge || number < least || number > most) wrong("must lie between " + std::to_string(least) + " and " + std::to_string(most));
    return number;
}

std::string Place::optionText() const {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
    if (value.is_number_integer()) return value.dump();
    if (value.is_number()) {
        char digits[40];
        return {digits, std::to_chars(digits, digits + sizeof digits, value.get<double>()).ptr};
    }
    if (!value.is_array()) wrong("must be text, a number, true, false or a list");
    std::vector<std::string> parts;
    for (const Place& element : list()) {
        if (element.value.is_array()) element.wrong("must be text or a number");
        parts.push_back(element.optionText());
    }
    return joinTexts(parts);
}

}  // namespace qs
