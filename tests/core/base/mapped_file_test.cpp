// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/mapped_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <thread>

#include "base/error.h"
#include "base/file.h"
#include "support/data.h"
#include "support/messages.h"

namespace qs {
namespace {

using ::testing::AllOf;
using ::testing::ExitedWithCode;
using ::testing::HasSubstr;
using ::testing::KilledBySignal;
using testing::messageOf;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

constexpr std::size_t kPage = 4096, kBytes = 16 * kPage;

std::size_t sumOf(std::span<const std::byte> bytes) {
    std::size_t sum = 0;
    for (const std::byte byte : bytes) sum += std::to_integer<std::size_t>(byte);
    return sum;
}

struct MappedFileTest : ::testing::Test {
    TemporaryFolder folder;
    fs::path file = folder / "weights";
    MappedFileTest() { writeText(file, std::string(kBytes, '\1')); }
};

TEST_F(MappedFileTest, NamesFileAndCauseIfItCannotBeOpened) {
    EXPECT_THAT(messageOf([&] { MappedFile(folder / "none"); }), AllOf(HasSubstr("none"), HasSubstr("No such file")));
    EXPECT_THAT(messageOf([&] { MappedFile(folder.path()); }), HasSubstr("not a regular file"));
}

TEST_F(MappedFileTest, MovesAndMapsEmptyFiles) {
    writeText(folder / "empty", "");
    MappedFile first(file);
    MappedFile second(std::move(first));
    EXPECT_EQ(second.bytes().size(), kBytes);
    EXPECT_TRUE(first.bytes().empty());  // NOLINT: a moved-from map is empty
    first = std::move(second);
    EXPECT_EQ(first.bytes()[2], std::byte{1});
    EXPECT_NO_THROW(requireIntact(first.bytes()));
    EXPECT_TRUE(MappedFile(folder / "empty").bytes().empty());
    EXPECT_NO_THROW(requireIntact({}));
    const std::byte elsewhere{};
    EXPECT_NO_THROW(requireIntact(std::span(&elsewhere, 1)));
}

TEST_F(MappedFileTest, AFileThatIsCutShortReadsAsZerosAndIsToldByName) {
    const MappedFile map(file), whole(file);
    EXPECT_EQ(sumOf(map.bytes()), kBytes);
    fs::resize_file(file, 3 * kPage + 100);
    EXPECT_EQ(sumOf(map.bytes()), 3 * kPage + 100);
    EXPECT_THAT(messageOf([&] { requireIntact(map.bytes()); }),
                AllOf(HasSubstr(file.string()), HasSubstr("cut short"), HasSubstr("65536 to 12388"), HasSubstr("put the whole file back")));
    EXPECT_THAT(messageOf([&] { requireIntact(map.bytes().first(10)); }), HasSubstr("cut short"));
    writeText(folder / "copy", std::string(kBytes, '\1'));
    fs::copy_file(folder / "copy", file, fs::copy_options::overwrite_existing);  // in place: the file that is mapped
    EXPECT_THAT(messageOf([&] { requireIntact(map.bytes()); }), AllOf(HasSubstr(file.string()), HasSubstr("put the whole file back")));
    const MappedFile anew(file);
    EXPECT_EQ(sumOf(anew.bytes()), kBytes);
    EXPECT_NO_THROW(requireIntact(anew.bytes()));
}

/// No fault tells of this one: what is left of the page reads as zeros.
TEST_F(MappedFileTest, AFileThatLosesLessThanAPageIsToldToo) {
    const MappedFile map(file);
    fs::resize_file(file, kBytes - 1);
    EXPECT_EQ(sumOf(map.bytes()), kBytes - 1);
    EXPECT_THAT(messageOf([&] { requireIntact(map.bytes()); }), HasSubstr("cut short"));
}

TEST_F(MappedFileTest, ARemovedOrReplacedFileStaysReadable) {
    const MappedFile map(file);
    writeText(file, "another");
    fs::remove(file);
    EXPECT_EQ(sumOf(map.bytes()), kBytes);
    EXPECT_NO_THROW(requireIntact(map.bytes()));
}

TEST_F(MappedFileTest, ManyReadersMayMeetTheCut) {
    const MappedFile map(file);
    std::atomic<int> told{0};
    fs::resize_file(file, kPage);
    {
        std::vector<std::jthread> readers;
        for (int i = 0; i < 8; ++i)
            readers.emplace_back([&] {
                for (int round = 0; round < 20; ++round) {
                    EXPECT_EQ(sumOf(map.bytes()), kPage);
                    const MappedFile other(file);
                    EXPECT_EQ(sumOf(other.bytes()), kPage);
                }
                told += !messageOf([&] { requireIntact(map.bytes()); }).empty();
            });
    }
    EXPECT_EQ(told, 8);
}

TEST_F(MappedFileTest, OtherBusErrorsKeepTheirMeaning) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    EXPECT_EXIT(
        {
            const MappedFile map(file);
            std::signal(SIGBUS, SIG_DFL);
            std::raise(SIGBUS);
        },
        KilledBySignal(SIGBUS), "");
    EXPECT_EXIT(
        {
            std::signal(SIGBUS, [](int) { std::_Exit(7); });
            const MappedFile map(file);
            std::raise(SIGBUS);
        },
        ExitedWithCode(7), "");
}

}  // namespace
}  // namespace qs
