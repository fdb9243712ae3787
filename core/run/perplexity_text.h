// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "evaluate/data_set.h"

namespace qs {

/// The text of all files as one: plain text byte by byte as it stands (perplexity depends on every blank line); rows of Parquet and gzip
/// files (WikiText-2, C4), documents of JSON lines and folders, and the files, joined by blank lines. Throws Error naming the file.
std::string perplexityText(const std::vector<std::string>& files, const std::string& textField);

/// A text field of record `i`. Throws Error naming the place and the fields that are there.
std::string fieldOf(const DataSet& data, std::size_t i, const std::string& field);

}  // namespace qs
