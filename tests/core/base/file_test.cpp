// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "base/error.h"
#include "support/data.h"
#include "support/messages.h"

namespace qs {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::messageOf;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

std::size_t countFiles(const fs::path& folder) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(File, TextsAreWrittenAndRead) {
    const TemporaryFolder folder;
    writeText(folder / "a.txt", std::string("one\0two", 7));
    EXPECT_EQ(readText(folder / "a.txt"), std::string("one\0two", 7));
    writeText(folder / "a.txt", "");
    EXPECT_EQ(readText(folder / "a.txt"), "");
    EXPECT_EQ(countFiles(folder.path()), 1u);
}

TEST(File, ReadingNamesFileAndCause) {
    const TemporaryFolder folder;
    EXPECT_THAT(messageOf([&] { readText(folder / "none"); }), AllOf(HasSubstr("none"), HasSubstr("No such file")));
    EXPECT_THAT(messageOf([&] { readText(folder.path()); }), HasSubstr("is a directory"));
}

TEST(File, AFailedWriteLeavesTheOldFileAndNothingElse) {
    const TemporaryFolder folder;
    writeText(folder / "a", "old");
    const auto write = [](const fs::path& temporary) {
        std::ofstream(temporary) << "half";
        throw Error("no more");
    };
    EXPECT_EQ(messageOf([&] { writeAtomically(folder / "a", write); }), "no more");
    EXPECT_EQ(readText(folder / "a"), "old");
    EXPECT_EQ(countFiles(folder.path()), 1u);
    EXPECT_THAT(messageOf([&] { writeText(folder / "none/a", "x"); }), AllOf(HasSubstr("none/a"), HasSubstr("No such file")));
}

TEST(File, WritablePlacesAreProbedWithoutTrace) {
    const TemporaryFolder folder;
    requireWritable(folder / "a");
    EXPECT_EQ(countFiles(folder.path()), 0u);
    EXPECT_THAT(messageOf([&] { requireWritable(folder / "none/a"); }), HasSubstr("does not exist; create it first"));
    EXPECT_THAT(messageOf([&] { requireWritable(folder.path()); }), HasSubstr("is a directory; give a file name"));
    EXPECT_THAT(messageOf([&] { requireWritable("/proc/a"); }), HasSubstr("cannot be written"));
}

TEST(File, PipesAndDevicesAreNotReplaced) {
    const TemporaryFolder folder;
    const fs::path pipe = folder / "pipe", link = folder / "link";
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    fs::create_symlink(pipe, link);
    for (const fs::path& path : {pipe, link}) {
        EXPECT_THAT(messageOf([&] { requireWritable(path); }), AllOf(HasSubstr(path.string()), HasSubstr("not a regular file")));
        EXPECT_THAT(messageOf([&] { writeText(path, "text"); }), HasSubstr("not a regular file"));
        EXPECT_TRUE(fs::is_fifo(path));
    }
    EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 2);
}

TEST(File, FreeDiskSpaceOfAPlaceThatIsNotThereYet) {
    const TemporaryFolder folder;
    EXPECT_GT(freeDiskBytes(folder / "a/b/c"), 0u);
}

}  // namespace
}  // namespace qs
