// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/tensor_format.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "base/error.h"
#include "model/safetensors.h"
#include "support/data.h"

namespace qs {
namespace {

template <class T>
StoredTensor tensorOf(const std::vector<T>& values, DType type, std::vector<std::int64_t> shape) {
    StoredTensor tensor;
    tensor.name = "t";
    tensor.where = "file, tensor t";
    tensor.format = &formatOf(type);
    tensor.shape = std::move(shape);
    tensor.bytes = std::as_bytes(std::span<const T>(values));
    return tensor;
}

std::vector<float> decoded(const StoredTensor& tensor, std::size_t first, std::size_t count) {
    std::vector<float> values(count * tensor.cols());
    decodeRows(tensor, first, count, values.data());
    return values;
}

TEST(TensorFormat, GgmlBlocksAgreeWithTheReferenceDecoder) {
    const SafetensorsFile file(testing::testData("ggml/blocks.safetensors"));
    constexpr std::pair<const char*, std::uint32_t> types[] = {{"F16", 1},   {"Q4_0", 2},  {"Q4_1", 3},  {"Q5_0", 6},
                                                               {"Q5_1", 7},  {"Q8_0", 8},  {"Q2_K", 10}, {"Q3_K", 11},
                                                               {"Q4_K", 12}, {"Q5_K", 13}, {"Q6_K", 14}, {"BF16", 30}};
    for (const auto& [name, id] : types) {
        const TensorFormat* format = ggmlFormat(id);
        ASSERT_NE(format, nullptr) << name;
        EXPECT_STREQ(format->name, name);
        const SafetensorsEntry& bytes = file.tensor(std::string(name) + ".bytes");
        const std::vector<float> expected = toFloats(file.tensor(std::string(name) + ".values"));
        ASSERT_EQ(bytes.elements() / format->blockBytes * format->blockElements, expected.size()) << name;
        std::vector<float> found(expected.size());
        format->decode(bytes.bytes.data(), bytes.elements() / format->blockBytes, found.data());
        for (std::size_t i = 0; i < found.size(); ++i)
            ASSERT_NEAR(found[i], expected[i], 1e-6f * std::abs(expected[i])) << name << " " << i;
    }
    EXPECT_EQ(ggmlFormat(34), nullptr);
    EXPECT_EQ(ggmlTypeName(34), "TQ1_0");
    EXPECT_EQ(ggmlTypeName(777), "type 777");
}

TEST(TensorFormat, HalfPrecisionIsExactForEveryFiniteNumber) {
    std::vector<std::uint16_t> halves;
    for (std::uint32_t bits = 0; bits < 0x10000; ++bits)
        if ((bits & 0x7c00u) != 0x7c00u) halves.push_back(static_cast<std::uint16_t>(bits));
    const auto values = decoded(tensorOf(halves, DType::F16, {static_cast<std::int64_t>(halves.size())}), 0, 1);
    for (std::size_t i = 0; i < halves.size(); ++i) {
        const float expected = toFloat(Float16{halves[i]});
        ASSERT_EQ(std::bit_cast<std::uint32_t>(values[i]), std::bit_cast<std::uint32_t>(expected)) << halves[i];
    }
}

TEST(TensorFormat, RowsOfAMatrix) {
    const std::vector<double> values{1, 2, 3, 4, 5, 6};
    const StoredTensor tensor = tensorOf(values, DType::F64, {3, 2});
    EXPECT_EQ(decoded(tensor, 1, 2), (std::vector<float>{3, 4, 5, 6}));
    EXPECT_THROW(decoded(tensor, 2, 2), Error);
    EXPECT_EQ(decoded(tensor, 3, 0), std::vector<float>{});
}

TEST(TensorFormat, InterleavedRotaryPairsAreSorted) {
    // two heads of four rows; stored pairs (0 2) (1 3): logical rows 0 1 2 3 of a head lie at 0 2 1 3
    const std::vector<float> stored{0, 2, 1, 3, 10, 12, 11, 13};
    StoredTensor tensor = tensorOf(stored, DType::F32, {8, 1});
    tensor.interleavedHeads = 2;
    EXPECT_EQ(decoded(tensor, 0, 8), (std::vector<float>{0, 1, 2, 3, 10, 11, 12, 13}));
    EXPECT_EQ(decoded(tensor, 5, 2), (std::vector<float>{11, 12}));
    tensor.shape = {8};
    EXPECT_EQ(decoded(tensor, 0, 1), (std::vector<float>{0, 1, 2, 3, 10, 11, 12, 13}));
    tensor.interleavedHeads = 0;
    tensor.shift = -1;
    EXPECT_EQ(decoded(tensor, 0, 1)[7], 12);
}

TEST(TensorFormat, NanAndInfinityAreRefusedWithTheirPlace) {
    constexpr float inf = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
    std::vector<float> values(6000, 1.0f);
    values[5001] = nan;
    const auto messageOf = [](const StoredTensor& tensor, std::size_t first, std::size_t count) {
        try {
            decoded(tensor, first, count);
        } catch (const Error& error) {
            return std::string(error.what());
        }
        return std::string("no error");
    };
    EXPECT_THAT(messageOf(tensorOf(values, DType::F32, {3, 2000}), 1, 2), ::testing::HasSubstr("tensor t: the value at [2, 1001] is NaN"));
    EXPECT_EQ(messageOf(tensorOf(values, DType::F32, {3, 2000}), 0, 2), "no error");
    values[5001] = -inf;
    EXPECT_THAT(messageOf(tensorOf(values, DType::F32, {6000}), 0, 1), ::testing::HasSubstr("the value at [5001] is infinite"));
    const std::vector<double> large{1, 1e300};
    EXPECT_THAT(messageOf(tensorOf(large, DType::F64, {2}), 0, 1), ::testing::HasSubstr("infinite"));
    const std::vector<std::uint16_t> half{0x3c00, 0x7c00}, brain{0x3f80, 0x7fc0};
    EXPECT_THAT(messageOf(tensorOf(half, DType::F16, {2}), 0, 1), ::testing::HasSubstr("[1] is infinite"));
    EXPECT_THAT(messageOf(tensorOf(brain, DType::BF16, {2}), 0, 1), ::testing::HasSubstr("[1] is NaN"));
}

}  // namespace
}  // namespace qs
