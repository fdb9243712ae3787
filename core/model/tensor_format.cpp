// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/tensor_format.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/error.h"

namespace qs {
namespace {

template <class Stored>
Stored load(const std::byte* from, std::size_t index) {
    Stored value;
    std::memcpy(&value, from + index * sizeof(Stored), sizeof(Stored));
    return value;
}

template <class Stored>
void decodeNumbers(const std::byte* from, std::size_t count, float* to) {
    for (std::size_t i = 0; i < count; ++i) to[i] = static_cast<float>(load<Stored>(from, i));
}

void decodeFloats(const std::byte* from, std::size_t count, float* to) { std::memcpy(to, from, count * sizeof(float)); }

void decodeBFloats(const std::byte* from, std::size_t count, float* to) {
    for (std::size_t i = 0; i < count; ++i) to[i] = std::bit_cast<float>(static_cast<std::uint32_t>(load<std::uint16_t>(from, i)) << 16);
}

/// Without branches, so that it is vectorised: exponent and mantissa are moved into a float32, whose exponent bias is then made good by a
/// multiplication by 2^112 (exact, subnormals included); exponent 31 (infinity, NaN) is put back as float32's 255.
void decodeHalves(const std::byte* from, std::size_t count, float* to) {
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint32_t half = load<std::uint16_t>(from, i);
        const std::uint32_t magnitude = (half & 0x7fffu) << 13;
        const float scaled = std::bit_cast<float>(magnitude) * 0x1p112f;
        const std::uint32_t special = magnitude >= (0x1fu << 23) ? 0x7f800000u : 0u;
        to[i] = std::bit_cast<float>(std::bit_cast<std::uint32_t>(scaled) | special | ((half & 0x8000u) << 16));
    }
}

/// Index of the first value that is NaN or infinite, or `count`.
std::size_t firstNotFinite(const float* values, std::size_t count) {
    std::uint32_t largest = 0;
    for (std::size_t i = 0; i < count; ++i) largest = std::max(largest, std::bit_cast<std::uint32_t>(values[i]) & 0x7fffffffu);
    if (largest < 0x7f800000u) return count;
    std::size_t i = 0;
    while ((std::bit_cast<std::uint32_t>(values[i]) & 0x7fffffffu) < 0x7f800000u) ++i;
    return i;
}

/// Stored row of the logical row `row`: head by head, logical half t, pair i (row t·d/2 + i of d) is stored at 2i + t.
std::size_t storedRow(std::size_t row, std::size_t rows, std::size_t heads) {
    const std::size_t headRows = rows / heads, inside = row % headRows, half = headRows / 2;
    return row - inside + 2 * (inside % half) + inside / half;
}

[[noreturn]] void refuseNotFinite(const StoredTensor& tensor, std::size_t index, float value) {
    std::string place = "[";
    if (tensor.shape.size() > 1) place += std::to_string(index / tensor.cols()) + ", ";
    place += std::to_string(tensor.cols() ? index % tensor.cols() : 0) + "]";
    throw Error(tensor.where + ": the value at " + place + " is " + (value != value ? "NaN" : "infinite") +
                "; such weights cannot be used, the file is damaged or was written by a failed training");
}

/// `count` elements from element `first`, a multiple of the block size, decoded and checked piece by piece while they lie in cache.
void decodeElements(const StoredTensor& tensor, std::size_t storedFirst, std::size_t logicalFirst, std::size_t count, float* out) {
    const TensorFormat& format = *tensor.format;
    const std::size_t piece = 4096 / format.blockElements * format.blockElements;
    for (std::size_t done = 0; done < count; done += piece) {
        const std::size_t n = std::min(piece, count - done);
        format.decode(tensor.bytes.data() + (storedFirst + done) / format.blockElements * format.blockBytes, n / format.blockElements,
                      out + done);
        const std::size_t bad = firstNotFinite(out + done, n);
        if (bad < n) refuseNotFinite(tensor, logicalFirst + done + bad, out[done + bad]);
        if (tensor.shift != 0)
            for (std::size_t i = done; i < done + n; ++i) out[i] += tensor.shift;
    }
}

constexpr TensorFormat kPlainFormats[] = {
    {"F64", 1, 8, true, decodeNumbers<double>},
    {"F32", 1, 4, true, decodeFloats},
    {"F16", 1, 2, true, decodeHalves},
    {"BF16", 1, 2, true, decodeBFloats},
    {"I64", 1, 8, false, decodeNumbers<std::int64_t>},
    {"I32", 1, 4, false, decodeNumbers<std::int32_t>},
    {"I16", 1, 2, false, decodeNumbers<std::int16_t>},
    {"I8", 1, 1, false, decodeNumbers<std::int8_t>},
    {"U8", 1, 1, false, decodeNumbers<std::uint8_t>},
    {"BOOL", 1, 1, false, decodeNumbers<std::uint8_t>},
};

}  // namespace

const TensorFormat& formatOf(DType type) { return kPlainFormats[static_cast<std::size_t>(type)]; }

std::size_t StoredTensor::rows() const {
    std::size_t product = 1;
    for (std::size_t i = 0; i + 1 < shape.size(); ++i) product *= static_cast<std::size_t>(shape[i]);
    return product;
}

std::size_t StoredTensor::cols() const { return shape.empty() ? 1 : static_cast<std::size_t>(shape.back()); }

void decodeRows(const StoredTensor& tensor, std::size_t first, std::size_t count, float* out) {
    const std::size_t rows = tensor.rows(), cols = tensor.cols();
    if (first > rows || count > rows - first)
        throw Error(tensor.where + ": rows " + std::to_string(first) + " to " + std::to_string(first + count) + " of only " +
                    std::to_string(rows) + " were asked for");
    if (tensor.interleavedHeads == 0) return decodeElements(tensor, first * cols, first * cols, count * cols, out);
    const auto heads = static_cast<std::size_t>(tensor.interleavedHeads);
    if (tensor.shape.size() > 1) {
        for (std::size_t i = 0; i < count; ++i)
            decodeElements(tensor, storedRow(first + i, rows, heads) * cols, (first + i) * cols, cols, out + i * cols);
        return;
    }
    std::vector<float> stored(cols);
    decodeElements(tensor, 0, 0, cols, stored.data());
    for (std::size_t i = 0; i < cols; ++i) out[i] = stored[storedRow(i, cols, heads)];
}

}  // namespace qs
