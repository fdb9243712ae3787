// SPDX-License-Identifier: GPL-3.0-or-later
// One column chunk of a Parquet file: pages to levels and values.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <vector>

#include "evaluate/thrift.h"

namespace qs {

enum class ParquetType { Boolean = 0, Int32 = 1, Int64 = 2, Int96 = 3, Float = 4, Double = 5, Bytes = 6, FixedBytes = 7 };

/// What the schema says of a leaf.
struct ParquetLeaf {
    ParquetType type{};
    int maxDefinition = 0, maxRepetition = 0;
};

/// Values as stored: one pair of levels each, and one value where definition = maxDefinition.
struct ParquetColumn {
    std::vector<std::uint8_t> definition, repetition;
    std::vector<nlohmann::json> values;
};

/// Reads the chunk that `metaData` (ColumnMetaData) describes in the file's bytes. Throws Error without naming the file.
ParquetColumn readParquetColumn(std::span<const std::byte> file, const ThriftValue& metaData, const ParquetLeaf& leaf);

}  // namespace qs
