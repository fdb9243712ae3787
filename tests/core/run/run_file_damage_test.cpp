// SPDX-License-Identifier: GPL-3.0-or-later
// Files that are no run files, of another version, or damaged.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <hdf5.h>

#include <cstdlib>
#include <fstream>
#include <random>

#include "base/file.h"
#include "core/run/run_file_support.h"
#include "run/schema.h"
#include "support/data.h"

namespace qs {
namespace {

using ::testing::HasSubstr;
using testing::messageOf;
using testing::TemporaryFolder;
using testing::writeExample;
namespace fs = std::filesystem;

TEST(RunFile, ForeignFilesAreRefusedInOneSentence) {
    const TemporaryFolder folder;
    const auto refused = [&](const std::string& name) { return messageOf([&] { RunFile::open(folder / name); }); };
    EXPECT_THAT(refused("absent.qsrun"), HasSubstr("absent.qsrun: there is no such file"));
    EXPECT_THAT(messageOf([&] { RunFile::open(folder.path()); }), HasSubstr("is not a file"));
    std::ofstream(folder / "empty.qsrun").close();
    EXPECT_THAT(refused("empty.qsrun"), HasSubstr("empty.qsrun: is not a run file"));
    std::ofstream(folder / "text.qsrun") << "hello, this is text";
    EXPECT_THAT(refused("text.qsrun"), HasSubstr("is not a run file; give a file that quantize"));
    const hid_t foreign = H5Fcreate((folder / "foreign.qsrun").c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    H5Fclose(foreign);
    EXPECT_THAT(refused("foreign.qsrun"), HasSubstr("is an HDF5 file, but not a run file"));
}

void setInteger(const fs::path& path, const char* name, std::int64_t value) {
    const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), attribute = H5Aopen(file, name, H5P_DEFAULT);
    H5Awrite(attribute, H5T_NATIVE_INT64, &value);
    H5Aclose(attribute);
    H5Fclose(file);
}

TEST(RunFile, ANewerMinorSchemaOpensWithAnEvent) {
    const TemporaryFolder folder;
    const fs::path path = writeExample(folder.path());
    const auto known = RunFile::open(path);
    setInteger(path, "schema_minor", schema::kMinor + 1);
    const auto newer = RunFile::open(path);
    ASSERT_EQ(newer->events().size(), known->events().size() + 1);
    EXPECT_EQ(newer->events().front().kind, schema::kNewerSchema);
    EXPECT_THAT(newer->events().front().message,
                HasSubstr("schema 1." + std::to_string(schema::kMinor + 1) + "; this program knows 1." + std::to_string(schema::kMinor)));
    EXPECT_EQ(newer->linears().size(), known->linears().size());
}

TEST(RunFile, NewerSchemaIsRefusedAndSaysSo) {
    const TemporaryFolder folder;
    const fs::path path = writeExample(folder.path());
    setInteger(path, "schema_major", 2);
    EXPECT_THAT(messageOf([&] { RunFile::open(path); }), HasSubstr("newer Quantoscope (schema 2."));
}

TEST(RunFile, AShapeWithoutBytesBehindItAsksForNoMemory) {
    const TemporaryFolder folder;
    const fs::path path = writeExample(folder.path());
    const std::string linear = "model.layers.0.self_attn.q_proj";
    const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), group = H5Gopen2(file, ("linears/" + linear).c_str(), H5P_DEFAULT);
    const std::int64_t claimed = 1 << 19;  // codes of 256 GiB
    for (const char* name : {"out", "in"}) {
        const hid_t attribute = H5Aopen(group, name, H5P_DEFAULT);
        H5Awrite(attribute, H5T_NATIVE_INT64, &claimed);
        H5Aclose(attribute);
    }
    H5Ldelete(group, "codes", H5P_DEFAULT);
    const hsize_t shape[] = {hsize_t{1} << 19, hsize_t{1} << 19};
    const hid_t space = H5Screate_simple(2, shape, nullptr);
    const hid_t codes = H5Dcreate2(group, "codes", H5T_STD_U8LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Dclose(codes);
    H5Sclose(space);
    H5Gclose(group);
    H5Fclose(file);
    EXPECT_THAT(messageOf([&] { RunFile::open(path)->linear(linear); }), HasSubstr("codes is incomplete"));
}

/// Opens and reads everything; any qs::Error is fine, anything else is not.
void readAll(const fs::path& path) {
    try {
        const auto run = RunFile::open(path);
        for (const LinearRecord& linear : run->linears()) run->linear(linear.name);
        for (std::size_t i = 0; i < run->sequences().size(); ++i) run->sequenceIds(i);
        for (const TagRecord& tag : run->tags())
            for (const BucketRecord& bucket : tag.calibration) run->fullS(tag.block, tag.tag, bucket.length, false);
        run->evaluations();
    } catch (const Error&) {
    }
}

TEST(RunFile, TruncatedAndDamagedFilesAreErrors) {
    const TemporaryFolder folder;
    const fs::path path = writeExample(folder.path());
    const std::string whole = readText(path);
    const fs::path damaged = folder / "damaged.qsrun";
    for (int eighth = 0; eighth < 8; ++eighth) {
        writeText(damaged, whole.substr(0, whole.size() * static_cast<std::size_t>(eighth) / 8));
        const std::string message = messageOf([&] { RunFile::open(damaged); });
        EXPECT_THAT(message, HasSubstr("restore it from a copy")) << eighth << "/8 of the file";
        if (eighth > 0) {
            EXPECT_THAT(message, HasSubstr("damaged.qsrun: is cut off (" + std::to_string(fs::file_size(damaged)) + " of " +
                                           std::to_string(whole.size()) + " bytes are there)"));
        }
    }
    writeText(damaged, whole.substr(0, 20));
    EXPECT_THAT(messageOf([&] { RunFile::open(damaged); }), HasSubstr("is cut off (20 bytes are there); restore it"));
    writeText(damaged, whole.substr(0, 8) + '\x63' + whole.substr(9));  // a version that HDF5 does not know
    EXPECT_THAT(messageOf([&] { RunFile::open(damaged); }), HasSubstr("is damaged"));
    std::mt19937 random(1);
    const int rounds = std::getenv("QUANTOSCOPE_FUZZ") ? 20000 : 300;
    for (int round = 0; round < rounds; ++round) {
        std::string bytes = whole;
        const int changes = 1 + static_cast<int>(random() % 4);
        for (int c = 0; c < changes; ++c) bytes[random() % bytes.size()] = static_cast<char>(random());
        std::ofstream(damaged, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        readAll(damaged);
    }
}

}  // namespace
}  // namespace qs
