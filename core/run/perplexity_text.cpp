// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/perplexity_text.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "text/corpus.h"
#include "text/utf8.h"

namespace qs {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string plainText(const std::string& file) {
    std::string text = readText(file);
    if (const std::size_t bad = firstInvalidUtf8(text); bad < text.size())
        throw Error(file + ": is not UTF-8 text (byte " + std::to_string(bad) + "); convert it first");
    return text;
}

bool isTable(const fs::path& path) { return path.extension() == ".parquet" || path.extension() == ".gz"; }

}  // namespace

std::string fieldOf(const DataSet& data, std::size_t i, const std::string& field) {
    const json& record = data.records[i];
    if (!record.contains(field) || !record[field].is_string())
        throw Error(data.place(i) + " has the fields " + fieldsOf(record) + ", no text '" + field + "'; choose another by --text-field");
    return record[field];
}

std::string perplexityText(const std::vector<std::string>& files, const std::string& textField) {
    std::string text;
    const auto append = [&](const std::string& piece, bool first) { text += (first ? "" : "\n\n") + piece; };
    for (const std::string& file : files) {
        bool first = text.empty();
        if (isTable(file)) {
            const DataSet data = readDataSet(file, Split::Test);
            for (std::size_t i = 0; i < data.records.size(); ++i, first = false) append(fieldOf(data, i, textField), first);
        } else if (fs::is_regular_file(file) && fs::path(file).extension() != ".jsonl") {
            append(plainText(file), first);
        } else {
            for (const Document& document : loadCorpus({file}, {textField})) append(document.text, text.empty());
        }
    }
    return text;
}

}  // namespace qs
