// SPDX-License-Identifier: GPL-3.0-or-later
// Calibration and evaluation text: files to documents.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace qs {

struct Document {
    std::string source;  ///< file name and place: "wiki.txt, document 12" or "c4.jsonl, line 7"
    std::string text;    ///< UTF-8
};

struct CorpusOptions {
    std::string field = "text";  ///< of JSON lines
};

/// Documents of .txt files (documents are separated by two or more blank lines), .jsonl files (one document a line, field
/// choosable) and directories (all .txt and .jsonl below, sorted by path). A BOM and CRLF are accepted.
/// Throws Error naming file and line: no such file, not UTF-8, bad JSON, field missing or not text, nothing to read.
std::vector<Document> loadCorpus(const std::vector<std::string>& paths, const CorpusOptions& options);

}  // namespace qs
