// SPDX-License-Identifier: GPL-3.0-or-later
// Where tests find their data: in the tree always, in the folder shared/ beside the tree sometimes (then tests are skipped aloud without
// it).
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace qs::testing {

/// tests/data/NAME of the source tree.
inline std::filesystem::path testData(const std::string& name) { return std::filesystem::path(QS_SOURCE_DIR) / "tests/data" / name; }

/// resources/NAME of the source tree.
inline std::filesystem::path resource(const std::string& name) { return std::filesystem::path(QS_SOURCE_DIR) / "resources" / name; }

/// NAME in the shared folder: $QUANTOSCOPE_SHARED, else shared/ beside the source tree. May not exist.
inline std::filesystem::path sharedData(const std::string& name) {
    if (const char* folder = std::getenv("QUANTOSCOPE_SHARED")) return std::filesystem::path(folder) / name;
    return std::filesystem::path(QS_SOURCE_DIR) / ".." / "shared" / name;
}

/// An empty folder that is removed with the object.
class TemporaryFolder {
  public:
    TemporaryFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "quantoscope-test-XXXXXX").string();
        m_path = mkdtemp(name.data());
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(m_path, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    const std::filesystem::path& path() const { return m_path; }
    std::filesystem::path operator/(const std::string& name) const { return m_path / name; }

  private:
    std::filesystem::path m_path;
};

}  // namespace qs::testing

/// Skips the test, saying what is missing, if sharedData(name) does not exist.
#define QS_NEED_SHARED(name)                                       \
    if (!std::filesystem::exists(::qs::testing::sharedData(name))) \
    GTEST_SKIP() << "needs " << name << " in the shared folder (QUANTOSCOPE_SHARED)"
