// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes of the packed formats: by hand, and against what the established packers write (tests/data/export).
#include <gtest/gtest.h>

#include "export/awq.h"
#include "export/bit_stream.h"
#include "export/compressed_tensors.h"
#include "export/gptq.h"
#include "export_support.h"

namespace qs {
namespace {

using testing::ReferenceCase;
using testing::referenceCases;

std::vector<std::uint32_t> stream(const std::vector<int>& codes, int bits) {
    std::vector<std::uint32_t> words(wordsFor(codes.size(), bits));
    packStream(
        codes.size(), bits, [&](std::size_t j) { return codes[j]; }, [&](std::size_t k, std::uint32_t word) { words.at(k) = word; });
    return words;
}

TEST(BitStream, LowestBitsFirst) {
    EXPECT_EQ(stream({1, 2, 3, 4, 5, 6, 7, 8}, 4), (std::vector<std::uint32_t>{0x87654321}));
    EXPECT_EQ(stream({1, 2, 3}, 8), (std::vector<std::uint32_t>{0x00030201}));
    EXPECT_EQ(stream(std::vector<int>(11, 7), 3), (std::vector<std::uint32_t>{0xffffffff, 1}));  // the eleventh code straddles
    EXPECT_EQ(stream({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5}, 3), (std::vector<std::uint32_t>{0x40000000, 1}));
}

/// Compares what `format` writes for the linear "x" with the reference tensors.
void expectBytes(const LinearFormat& format, const ReferenceCase& c, const std::function<std::string(const std::string&)>& reference) {
    const auto declarations = format.declare(c.facts);
    const auto packed = format.pack(c.record, c.facts);
    ASSERT_EQ(declarations.size(), packed.size());
    for (std::size_t i = 0; i < packed.size(); ++i) {
        const std::string name = reference(declarations[i].name.substr(2));
        SCOPED_TRACE(c.file->path().filename().string() + " " + name);
        const SafetensorsEntry& expected = c.file->tensor(name);
        EXPECT_EQ(declarations[i].dtype, expected.dtype);
        EXPECT_EQ(declarations[i].shape, expected.shape);
        ASSERT_EQ(packed[i].size(), expected.bytes.size());
        EXPECT_EQ(std::memcmp(packed[i].data(), expected.bytes.data(), packed[i].size()), 0);
    }
}

TEST(Packing, GptqEqualsGptqModel) {
    int compared = 0;
    for (const ReferenceCase& c : referenceCases())
        for (int version = 1; version <= 2; ++version) {
            const std::string zeros = "gptq_v" + std::to_string(version) + ".qzeros";
            if (!c.file->has(zeros)) continue;
            expectBytes(*gptqFormat(version, {}), c, [&](const std::string& n) { return n == "qzeros" ? zeros : "gptq." + n; });
            ++compared;
        }
    EXPECT_EQ(compared, 58);
}

TEST(Packing, CompressedTensorsEqualsItsLibrary) {
    int compared = 0;
    for (const ReferenceCase& c : referenceCases()) {
        if (c.facts.scattered) continue;
        expectBytes(*compressedTensorsFormat(c.scaleType), c, [](const std::string& n) { return "ct." + n; });
        ++compared;
    }
    EXPECT_EQ(compared, 28);
}

TEST(Packing, AwqEqualsGptqModelsAwq) {
    int compared = 0;
    for (const ReferenceCase& c : referenceCases()) {
        if (!c.file->has("awq.qweight")) continue;
        expectBytes(*awqFormat(), c, [](const std::string& n) { return "awq." + n; });
        ++compared;
    }
    EXPECT_EQ(compared, 7);
}

}  // namespace
}  // namespace qs
