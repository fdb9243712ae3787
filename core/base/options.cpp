// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/options.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

#include "base/error.h"

namespace qs {
namespace {

std::string textOf(double value) {
    char buffer[64];
    const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value);
    return {buffer, end};
}

[[noreturn]] void refuse(const std::string& name, std::string_view value, const std::string& allowed) {
    throw Error("--" + name + ": '" + std::string(value) + "' is not allowed; give " + allowed, ErrorKind::Usage);
}

std::string rangeText(const OptionField& field, const char* what) {
    return std::string(what) + " from " + textOf(field.minimum) + " to " + textOf(field.maximum);
}

template <class T>
T parseNumber(const OptionField& field, std::string_view text, const char* what) {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc() && end == text.data() + text.size() && !text.empty();
    if (!whole || !std::isfinite(static_cast<double>(value)) || static_cast<double>(value) < field.minimum ||
        static_cast<double>(value) > field.maximum)
        refuse(field.name, text, rangeText(field, what));
    return value;
}

std::vector<std::string_view> split(std::string_view text) {
    std::vector<std::string_view> parts;
    for (auto comma = text.find(','); comma != text.npos; comma = text.find(',')) {
        parts.push_back(text.substr(0, comma));
        text.remove_prefix(comma + 1);
    }
    parts.push_back(text);
    return parts;
}

/// Inverse of joinTexts.
std::vector<std::string> splitTexts(std::string_view text) {
    std::vector<std::string> parts(text.empty() ? 0 : 1);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escaped = text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == ',' || text[i + 1] == '\\');
        if (escaped) parts.back() += text[++i];
        else if (text[i] == ',') parts.emplace_back();
        else parts.back() += text[i];
    }
    return parts;
}

std::string escapeCommas(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        if (c == ',' || c == '\\') escaped += '\\';
        escaped += c;
    }
    return escaped;
}

template <class Values, class Format>
std::string join(const Values& values, Format format) {
    std::string text;
    for (bool first = true; const auto& value : values) {
        text += (first ? "" : ",") + format(value);
        first = false;
    }
    return text;
}

std::size_t editDistance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t change = diagonal + (a[i] != b[j]);
            diagonal = row[j + 1];
            row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, change});
        }
    }
    return row.back();
}

OptionField number(std::string name, OptionKind kind, double minimum, double maximum, std::string unit, std::string help) {
    OptionField field;
    field.name = std::move(name);
    field.kind = kind;
    field.minimum = minimum;
    field.maximum = maximum;
    field.unit = std::move(unit);
    field.help = std::move(help);
    return field;
}

}  // namespace

std::string joinTexts(std::span<const std::string> texts) { return join(texts, escapeCommas); }

std::string nearestName(std::string_view name, std::span<const std::string> candidates) {
    std::string nearest;
    std::size_t best = std::max<std::size_t>(2, name.size() / 2) + 1;
    for (const std::string& candidate : candidates) {
        const std::size_t distance = candidate.starts_with(name) && name.size() > 1 ? 1 : editDistance(candidate, name);
        if (distance >= best) continue;
        best = distance;
        nearest = candidate;
    }
    return nearest;
}

void OptionList::add(OptionField field) {
    field.group = m_group;
    field.defaultText = field.get();
    m_fields.push_back(std::move(field));
}

void OptionList::flag(std::string name, bool& value, std::string help) {
    OptionField field = number(std::move(name), OptionKind::Flag, 0, 1, "", std::move(help));
    field.get = [&value] { return std::string(value ? "true" : "false"); };
    field.set = [&value, n = field.name](std::string_view text) {
        if (text == "true" || text == "1" || text == "yes" || text == "on") value = true;
        else if (text == "false" || text == "0" || text == "no" || text == "off") value = false;
        else refuse(n, text, "true or false");
    };
    add(std::move(field));
}

void OptionList::integer(std::string name, int& value, int minimum, int maximum, std::string unit, std::string help) {
    OptionField field = number(std::move(name), OptionKind::Integer, minimum, maximum, std::move(unit), std::move(help));
    field.get = [&value] { return std::to_string(value); };
    field.set = [&value, field](std::string_view text) { value = parseNumber<int>(field, text, "a whole number"); };
    add(std::move(field));
}

void OptionList::integer(std::string name, std::int64_t& value, std::int64_t minimum, std::int64_t maximum, std::string unit,
                         std::string help) {
    OptionField field = number(std::move(name), OptionKind::Integer, static_cast<double>(minimum), static_cast<double>(maximum),
                               std::move(unit), std::move(help));
    field.get = [&value] { return std::to_string(value); };
    field.set = [&value, field](std::string_view text) { value = parseNumber<std::int64_t>(field, text, "a whole number"); };
    add(std::move(field));
}

void OptionList::real(std::string name, double& value, double minimum, double maximum, std::string unit, std::string help) {
    OptionField field = number(std::move(name), OptionKind::Real, minimum, maximum, std::move(unit), std::move(help));
    field.get = [&value] { return textOf(value); };
    field.set = [&value, field](std::string_view text) { value = parseNumber<double>(field, text, "a number"); };
    add(std::move(field));
}

void OptionList::text(std::string name, std::string& value, std::string help) {
    OptionField field = number(std::move(name), OptionKind::Text, 0, 0, "", std::move(help));
    field.get = [&value] { return value; };
    field.set = [&value](std::string_view text) { value = text; };
    add(std::move(field));
}

void OptionList::texts(std::string name, std::vector<std::string>& values, std::string help) {
    OptionField field = number(std::move(name), OptionKind::TextList, 0, 0, "", std::move(help));
    field.get = [&values] { return joinTexts(values); };
    field.set = [&values](std::string_view text) { values = splitTexts(text); };
    add(std::move(field));
}

void OptionList::integers(std::string name, std::vector<int>& values, int minimum, int maximum, std::string unit, std::string help) {
    OptionField field = number(std::move(name), OptionKind::IntegerList, minimum, maximum, std::move(unit), std::move(help));
    field.get = [&values] { return join(values, [](int v) { return std::to_string(v); }); };
    field.set = [&values, field](std::string_view text) {
        std::vector<int> parsed;
        for (const auto part : split(text)) parsed.push_back(parseNumber<int>(field, part, "whole numbers, separated by commas,"));
        if (parsed.empty()) refuse(field.name, text, "at least one number");
        values = std::move(parsed);
    };
    add(std::move(field));
}

void OptionList::addChoice(std::string name, std::vector<std::string> choices, std::string help, std::function<std::string()> get,
                           std::function<void(std::string_view)> store) {
    OptionField field = number(std::move(name), OptionKind::Choice, 0, 0, "", std::move(help));
    field.choices = std::move(choices);
    field.get = std::move(get);
    field.set = [store = std::move(store), n = field.name, allowed = field.choices](std::string_view text) {
        if (std::find(allowed.begin(), allowed.end(), text) == allowed.end())
            refuse(n, text, "one of " + join(allowed, [](const std::string& v) { return v; }));
        store(text);
    };
    add(std::move(field));
}

const OptionField* OptionList::find(std::string_view name) const {
    const auto found = std::find_if(m_fields.begin(), m_fields.end(), [&](const OptionField& f) { return f.name == name; });
    return found == m_fields.end() ? nullptr : &*found;
}

void OptionList::set(std::string_view name, std::string_view value) const {
    if (const OptionField* field = find(name)) return field->set(value);
    std::vector<std::string> names;
    for (const OptionField& field : m_fields) names.push_back(field.name);
    const std::string nearest = nearestName(name, names);
    const std::string hint = nearest.empty() ? "" : "; did you mean --" + nearest + "?";
    throw Error("--" + std::string(name) + " is not an option" + hint, ErrorKind::Usage);
}

}  // namespace qs
