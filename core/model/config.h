// SPDX-License-Identifier: GPL-3.0-or-later
// Checked access to the values of a config.json: every message names file, key, what is allowed and what is there.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace qs {

class Config {
  public:
    /// `where` begins every message: path of the file, and the object inside it.
    Config(nlohmann::json values, std::string where) : m_values(std::move(values)), m_where(std::move(where)) {}

    const std::string& where() const { return m_where; }
    const nlohmann::json& values() const { return m_values; }
    /// Present and not null.
    bool has(const std::string& key) const { return m_values.is_object() && m_values.contains(key) && !m_values.at(key).is_null(); }
    /// In the file at all, be it null: null switches some features off whose default is on.
    bool mentions(const std::string& key) const { return m_values.is_object() && m_values.contains(key); }

    /// A whole number in [minimum, maximum]. Throws Error if it is absent, of another kind or outside.
    int integer(const std::string& key, int minimum, int maximum) const;
    int integerOr(const std::string& key, int fallback, int minimum, int maximum) const;
    /// A finite number > 0. Throws Error as above.
    double positive(const std::string& key) const;
    double positiveOr(const std::string& key, double fallback) const;
    bool flagOr(const std::string& key, bool fallback) const;
    std::string textOr(const std::string& key, const std::string& fallback) const;
    std::optional<std::vector<std::string>> texts(const std::string& key) const;
    /// A nested object; an empty one if the key is absent.
    Config object(const std::string& key) const;

  private:
    [[noreturn]] void refuse(const std::string& key, const std::string& expected) const;

    nlohmann::json m_values;
    std::string m_where;
};

}  // namespace qs
