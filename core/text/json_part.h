// SPDX-License-Identifier: GPL-3.0-or-later
// A part of a tokenizer.json and its place in the file, so that every complaint can name it.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace qs {

using Json = nlohmann::json;

/// Borrows a JSON value. Getters throw Error "PLACE.key: is not …" for a value that is absent or of another kind.
class JsonPart {
  public:
    JsonPart(const Json& value, std::string place) : m_value(&value), m_place(std::move(place)) {}

    const Json& value() const { return *m_value; }
    const std::string& place() const { return m_place; }
    [[noreturn]] void fail(const std::string& what) const;

    /// nullopt if the key is absent or null.
    std::optional<JsonPart> find(const std::string& key) const;
    JsonPart at(const std::string& key) const;
    std::vector<JsonPart> list(const std::string& key) const;
    std::string text(const std::string& key) const;
    std::string text(const std::string& key, const std::string& otherwise) const;
    bool flag(const std::string& key, bool otherwise) const;
    std::int64_t integer(const std::string& key) const;

    /// The key "type"; lists may lie at most 16 deep.
    std::string type() const;

    std::string asText() const;
    std::int64_t asInteger() const;

  private:
    const Json* m_value;
    std::string m_place;
};

}  // namespace qs
