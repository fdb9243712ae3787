// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/corpus.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/error.h"
#include "base/file.h"
#include "text/utf8.h"

namespace qs {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

bool isBlank(std::string_view line) { return line.find_first_not_of(" \t\r") == std::string_view::npos; }

/// Calls line(text without its end, number from 1) for every line.
template <class F>
void eachLine(std::string_view text, const F& line) {
    std::size_t number = 1;
    for (std::size_t start = 0; start < text.size(); ++number) {
        const std::size_t end = std::min(text.find('\n', start), text.size());
        line(text.substr(start, end - start), number);
        start = end + 1;
    }
}

/// The file as UTF-8 without byte order mark, lines ended by "\n".
std::string readUtf8(const fs::path& path) {
    std::string text = readText(path);
    if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
    if (const std::size_t bad = firstInvalidUtf8(text); bad != text.size()) {
        const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(bad), '\n');
        throw Error(path.string() + ": line " + std::to_string(line) + " is not UTF-8 (byte " + std::to_string(bad) +
                    "); convert the file to UTF-8");
    }
    if (text.find("\r\n") != std::string::npos) {
        std::size_t out = 0;
        for (std::size_t i = 0; i < text.size(); ++i)
            if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n') text[out++] = text[i];
        text.resize(out);
    }
    return text;
}

void readPlain(const fs::path& path, std::vector<Document>& documents) {
    const std::string text = readUtf8(path);
    std::string current;
    std::size_t blanks = 0, count = 0;
    const auto finish = [&] {
        if (!current.empty()) documents.push_back({path.filename().string() + ", document " + std::to_string(++count), std::move(current)});
        current.clear();
    };
    eachLine(text, [&](std::string_view line, std::size_t) {
        if (isBlank(line)) {
            ++blanks;
            return;
        }
        if (blanks >= 2) finish();
        if (!current.empty()) current.append(blanks == 1 ? "\n\n" : "\n");
        current += line;
        blanks = 0;
    });
    finish();
}

void readJsonLines(const fs::path& path, const std::string& field, std::vector<Document>& documents) {
    const std::string text = readUtf8(path);
    eachLine(text, [&](std::string_view line, std::size_t number) {
        if (isBlank(line)) return;
        const std::string place = path.string() + ": line " + std::to_string(number);
        const Json json = Json::parse(line, nullptr, false);
        if (json.is_discarded()) throw Error(place + " is not valid JSON; every line must hold one object");
        if (!json.is_object()) throw Error(place + " is not a JSON object");
        const auto found = json.find(field);
        if (found == json.end()) throw Error(place + " has no field '" + field + "'; choose another field");
        if (!found->is_string()) throw Error(place + ": the field '" + field + "' is not a text");
        auto value = found->get<std::string>();
        if (!isBlank(value)) documents.push_back({path.filename().string() + ", line " + std::to_string(number), std::move(value)});
    });
}

void readFile(const fs::path& path, const CorpusOptions& options, std::vector<Document>& documents) {
    if (path.extension() == ".jsonl") readJsonLines(path, options.field, documents);
    else readPlain(path, documents);
}

/// All .txt and .jsonl files below `folder`, by path.
std::vector<fs::path> filesBelow(const fs::path& folder) {
    std::vector<fs::path> files;
    try {
        for (const auto& entry : fs::recursive_directory_iterator(folder))
            if (entry.is_regular_file() && (entry.path().extension() == ".txt" || entry.path().extension() == ".jsonl"))
                files.push_back(entry.path());
    } catch (const fs::filesystem_error& error) {
        throw Error(folder.string() + ": cannot be read: " + error.code().message());
    }
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace

std::vector<Document> loadCorpus(const std::vector<std::string>& paths, const CorpusOptions& options) {
    if (paths.empty()) throw Error("no text is given; name .txt or .jsonl files or folders");
    std::vector<Document> documents;
    for (const std::string& path : paths) {
        const std::size_t before = documents.size();
        std::error_code ignored;
        if (!fs::exists(path, ignored)) throw Error(path + ": no such file or folder");
        if (fs::is_directory(path)) {
            for (const fs::path& file : filesBelow(path)) readFile(file, options, documents);
        } else {
            readFile(path, options, documents);
        }
        if (documents.size() == before) throw Error(path + ": holds no text" + (fs::is_directory(path) ? " in .txt or .jsonl files" : ""));
    }
    return documents;
}

}  // namespace qs
