// SPDX-License-Identifier: GPL-3.0-or-later
// Options described once. A struct keeps its defaults in member initialisers and names every field in one function
// `void describe(OptionList&)`; command line, form, run file, help and the generated reference read the list.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace qs {

enum class OptionKind { Flag, Integer, Real, Choice, Text, IntegerList, TextList };

/// One option bound to a member of a struct that must outlive the list.
struct OptionField {
    std::string name;  ///< kebab-case, without dashes: "group-size"
    OptionKind kind = OptionKind::Text;
    std::string unit;                  ///< "bits", "tokens", "MiB"; empty if none
    std::string help;                  ///< one sentence
    std::string group;                 ///< heading in form and help, e.g. "Grid"
    double minimum = 0, maximum = 0;   ///< inclusive range of Integer, Real and the elements of IntegerList
    std::vector<std::string> choices;  ///< of Choice
    std::string defaultText;           ///< value when the list was made

    /// The value as text: "true", "4", "0.01", "gptq", "256,512".
    std::function<std::string()> get;
    /// Parses and stores. Throws Error(Usage) naming the option, the value and what is allowed; nothing is stored then.
    std::function<void(std::string_view)> set;
};

/// Names of the values of an enum; specialise for every enum that is an option.
/// `static constexpr std::pair<E, const char*> values[] = {{E::A, "a"}, …};`
template <class E>
struct EnumNames;

template <class E>
const char* nameOfEnum(E value) {
    for (const auto& [v, name] : EnumNames<E>::values)
        if (v == value) return name;
    return "?";
}

/// Collects the fields of one or more option structs.
class OptionList {
  public:
    /// Heading for the fields that follow.
    void group(std::string heading) { m_group = std::move(heading); }

    void flag(std::string name, bool& value, std::string help);
    void integer(std::string name, int& value, int minimum, int maximum, std::string unit, std::string help);
    void integer(std::string name, std::int64_t& value, std::int64_t minimum, std::int64_t maximum, std::string unit, std::string help);
    void real(std::string name, double& value, double minimum, double maximum, std::string unit, std::string help);
    void text(std::string name, std::string& value, std::string help);
    void texts(std::string name, std::vector<std::string>& values, std::string help);
    void integers(std::string name, std::vector<int>& values, int minimum, int maximum, std::string unit, std::string help);

    template <class E>
    void choice(std::string name, E& value, std::string help) {
        std::vector<std::string> names;
        for (const auto& entry : EnumNames<E>::values) names.emplace_back(entry.second);
        addChoice(
            std::move(name), std::move(names), std::move(help), [&value] { return std::string(nameOfEnum(value)); },
            [&value](std::string_view text) {
                for (const auto& [v, n] : EnumNames<E>::values)
                    if (text == n) value = v;
            });
    }

    const std::vector<OptionField>& fields() const { return m_fields; }
    /// nullptr if there is no such field.
    const OptionField* find(std::string_view name) const;
    /// Sets one field; throws Error(Usage) if the name is unknown (with the nearest known name) or the value is refused.
    void set(std::string_view name, std::string_view value) const;

  private:
    void add(OptionField field);
    void addChoice(std::string name, std::vector<std::string> choices, std::string help, std::function<std::string()> get,
                   std::function<void(std::string_view)> store);

    std::string m_group;
    std::vector<OptionField> m_fields;
};

/// The text form of a TextList: elements joined by commas; a comma or backslash inside an element (file names) gets a backslash in front.
std::string joinTexts(std::span<const std::string> texts);

/// The candidate that is most like `name` (edit distance), or "" if none is near enough to be meant.
std::string nearestName(std::string_view name, std::span<const std::string> candidates);

/// The fields of `options`, bound to it.
template <class Options>
OptionList describeOptions(Options& options) {
    OptionList list;
    options.describe(list);
    return list;
}

}  // namespace qs
