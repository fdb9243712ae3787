// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/gguf_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "support/data.h"
#include "support/gguf_writer.h"

namespace qs {
namespace {

using ::testing::AllOf;
using testing::GgufWriter;
using ::testing::HasSubstr;
using testing::TemporaryFolder;
using testing::testData;
using Json = nlohmann::json;

/// The message with which a file of these bytes is refused; empty if it is accepted.
std::string refusal(const std::string& bytes) {
    static const TemporaryFolder folder;
    std::ofstream(folder / "bad.gguf", std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    try {
        const GgufFile file(folder / "bad.gguf");
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("bad.gguf: "));
        return error.what();
    }
    return "";
}

template <class T>
void expectList(const Json& expected, const std::vector<T>& values, const std::string& key) {
    ASSERT_EQ(values.size(), expected.size()) << key;
    for (std::size_t i = 0; i < values.size(); ++i) EXPECT_EQ(static_cast<T>(values[i]), expected[i].get<T>()) << key << " " << i;
}

TEST(GgufFile, ReadsEveryKeyOfTheReferenceFile) {
    const GgufFile file(testData("export/tiny.gguf"));
    const Json expected = Json::parse(readText(testData("export/tiny_gguf_expected.json")));
    std::size_t seen = 0;
    for (const auto& [key, value] : expected["kv"].items()) {
        if (key.starts_with("GGUF.")) continue;
        ++seen;
        ASSERT_TRUE(file.has(key)) << key;
        if (value.is_boolean()) EXPECT_EQ(file.flag(key), value.get<bool>()) << key;
        else if (value.is_string()) EXPECT_EQ(file.text(key), value.get<std::string>()) << key;
        else if (value.is_number_float()) EXPECT_DOUBLE_EQ(file.real(key), value.get<double>()) << key;
        else if (value.is_number()) EXPECT_EQ(file.unsignedInteger(key), value.get<std::uint64_t>()) << key;
        else if (value[0].is_string()) expectList(value, file.texts(key), key);
        else if (value[0].is_number_float()) expectList(value, file.reals(key), key);
        else expectList(value, file.integers(key), key);
    }
    EXPECT_EQ(file.values().size(), seen);
    EXPECT_EQ(seen, expected["kv"]["GGUF.kv_count"].get<std::size_t>());
}

TEST(GgufFile, FindsEveryTensorOfTheReferenceFile) {
    const GgufFile file(testData("export/tiny.gguf"));
    const MappedFile raw(testData("export/tiny.gguf"));
    const Json expected = Json::parse(readText(testData("export/tiny_gguf_expected.json")));
    EXPECT_EQ(file.tensors().size(), expected["tensors"].size());
    for (const auto& [name, entry] : expected["tensors"].items()) {
        const GgufTensor& tensor = file.tensors().at(name);
        auto ne = entry["ne"].get<std::vector<std::uint64_t>>();
        std::reverse(ne.begin(), ne.end());
        EXPECT_EQ(tensor.name, name);
        EXPECT_EQ(tensor.shape, ne) << name;
        EXPECT_EQ(tensor.type, entry["type_id"].get<std::uint32_t>()) << name;
        ASSERT_EQ(tensor.bytes.size(), entry["bytes"].get<std::size_t>()) << name;
        EXPECT_EQ(std::memcmp(tensor.bytes.data(), raw.bytes().data() + entry["offset"].get<std::size_t>(), tensor.bytes.size()), 0)
            << name;
    }
}

TEST(GgufFile, StaysValidWhenMoved) {
    GgufFile first(testData("export/tiny.gguf"));
    const std::byte byte = first.tensors().at("output_norm.weight").bytes[0];
    const GgufFile second(std::move(first));
    EXPECT_EQ(second.tensors().at("output_norm.weight").bytes[0], byte);
}

TEST(GgufFile, ReadsVersionTwoAndEveryKindOfValue) {
    const TemporaryFolder folder;
    GgufWriter(2)
        .u32("u", 7)
        .i32("i", -7)
        .f32("f", 0.5f)
        .u64("U", 1ull << 40)
        .f64("F", 0.1)
        .flag("b", 1)
        .text("t", "ü")
        .texts("ts", {"a", ""})
        .i32s("is", {-1, 2})
        .f32s("fs", {0.25f})
        .i32s("none", {})
        .write(folder / "a.gguf");
    const GgufFile file(folder / "a.gguf");
    EXPECT_EQ(file.unsignedInteger("u"), 7u);
    EXPECT_EQ(file.real("i"), -7);
    EXPECT_EQ(file.real("f"), 0.5);
    EXPECT_EQ(file.unsignedInteger("U"), 1ull << 40);
    EXPECT_EQ(file.real("F"), 0.1);
    EXPECT_TRUE(file.flag("b"));
    EXPECT_EQ(file.text("t"), "ü");
    EXPECT_EQ(file.texts("ts"), (std::vector<std::string>{"a", ""}));
    EXPECT_EQ(file.integers("is"), (std::vector<std::int64_t>{-1, 2}));
    EXPECT_EQ(file.reals("fs"), std::vector<double>{0.25});
    EXPECT_TRUE(file.integers("none").empty());
}

TEST(GgufFile, KeysOfAnotherKindAreNamed) {
    const TemporaryFolder folder;
    GgufWriter().i32("negative", -1).text("t", "x").write(folder / "a.gguf");
    const GgufFile file(folder / "a.gguf");
    const auto message = [](const auto& call) {
        try {
            call();
        } catch (const Error& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    EXPECT_THAT(message([&] { file.unsignedInteger("negative"); }), AllOf(HasSubstr("a.gguf"), HasSubstr("negative")));
    EXPECT_THAT(message([&] { file.real("t"); }), HasSubstr("the key t is not a number"));
    EXPECT_THAT(message([&] { file.texts("t"); }), HasSubstr("not an array of strings"));
    EXPECT_THAT(message([&] { file.text("absent"); }), HasSubstr("the key absent is missing"));
}

TEST(GgufFile, EveryTruncationOfTheReferenceFileIsRefused) {
    const std::string whole = readText(testData("export/tiny.gguf"));
    for (std::size_t size = 0; size < 4200; size += size < 64 ? 1 : 37) EXPECT_NE(refusal(whole.substr(0, size)), "") << size;
    EXPECT_THAT(refusal(whole.substr(0, whole.size() - 64)), HasSubstr("leave the file"));
}

TEST(GgufFile, EveryFlippedByteOfTheHeaderIsReadOrRefusedInOrder) {
    const std::string whole = readText(testData("export/tiny.gguf"));
    std::size_t refused = 0;
    for (std::size_t i = 0; i < 4160; i += 3) {
        std::string damaged = whole;
        damaged[i] = static_cast<char>(damaged[i] ^ 0xff);
        refused += !refusal(damaged).empty();
    }
    EXPECT_GT(refused, 100u);
}

TEST(GgufFile, HostileHeadersAreRefused) {
    EXPECT_THAT(refusal("PK\3\4 not a gguf file"), HasSubstr("not a GGUF file"));
    EXPECT_THAT(refusal(GgufWriter(1).bytes()), HasSubstr("version 1"));
    EXPECT_THAT(refusal(GgufWriter(4).bytes()), HasSubstr("version 4"));
    EXPECT_THAT(refusal(GgufWriter(0x03000000).bytes()), HasSubstr("big-endian"));
    EXPECT_THAT(refusal(GgufWriter().claim(1ull << 62, 0).bytes()), HasSubstr("number of tensors"));
    EXPECT_THAT(refusal(GgufWriter().claim(0, ~0ull).bytes()), HasSubstr("number of keys"));
    EXPECT_THAT(refusal(GgufWriter().u32("a", 1).u32("a", 2).bytes()), HasSubstr("key a occurs twice"));
    EXPECT_THAT(refusal(GgufWriter().u32("", 1).bytes()), HasSubstr("key name"));
    EXPECT_THAT(refusal(GgufWriter().flag("b", 2).bytes()), HasSubstr("not a boolean"));
    EXPECT_THAT(refusal(GgufWriter().arrayHead("a", 4, 1ull << 61).bytes()), HasSubstr("array length"));
    EXPECT_THAT(refusal(GgufWriter().arrayHead("a", 9, 1).bytes() + std::string(64, '\0')), HasSubstr("array of arrays"));
    EXPECT_THAT(refusal(GgufWriter().arrayHead("a", 77, 1).bytes()), HasSubstr("type 77"));
    EXPECT_THAT(refusal(GgufWriter().u32("general.alignment", 0).bytes()), HasSubstr("power of two"));
    EXPECT_THAT(refusal(GgufWriter().u32("general.alignment", 48).bytes()), HasSubstr("power of two"));
    EXPECT_THAT(refusal(GgufWriter().text("general.alignment", "x").bytes()), HasSubstr("general.alignment"));
}

TEST(GgufFile, HostileTensorTablesAreRefused) {
    EXPECT_EQ(refusal(GgufWriter().tensor("w", {8, 4}, 0, 0).data(128).bytes()), "");
    EXPECT_THAT(refusal(GgufWriter().tensor("w", {8, 4}, 0, 0).data(127).bytes()), HasSubstr("leave the file"));
    EXPECT_THAT(refusal(GgufWriter().tensor("w", {8}, 0, ~0ull - 31).data(128).bytes()), HasSubstr("leave the file"));
    EXPECT_THAT(refusal(GgufWriter().tensor("w", {8}, 0, 4).data(128).bytes()), HasSubstr("alignment"));
    EXPECT_THAT(refusal(GgufWriter().tensor("w", {16}, 0, 0).tensor("v", {8}, 0, 32).data(128).bytes()), HasSubstr("overlap"));
    EXPECT_THAT(refusal(GgufWriter().tensor("w", {8}, 0, 0).tensor("w", {8}, 0, 32).data(128).bytes()), HasSubstr("w occurs twice"));
    EXPECT_THAT(refusal(GgufWriter().tensor("w", {8, 0}, 0, 0).data(128).bytes()), HasSubstr("absurd shape [0, 8]"));
    EXPECT_THAT(refusal(GgufWriter().tensor("w", {1ull << 32, 1ull << 32}, 0, 0).data(128).bytes()), HasSubstr("absurd shape"));
    EXPECT_THAT(refusal(GgufWriter().tensor("w", {1ull << 40, 1ull << 40, 2}, 0, 0).data(128).bytes()), HasSubstr("absurd shape"));
    EXPECT_THAT(refusal(GgufWriter().tensor("w", {1, 1, 1, 1, 1}, 0, 0).data(128).bytes()), HasSubstr("5 dimensions"));
    EXPECT_THAT(refusal(GgufWriter().tensor("w", {33}, 8, 0).data(128).bytes()), HasSubstr("blocks hold 32"));
    EXPECT_THAT(refusal(GgufWriter().tensor("w", {32}, 4, 0).data(128).bytes()), HasSubstr("type 4 is not known"));
    EXPECT_THAT(refusal(GgufWriter().tensor("", {32}, 0, 0).data(128).bytes()), HasSubstr("tensor name"));
    EXPECT_THAT(refusal(GgufWriter().tensor("a\nb", {0}, 0, 0).data(128).bytes()), HasSubstr("tensor a?b"));
}

}  // namespace
}  // namespace qs
