// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluate/data_set.h"

#include <algorithm>
#include <cctype>
#include <map>

#include "base/error.h"
#include "base/file.h"
#include "evaluate/gunzip.h"
#include "evaluate/parquet.h"
#include "text/utf8.h"

namespace qs {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

bool isBlank(std::string_view line) { return line.find_first_not_of(" \t\r") == line.npos; }

/// The file as UTF-8 without byte order mark.
std::string utf8Of(const fs::path& path) {
    std::string text = readText(path);
    if (path.extension() == ".gz") text = gunzip(text, path.string());
    if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
    if (const std::size_t bad = firstInvalidUtf8(text); bad < text.size())
        throw Error(path.string() + ": is not UTF-8 (byte " + std::to_string(bad) +
                    "); convert it first, or give a .jsonl or .parquet file");
    return text;
}

template <class F>
void eachLine(std::string_view text, const F& line) {
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        if (!isBlank(text.substr(0, end)) && !line(text.substr(0, end), number)) return;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

Json parsed(std::string_view text, const std::string& place) {
    Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded()) throw Error(place + " is not valid JSON; every line must hold one object");
    return json;
}

void requireObject(const Json& json, const std::string& place) {
    if (!json.is_object()) throw Error(place + " is not a JSON object");
}

void readLines(const fs::path& path, std::size_t limit, std::vector<Json>& records) {
    const std::string text = utf8Of(path);
    if (const std::size_t first = text.find_first_not_of(" \t\r\n"); first != text.npos && text[first] == '[') {
        const Json list = parsed(text, path.string());
        for (const Json& record : list) {
            requireObject(record, path.string() + ": element " + std::to_string(records.size() + 1));
            if (limit == 0 || records.size() < limit) records.push_back(record);
        }
        return;
    }
    eachLine(text, [&](std::string_view line, std::size_t number) {
        if (limit != 0 && records.size() >= limit) return false;
        const std::string place = path.string() + ": line " + std::to_string(number);
        records.push_back(parsed(line, place));
        requireObject(records.back(), place);
        return true;
    });
}

/// dev.jsonl -> dev-labels.lst
void addLabels(const fs::path& path, std::size_t limit, std::vector<Json>& records) {
    const fs::path labels = path.parent_path() / (path.stem().string() + "-labels.lst");
    if (records.empty() || records.front().contains("label") || !fs::exists(labels)) return;
    std::vector<std::string> lines;
    eachLine(utf8Of(labels), [&](std::string_view line, std::size_t) {
        const std::size_t first = line.find_first_not_of(" \t\r");
        lines.emplace_back(line.substr(first, line.find_last_not_of(" \t\r") - first + 1));
        return true;
    });
    if (lines.size() != records.size() && (limit == 0 || lines.size() < records.size()))
        throw Error(labels.string() + ": has " + std::to_string(lines.size()) + " labels, " + path.filename().string() + " " +
                    std::to_string(records.size()) + " records; give the pair that belongs together");
    for (std::size_t i = 0; i < records.size(); ++i) records[i]["label"] = lines[i];
}

bool isParquet(const fs::path& path) { return path.extension() == ".parquet"; }

void readFile(const fs::path& path, std::size_t limit, std::vector<Json>& records) {
    if (isParquet(path)) {
        for (Json& record : readParquet(path, limit == 0 ? 0 : limit - records.size())) records.push_back(std::move(record));
        return;
    }
    std::vector<Json> own;
    readLines(path, limit == 0 ? 0 : limit - records.size(), own);
    addLabels(path, limit, own);
    std::move(own.begin(), own.end(), std::back_inserter(records));
}

bool isData(const fs::path& path) {
    const std::string name = path.filename().string();
    if (name.starts_with(".") || name == "dataset_infos.json" || name == "dataset_info.json" || name == "state.json") return false;
    for (const char* end : {".jsonl", ".json", ".parquet", ".jsonl.gz", ".json.gz"})
        if (name.ends_with(end)) return true;
    return false;
}

/// The split that a file name tells: "validation", "test", "train" or "".
std::string splitOf(const fs::path& path) {
    std::string name = path.filename().string();
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (name.find("train") != name.npos) return "train";
    if (name.find("test") != name.npos) return "test";
    if (name.find("dev") != name.npos || name.find("val") != name.npos) return "validation";
    return "";
}

std::vector<fs::path> filesBelow(const fs::path& folder) {
    std::vector<fs::path> files;
    try {
        for (const auto& entry : fs::recursive_directory_iterator(folder))
            if (entry.is_regular_file() && isData(entry.path())) files.push_back(entry.path());
    } catch (const fs::filesystem_error& error) {
        throw Error(folder.string() + ": cannot be read: " + error.code().message());
    }
    std::sort(files.begin(), files.end());
    if (files.empty()) throw Error(folder.string() + ": holds no .jsonl, .json or .parquet file; give the data set of the task");
    return files;
}

/// Shards are "validation-00000-of-00002.parquet": alike but for the number.
std::string shardName(const fs::path& path) {
    const std::string name = path.string();
    const std::size_t of = name.rfind("-of-");
    if (of == name.npos || of < 6) return name;
    return name.substr(0, of - 6) + name.substr(of);
}

std::vector<fs::path> filesOfSplit(const fs::path& folder, Split split) {
    const std::vector<fs::path> files = filesBelow(folder);
    std::map<std::string, std::vector<fs::path>> bySplit;
    for (const fs::path& file : files) bySplit[splitOf(file)].push_back(file);
    const std::vector<std::string> wanted =
        split == Split::Test ? std::vector<std::string>{"test", "validation", ""} : std::vector<std::string>{"validation", "", "test"};
    for (const std::string& name : wanted) {
        const auto found = bySplit.find(name);
        if (found == bySplit.end()) continue;
        std::vector<fs::path> shards = found->second;
        for (const fs::path& file : shards)
            if (shardName(file) != shardName(shards.front()))
                throw Error(folder.string() + ": holds several data sets (" + fs::relative(shards.front(), folder).string() + ", " +
                            fs::relative(file, folder).string() + " …); name the one you mean");
        return shards;
    }
    throw Error(folder.string() + ": holds only training data; give the validation or test split");
}

}  // namespace

DataSet readDataSet(const fs::path& path, Split split, std::size_t limit) {
    std::error_code ignored;
    if (!fs::exists(path, ignored)) throw Error(path.string() + ": no such file or folder");
    DataSet set{path.string(), {}};
    const bool folder = fs::is_directory(path);
    const std::vector<fs::path> files = folder ? filesOfSplit(path, split) : std::vector<fs::path>{path};
    if (folder && files.size() == 1) set.name = files.front().string();
    for (const fs::path& file : files)
        if (limit == 0 || set.records.size() < limit) readFile(file, limit, set.records);
    if (set.records.empty()) throw Error(set.name + ": holds no records");
    return set;
}

std::string fieldsOf(const Json& record) {
    std::string names;
    for (const auto& [name, value] : record.items()) names += (names.empty() ? "" : ", ") + name;
    return names.empty() ? "none" : names;
}

}  // namespace qs
