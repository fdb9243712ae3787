// SPDX-License-Identifier: GPL-3.0-or-later
// Evaluation data as users have it: JSON lines, the official folders with label files beside the questions, Parquet as Hugging Face serves
// it. Whatever the layout, records come out as JSON objects with the fields of the file.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace qs {

struct DataSet {
    std::string name;                     ///< of the file or folder, for messages and records
    std::vector<nlohmann::json> records;  ///< objects, file order
    /// "FILE: record 3" (from 1, blank lines not counted)
    std::string place(std::size_t record) const { return name + ": record " + std::to_string(record + 1); }
};

/// Which part of a data set a task is scored on, where a folder holds several.
enum class Split { Validation, Test };

/// Reads a file (.jsonl, .json with one list, either of them .gz, .parquet) or the one data set in a folder: files of several splits are
/// told apart by their names ("dev", "val", "test"), shards of one split follow each other. A label file (dev-labels.lst beside dev.jsonl)
/// gives every record the field "label". A BOM, CRLF and blank lines are accepted. At most `limit` records (0 = all). Throws Error naming
/// file and place: missing, not UTF-8, bad JSON, no object, another number of labels than records, several data sets.
DataSet readDataSet(const std::filesystem::path& path, Split split, std::size_t limit = 0);

/// "id, question, answer": the fields of a record, for messages.
std::string fieldsOf(const nlohmann::json& record);

}  // namespace qs
