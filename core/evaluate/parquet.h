// SPDX-License-Identifier: GPL-3.0-or-later
// Parquet files as data sets are served in: any nesting of groups and lists; columns BOOLEAN, INT32, INT64, FLOAT, DOUBLE, BYTE_ARRAY;
// pages of version 1 and 2, PLAIN, RLE or dictionary-encoded; uncompressed, SNAPPY, GZIP or ZSTD. Source: github.com/apache/parquet-format.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

namespace qs {

/// The rows as JSON objects, lists as arrays, texts repaired to UTF-8; at most `limit` (0 = all). Throws Error naming the file and what is
/// damaged or not supported (codec, encoding, type).
std::vector<nlohmann::json> readParquet(const std::filesystem::path& path, std::size_t limit = 0);

}  // namespace qs
