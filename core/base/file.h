// SPDX-License-Identifier: GPL-3.0-or-later
// Files: memory maps, and writing that leaves either the old file or the whole new one.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace qs {

/// A file mapped read-only. Movable. The bytes stay valid as long as the object lives.
class MappedFile {
  public:
    MappedFile() = default;
    /// Throws Error naming the file and the cause ("cannot be opened: No such file or directory").
    explicit MappedFile(const std::filesystem::path& path);
    ~MappedFile();
    MappedFile(MappedFile&& other) noexcept;
    MappedFile& operator=(MappedFile&& other) noexcept;

    std::span<const std::byte> bytes() const { return {m_data, m_size}; }
    const std::filesystem::path& path() const { return m_path; }

  private:
    std::filesystem::path m_path;
    const std::byte* m_data = nullptr;
    std::size_t m_size = 0;
};

/// Gives the memory of bytes inside a mapped file back to the system; they are read from the file again when they are next looked at.
/// Without it, a file that was gone through once stays part of the process. Safe beside other readers.
void releasePages(std::span<const std::byte> bytes);

/// The whole file as a string. Throws Error naming the file and the cause.
std::string readText(const std::filesystem::path& path);

/// Calls write(temporary path), syncs the temporary to disk and renames it to `path`. If anything throws, the temporary is
/// removed and `path` is as it was.
void writeAtomically(const std::filesystem::path& path, const std::function<void(const std::filesystem::path&)>& write);

/// writeAtomically for text.
void writeText(const std::filesystem::path& path, std::string_view text);

/// Throws Error with the remedy if a file could not be created in the folder of `path` (folder missing, not writable).
/// Leaves nothing behind. Call it before hours of work.
void requireWritable(const std::filesystem::path& path);

/// Free bytes on the file system of `path` (of its nearest existing folder).
std::size_t freeDiskBytes(const std::filesystem::path& path);

}  // namespace qs
