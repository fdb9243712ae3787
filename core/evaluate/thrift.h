// SPDX-License-Identifier: GPL-3.0-or-later
// The compact protocol of Apache Thrift, as far as Parquet footers and page headers need it. Every length is checked against the bytes
// that are there. Source: thrift/doc/specs/thrift-compact-protocol.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace qs {

/// A struct, list, number, truth value or text; unused members are empty.
struct ThriftValue {
    std::int64_t integer = 0;  ///< of all integer types; 0 or 1 of truth values
    std::string_view text;     ///< into the bytes that were read
    std::vector<ThriftValue> elements;
    std::vector<std::pair<int, ThriftValue>> fields;  ///< by field number

    /// nullptr if the struct has no such field.
    const ThriftValue* find(int field) const;
    /// The integer of a field, or `missing`.
    std::int64_t integerOf(int field, std::int64_t missing = 0) const;
};

/// Reads one struct from the start of `bytes` and says how many it took. Throws Error("damaged …") without naming the file.
std::pair<ThriftValue, std::size_t> readThriftStruct(std::span<const std::byte> bytes);

}  // namespace qs
