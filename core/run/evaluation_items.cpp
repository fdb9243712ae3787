// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/evaluation_items.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sstream>

#include "base/error.h"
#include "base/file.h"

namespace qs {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::size_t kShownBytes = 300;

bool continuesCharacter(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

std::string onOneLine(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t' || c == '\0'; }, ' ');
    return text;
}

constexpr const char* kScores[] = {"acc", "acc_norm", "acc_bytes", "score", "neg_log_likelihood"};

}  // namespace

ItemResult itemFromJson(const std::string& line, const std::string& place) {
    const json object = json::parse(line, nullptr, false);
    if (!object.is_object() || !object.contains("item") || !object["item"].is_number_integer())
        throw Error(place + " is not a line of an items file ({\"item\": …}); give a file that evaluate --items wrote");
    ItemResult result{object["item"].get<std::int64_t>(), line, {}};
    for (const char* name : kScores)
        if (object.contains(name) && object[name].is_number()) result.scores[name] = object[name].get<double>();
    return result;
}

std::string endOf(const std::string& text) {
    if (text.size() <= kShownBytes) return onOneLine(text);
    std::size_t from = text.size() - kShownBytes;
    while (from < text.size() && continuesCharacter(text[from])) ++from;
    return "…" + onOneLine(text.substr(from));
}

std::string beginningOf(const std::string& whole) {
    const std::string text = whole.substr(std::min(whole.size(), whole.find_first_not_of(" \n\r\t")));
    if (text.size() <= kShownBytes) return onOneLine(text);
    std::size_t to = kShownBytes;
    while (to > 0 && continuesCharacter(text[to])) --to;
    return onOneLine(text.substr(0, to)) + "…";
}

std::vector<ItemResult> readItems(const fs::path& path) {
    std::istringstream lines(readText(path));
    std::vector<ItemResult> items;
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number)
        if (line.find_first_not_of(" \t\r") != line.npos)
            items.push_back(itemFromJson(line, path.string() + ": line " + std::to_string(number)));
    if (items.empty()) throw Error(path.string() + ": holds no items");
    return items;
}

ItemsFile::ItemsFile(fs::path path, const json& head, bool resume) : m_path(std::move(path)) {
    if (m_path.empty()) return;
    requireWritable(m_path);
    if (resume && fs::exists(partPath())) keepWholeLines(head);
    m_part = std::fopen(partPath().c_str(), m_finished.empty() ? "w" : "a");
    if (!m_part) throw Error(partPath().string() + ": cannot be written: " + std::strerror(errno));
    if (m_finished.empty()) write(head.dump());
}

/// Items before the line that a killed process left unfinished.
void ItemsFile::keepWholeLines(const json& head) {
    const std::string text = readText(partPath());
    std::size_t whole = 0;
    for (std::size_t start = 0, end = text.find('\n'); end != text.npos; start = end + 1, end = text.find('\n', start)) {
        const std::string line = text.substr(start, end - start);
        whole = end + 1;
        if (start > 0) {
            m_finished.push_back(itemFromJson(line, partPath().string()));
            continue;
        }
        const json own = json::parse(line, nullptr, false);
        if (!own.is_object()) return;
        for (const auto& [key, value] : head.items())
            if (!own.contains(key) || own[key] != value)
                throw Error(partPath().string() + ": belongs to another evaluation (" + key + " is " + own.value(key, json()).dump() +
                            ", not " + value.dump() + "); remove it, or leave out --resume");
    }
    if (whole < text.size()) fs::resize_file(partPath(), whole);
}

ItemsFile::~ItemsFile() {
    if (!m_part) return;
    std::fclose(m_part);
    std::error_code ignored;
    if (m_finished.empty()) fs::remove(partPath(), ignored);
}

void ItemsFile::write(const std::string& line) {
    const std::string text = line + "\n";
    if (std::fwrite(text.data(), 1, text.size(), m_part) != text.size() || std::fflush(m_part) != 0)
        throw Error(partPath().string() + ": cannot be written: " + std::strerror(errno));
}

void ItemsFile::add(ItemResult item) {
    if (m_part) write(item.json);
    m_finished.push_back(std::move(item));
}

std::vector<ItemResult> ItemsFile::finish() {
    std::sort(m_finished.begin(), m_finished.end(), [](const ItemResult& a, const ItemResult& b) { return a.item < b.item; });
    if (m_part) {
        std::string text;
        for (const ItemResult& item : m_finished) text += item.json + "\n";
        writeText(m_path, text);
        std::fclose(m_part);
        m_part = nullptr;
        std::error_code ignored;
        fs::remove(partPath(), ignored);
    }
    return m_finished;
}

}  // namespace qs
