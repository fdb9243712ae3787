// SPDX-License-Identifier: GPL-3.0-or-later
// From option fields to command-line flags: names, defaults, ranges and help come from the structs' describe() and are not typed again.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/options.h"

namespace qs::cli {

/// An argument without a flag, e.g. MODEL.
struct Positional {
    std::string placeholder;
    std::string help;
    std::string* value = nullptr;
    bool required = true;
};

/// A flag that sets a field to a fixed value, e.g. --symmetric for --scheme sym.
struct Shorthand {
    std::string flag, field, value;
};

/// Everything that one command accepts. Bound to the options given to add(), which must outlive it.
class Arguments {
  public:
    template <class Options>
    void add(Options& options) {
        options.describe(m_options);
    }
    void positional(std::string placeholder, std::string& value, std::string help, bool required = true);
    /// The field is not a flag: a positional argument or the command itself sets it.
    void omit(const std::string& field) { m_omitted.insert(field); }
    void shorthand(std::string flag, std::string field, std::string value);
    /// Another name of a flag.
    void alias(std::string flag, std::string field);
    /// The flag must be given.
    void require(const std::string& field) { m_required.push_back(field); }
    /// At most one of the flags may be given.
    void exclusive(std::vector<std::string> fields) { m_exclusive.push_back(std::move(fields)); }

    /// The first flag means nothing without the second.
    void needs(std::string field, std::string other) { m_needs.emplace_back(std::move(field), std::move(other)); }

    /// Sets the fields. Throws Error(Usage) for unknown flags (with the nearest known name), missing and surplus values, values out of
    /// range.
    void parse(const std::vector<std::string>& words);
    /// True if the user set the field.
    bool given(const std::string& field) const { return m_given.count(field) != 0; }

    std::vector<OptionField> fields() const;  ///< those that are flags, in order
    const std::vector<Positional>& positionals() const { return m_positionals; }
    std::vector<Shorthand> shorthandsOf(const std::string& field) const;
    std::vector<std::string> aliasesOf(const std::string& field) const;
    bool isRequired(const std::string& field) const;

  private:
    std::vector<std::string> flagNames() const;
    void refuseSurplus(std::vector<std::string> words) const;
    void checkCombination() const;

    OptionList m_options;
    std::vector<Positional> m_positionals;
    std::vector<Shorthand> m_shorthands;
    std::vector<std::pair<std::string, std::string>> m_aliases;  // flag, field
    std::vector<std::pair<std::string, std::string>> m_needs;
    std::vector<std::string> m_required;
    std::vector<std::vector<std::string>> m_exclusive;
    std::set<std::string> m_omitted, m_given;
};

}  // namespace qs::cli
