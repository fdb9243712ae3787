// SPDX-License-Identifier: GPL-3.0-or-later
// Items on disk: FILE holds one JSON line an item, in order, once all are there. Until then finished items are added to FILE.part behind a
// line that says what they belong to, so that a stopped evaluation goes on where it was.
#pragma once

#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "run/evaluation.h"

namespace qs {

/// The result in a JSON line of an items file. Throws Error naming `place`.
ItemResult itemFromJson(const std::string& line, const std::string& place);

/// At most 300 bytes of a text, its end (from whole characters, behind "…") or its beginning, without line breaks.
std::string endOf(const std::string& text);
std::string beginningOf(const std::string& text);

/// Reads an items file. Throws Error naming file and line.
std::vector<ItemResult> readItems(const std::filesystem::path& path);

class ItemsFile {
  public:
    /// Empty path: nothing is written. `head` identifies model, data and settings. With `resume`, the items of a part with the same head
    /// are kept. Throws Error if another evaluation's part is there and `resume` is given, or if nothing can be written.
    ItemsFile(std::filesystem::path path, const nlohmann::json& head, bool resume);
    ~ItemsFile();
    ItemsFile(const ItemsFile&) = delete;
    ItemsFile& operator=(const ItemsFile&) = delete;

    const std::vector<ItemResult>& finished() const { return m_finished; }
    /// Adds a finished item; flushed to the system.
    void add(ItemResult item);
    /// Writes FILE from all items, in order, and removes the part. Returns the items.
    std::vector<ItemResult> finish();

  private:
    std::filesystem::path partPath() const { return m_path.string() + ".part"; }
    void write(const std::string& line);
    void keepWholeLines(const nlohmann::json& head);

    std::filesystem::path m_path;
    std::FILE* m_part = nullptr;
    std::vector<ItemResult> m_finished;
};

}  // namespace qs
