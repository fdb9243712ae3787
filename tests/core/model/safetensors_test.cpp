// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/safetensors.h"

#include <gmock/gmock.h>

#include <fstream>

#include "base/error.h"
#include "model/safetensors_writer.h"
#include "support/data.h"

namespace qs {
namespace {

using ::testing::HasSubstr;

TEST(Safetensors, WrittenFilesAreReadBack) {
    const testing::TemporaryFolder folder;
    const std::vector<float> a{1.5f, -2, 3, 4, 5, 6};
    const std::vector<std::int64_t> b{-7, std::int64_t{1} << 40};
    const std::vector<std::uint8_t> c{0, 255, 3};
    writeSafetensors(folder / "x.safetensors",
                     {{"b", DType::I64, {2}}, {"a", DType::F32, {2, 3}}, {"c", DType::U8, {3, 1}}, {"none", DType::F32, {0, 4}}},
                     {{"values", "{\"loss\": 1}"}}, [&](SafetensorsSink& sink) {
                         sink.writeValues<float>("a", std::span(a).first(2));  // in pieces and out of order
                         sink.writeValues<std::uint8_t>("c", c);
                         sink.writeValues<std::int64_t>("b", b);
                         sink.writeValues<float>("a", std::span(a).subspan(2));
                     });
    const SafetensorsFile file(folder / "x.safetensors");
    EXPECT_EQ(file.tensors().size(), 4u);
    EXPECT_EQ(file.metadata().at("values"), "{\"loss\": 1}");
    EXPECT_EQ(file.tensor("a").shape, (std::vector<std::int64_t>{2, 3}));
    EXPECT_EQ(toFloats(file.tensor("a")), a);
    EXPECT_EQ(toDoubles(file.tensor("b")), (std::vector<double>{-7, 1099511627776.0}));
    EXPECT_EQ(toDoubles(file.tensor("c")), (std::vector<double>{0, 255, 3}));
    EXPECT_EQ(file.tensor("none").elements(), 0u);
    EXPECT_FALSE(file.has("d"));
    EXPECT_THROW(file.tensor("d"), Error);
    EXPECT_EQ((file.tensor("b").bytes.data() - reinterpret_cast<const std::byte*>(file.tensors().begin()->second.bytes.data())) % 8, 0);
}

TEST(Safetensors, AFailedWriteLeavesTheOldFile) {
    const testing::TemporaryFolder folder;
    const auto path = folder / "x.safetensors";
    std::ofstream(path) << "old";
    const auto attempt = [&](const std::vector<TensorDeclaration>& tensors, const std::function<void(SafetensorsSink&)>& fill) {
        try {
            writeSafetensors(path, tensors, {}, fill);
        } catch (const Error& error) {
            return std::string(error.what());
        }
        return std::string("no error");
    };
    const std::vector<float> three(3);
    EXPECT_THAT(attempt({{"a", DType::F32, {2}}}, [](SafetensorsSink&) {}), HasSubstr("a was not written completely"));
    EXPECT_THAT(attempt({{"a", DType::F32, {2}}}, [&](SafetensorsSink& sink) { sink.writeValues<float>("a", three); }),
                HasSubstr("more bytes"));
    EXPECT_THAT(attempt({{"a", DType::F32, {2}}}, [&](SafetensorsSink& sink) { sink.writeValues<float>("b", three); }),
                HasSubstr("not declared"));
    EXPECT_THAT(attempt({{"a", DType::F32, {1}}, {"a", DType::F32, {1}}}, [](SafetensorsSink&) {}), HasSubstr("twice"));
    std::string text;
    std::ifstream(path) >> text;
    EXPECT_EQ(text, "old");
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(Safetensors, AMissingFolderIsAnError) {
    const std::vector<float> values(1 << 16);
    EXPECT_THROW(writeSafetensors("/nonexistent-folder/x.safetensors", {{"a", DType::F32, {1 << 16}}}, {},
                                  [&](SafetensorsSink& sink) { sink.writeValues<float>("a", values); }),
                 Error);
}

TEST(Safetensors, EveryTypeBecomesDouble) {
    const testing::TemporaryFolder folder;
    const std::vector<std::uint16_t> half{0x3c00, 0xc000}, brain{0x3f80, 0xc000};
    const std::vector<std::int16_t> small{-3, 4};
    const std::vector<std::int8_t> tiny{-1, 5};
    const std::vector<std::uint8_t> flags{1, 0};
    const std::vector<std::int32_t> whole{-70000, 2};
    const std::vector<double> wide{0.1, 2};
    writeSafetensors(folder / "x",
                     {{"F16", DType::F16, {2}},
                      {"BF16", DType::BF16, {2}},
                      {"I16", DType::I16, {2}},
                      {"I8", DType::I8, {2}},
                      {"BOOL", DType::Bool, {2}},
                      {"I32", DType::I32, {2}},
                      {"F64", DType::F64, {2}}},
                     {}, [&](SafetensorsSink& sink) {
                         sink.writeValues<std::uint16_t>("F16", half);
                         sink.writeValues<std::uint16_t>("BF16", brain);
                         sink.writeValues<std::int16_t>("I16", small);
                         sink.writeValues<std::int8_t>("I8", tiny);
                         sink.writeValues<std::uint8_t>("BOOL", flags);
                         sink.writeValues<std::int32_t>("I32", whole);
                         sink.writeValues<double>("F64", wide);
                     });
    const SafetensorsFile file(folder / "x");
    EXPECT_EQ(toDoubles(file.tensor("F16")), (std::vector<double>{1, -2}));
    EXPECT_EQ(toDoubles(file.tensor("BF16")), (std::vector<double>{1, -2}));
    EXPECT_EQ(toDoubles(file.tensor("I16")), (std::vector<double>{-3, 4}));
    EXPECT_EQ(toDoubles(file.tensor("I8")), (std::vector<double>{-1, 5}));
    EXPECT_EQ(toDoubles(file.tensor("BOOL")), (std::vector<double>{1, 0}));
    EXPECT_EQ(toDoubles(file.tensor("I32")), (std::vector<double>{-70000, 2}));
    EXPECT_EQ(toDoubles(file.tensor("F64")), (std::vector<double>{0.1, 2}));
    EXPECT_STREQ(nameOf(file.tensor("BOOL").dtype), "BOOL");
}

TEST(Safetensors, NumberOfElements) {
    EXPECT_EQ(elementsOf(std::vector<std::int64_t>{2, 3}, "f"), 6u);
    EXPECT_EQ(elementsOf(std::vector<std::int64_t>{}, "f"), 1u);
    EXPECT_EQ(elementsOf(std::vector<std::int64_t>{5, 0}, "f"), 0u);
    EXPECT_THROW(elementsOf(std::vector<std::int64_t>{0, std::int64_t{1} << 40, std::int64_t{1} << 40}, "f"), Error);
    EXPECT_THROW(elementsOf(std::vector<std::int64_t>{std::int64_t{1} << 40, std::int64_t{1} << 40}, "f"), Error);
    EXPECT_THROW(elementsOf(std::vector<std::int64_t>{2, -1}, "f"), Error);
}

}  // namespace
}  // namespace qs
