// SPDX-License-Identifier: GPL-3.0-or-later
// A value inside a study file and its place, so that every complaint names file and field.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace qs {

/// The file and what it holds must outlive it.
struct Place {
    const nlohmann::json& value;
    std::string file, path;  ///< "grids[0].axes[1].values"

    /// Throws Error(Usage): file, place, message.
    [[noreturn]] void wrong(const std::string& message) const;
    bool has(const std::string& key) const { return value.contains(key); }
    Place at(const std::string& key) const { return {value.at(key), file, path.empty() ? key : path + "." + key}; }
    Place at(std::size_t index) const { return {value.at(index), file, path + "[" + std::to_string(index) + "]"}; }

    // All of these complain unless the value is what they return.
    /// An object with no other fields than these; the nearest known one is proposed.
    void requireObject(const std::vector<std::string>& known) const;
    Place required(const std::string& key) const;
    /// The elements of a list that is not empty.
    std::vector<Place> list() const;
    std::string text() const;
    bool flag() const;
    std::int64_t integer(std::int64_t least, std::int64_t most) const;
    /// As an option reads it: numbers and texts as they are, lists joined by commas.
    std::string optionText() const;
};

}  // namespace qs
