// SPDX-License-Identifier: GPL-3.0-or-later
// One writer at a time, among all processes and jobs.
#pragma once

#include <filesystem>
#include <string>

namespace qs {

/// Held while the object lives; the system releases it when the process ends in whatever way.
class FileLock {
  public:
    /// Of a folder, or of a file, which is made if it is missing. Throws Error with the text `busy` if it is held already, and if `path`
    /// cannot be opened. On a file system without locks it holds nothing.
    FileLock(const std::filesystem::path& path, const std::string& busy);
    ~FileLock();
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

  private:
    int m_descriptor = -1;
};

}  // namespace qs
