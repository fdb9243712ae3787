// SPDX-License-Identifier: GPL-3.0-or-later
// One bit at a time, as the formats are described; speed comes second here.
#include "export/decoder.h"

#include <cstring>
#include <set>

#include "base/error.h"
#include "base/file.h"
#include "export/config_reader.h"

namespace qs {
namespace fs = std::filesystem;
namespace {

/// A tensor of 32-bit words.
class Words {
  public:
    Words(const SafetensorsEntry& entry, std::size_t rows, std::size_t cols) : m_bytes(entry.bytes.data()), m_cols(cols) {
        if (entry.dtype != DType::I32 || entry.shape.size() != 2 || static_cast<std::size_t>(entry.shape[0]) != rows ||
            static_cast<std::size_t>(entry.shape[1]) != cols)
            throw Error("tensor " + entry.name + " should be I32 [" + std::to_string(rows) + ", " + std::to_string(cols) + "] but is " +
                        nameOf(entry.dtype) + " " + shapeText(entry.shape));
    }
    std::uint32_t operator()(std::size_t row, std::size_t col) const {
        std::uint32_t word;
        std::memcpy(&word, m_bytes + 4 * (row * m_cols + col), 4);
        return word;
    }

  private:
    const std::byte* m_bytes;
    std::size_t m_cols;
};

/// Field `index` of `bits` bits out of a stream whose word k is word(k).
template <class Word>
std::uint8_t field(std::size_t index, unsigned bits, Word word) {
    const std::size_t first = index * bits;
    const unsigned shift = static_cast<unsigned>(first % 32);
    std::uint64_t two = word(first / 32);
    if (shift + bits > 32) two |= std::uint64_t{word(first / 32 + 1)} << 32;
    return static_cast<std::uint8_t>((two >> shift) & ((1u << bits) - 1));
}

std::size_t ceilWords(std::size_t count, unsigned bits) { return (count * bits) / 32 + ((count * bits) % 32 ? 1 : 0); }

float storedNumber(const SafetensorsEntry& entry, std::size_t index) {
    const std::byte* at = entry.bytes.data() + index * byteSize(entry.dtype);
    if (entry.dtype == DType::F32) {
        float value;
        std::memcpy(&value, at, 4);
        return value;
    }
    std::uint16_t half;
    std::memcpy(&half, at, 2);
    if (entry.dtype == DType::BF16) return toFloat(BFloat16{half});
    if (entry.dtype == DType::F16) return toFloat(Float16{half});
    throw Error("tensor " + entry.name + " holds no real numbers");
}

/// Scales as [out, groups].
Matrix<float> scalesOf(const SafetensorsEntry& entry, std::size_t out, bool transposed) {
    if (entry.shape.size() != 2 || static_cast<std::size_t>(entry.shape[transposed ? 1 : 0]) != out)
        throw Error("tensor " + entry.name + " has the shape " + shapeText(entry.shape));
    const auto groups = static_cast<std::size_t>(entry.shape[transposed ? 0 : 1]);
    Matrix<float> scales(out, groups);
    for (std::size_t i = 0; i < out; ++i)
        for (std::size_t g = 0; g < groups; ++g) scales(i, g) = storedNumber(entry, transposed ? g * out + i : i * groups + g);
    return scales;
}

std::vector<std::int32_t> consecutiveGroups(std::size_t in, int groupSize) {
    std::vector<std::int32_t> group(in, 0);
    for (std::size_t c = 0; c < in && groupSize > 0; ++c) group[c] = static_cast<std::int32_t>(c / static_cast<std::size_t>(groupSize));
    return group;
}

DecodedLinear decodeCompressedTensors(const ExportReader& reader, const std::string& name, const ModuleGrid& grid) {
    const auto bits = static_cast<unsigned>(grid.bits);
    const SafetensorsEntry& shape = reader.tensor(name + ".weight_shape");
    if (shape.dtype != DType::I64 || shape.bytes.size() != 16) throw Error("tensor " + shape.name + " is not two numbers");
    std::int64_t sizes[2];
    std::memcpy(sizes, shape.bytes.data(), sizeof sizes);
    const auto out = static_cast<std::size_t>(sizes[0]), in = static_cast<std::size_t>(sizes[1]);
    const Words packed(reader.tensor(name + ".weight_packed"), out, ceilWords(in, bits));
    DecodedLinear decoded;
    const SafetensorsEntry& scales = reader.tensor(name + ".weight_scale");
    decoded.scaleType = scales.dtype;
    decoded.scales = scalesOf(scales, out, false);
    decoded.codes = Matrix<std::uint8_t>(out, in);
    for (std::size_t i = 0; i < out; ++i)
        for (std::size_t j = 0; j < in; ++j) decoded.codes(i, j) = field(j, bits, [&](std::size_t k) { return packed(i, k); });
    const std::size_t groups = decoded.scales.cols();
    decoded.zeros = Matrix<std::uint8_t>(out, groups);
    for (std::uint8_t& zero : decoded.zeros.values()) zero = static_cast<std::uint8_t>(1u << (bits - 1));
    if (!grid.symmetric) {
        const Words zeros(reader.tensor(name + ".weight_zero_point"), ceilWords(out, bits), groups);
        for (std::size_t i = 0; i < out; ++i)
            for (std::size_t g = 0; g < groups; ++g) decoded.zeros(i, g) = field(i, bits, [&](std::size_t k) { return zeros(k, g); });
    }
    decoded.group = consecutiveGroups(in, grid.groupSize);
    return decoded;
}

DecodedLinear decodeGptq(const ExportReader& reader, const std::string& name, const ModuleGrid& grid) {
    const auto bits = static_cast<unsigned>(grid.bits);
    const SafetensorsEntry& index = reader.tensor(name + ".g_idx");
    const std::size_t in = index.elements();
    DecodedLinear decoded;
    decoded.group.resize(in);
    if (index.dtype != DType::I32) throw Error("tensor " + index.name + " is not I32");
    std::memcpy(decoded.group.data(), index.bytes.data(), 4 * in);
    const SafetensorsEntry& scales = reader.tensor(name + ".scales");
    const std::size_t out = scales.shape.empty() ? 0 : static_cast<std::size_t>(scales.shape.back());
    decoded.scaleType = scales.dtype;
    decoded.scales = scalesOf(scales, out, true);
    const std::size_t groups = decoded.scales.cols();
    const Words packed(reader.tensor(name + ".qweight"), in * bits / 32, out);
    const Words zeros(reader.tensor(name + ".qzeros"), groups, out * bits / 32);
    decoded.codes = Matrix<std::uint8_t>(out, in);
    for (std::size_t i = 0; i < out; ++i)
        for (std::size_t j = 0; j < in; ++j) decoded.codes(i, j) = field(j, bits, [&](std::size_t k) { return packed(k, i); });
    decoded.zeros = Matrix<std::uint8_t>(out, groups);
    for (std::size_t i = 0; i < out; ++i)
        for (std::size_t g = 0; g < groups; ++g)
            decoded.zeros(i, g) = static_cast<std::uint8_t>(field(i, bits, [&](std::size_t k) { return zeros(g, k); }) + grid.zeroOffset);
    if (!grid.scattered && decoded.group != consecutiveGroups(in, grid.groupSize))
        throw Error("tensor " + index.name + " is not in order, though desc_act is false");
    return decoded;
}

/// Output channel 8c + j stands in nibble place[j] of word c.
DecodedLinear decodeAwq(const ExportReader& reader, const std::string& name, const ModuleGrid& grid) {
    constexpr unsigned place[8] = {0, 4, 1, 5, 2, 6, 3, 7};
    const SafetensorsEntry& scales = reader.tensor(name + ".scales");
    const std::size_t out = scales.shape.empty() ? 0 : static_cast<std::size_t>(scales.shape.back());
    DecodedLinear decoded;
    decoded.scaleType = scales.dtype;
    decoded.scales = scalesOf(scales, out, true);
    const SafetensorsEntry& weight = reader.tensor(name + ".qweight");
    const std::size_t in = weight.shape.empty() ? 0 : static_cast<std::size_t>(weight.shape.front()), groups = decoded.scales.cols();
    const Words packed(weight, in, out / 8), zeros(reader.tensor(name + ".qzeros"), groups, out / 8);
    decoded.codes = Matrix<std::uint8_t>(out, in);
    decoded.zeros = Matrix<std::uint8_t>(out, groups);
    for (std::size_t i = 0; i < out; ++i) {
        const unsigned shift = 4 * place[i % 8];
        for (std::size_t j = 0; j < in; ++j) decoded.codes(i, j) = static_cast<std::uint8_t>((packed(j, i / 8) >> shift) & 15u);
        for (std::size_t g = 0; g < groups; ++g) decoded.zeros(i, g) = static_cast<std::uint8_t>((zeros(g, i / 8) >> shift) & 15u);
    }
    decoded.group = consecutiveGroups(in, grid.groupSize);
    return decoded;
}

float rounded(float value, DType type) {
    if (type == DType::F16) return toFloat(toFloat16(value));
    return type == DType::BF16 ? toFloat(toBFloat16(value)) : value;
}

std::size_t groupOf(const LinearRecord& record, std::size_t column) {
    if (!record.groupIndex.empty()) return static_cast<std::size_t>(record.groupIndex[column]);
    return record.groupSize > 0 ? column / static_cast<std::size_t>(record.groupSize) : 0;
}

}  // namespace

ExportReader::ExportReader(const fs::path& folder) : m_folder(folder) {
    std::set<std::string> names;
    const fs::path index = folder / "model.safetensors.index.json";
    if (fs::exists(index)) {
        const auto map = nlohmann::json::parse(readText(index)).at("weight_map");
        for (const auto& [tensor, file] : map.items()) names.insert(file.get<std::string>());
    } else {
        names.insert("model.safetensors");
    }
    for (const std::string& name : names) {
        m_files.push_back(std::make_unique<SafetensorsFile>(folder / name));
        for (const auto& [tensor, entry] : m_files.back()->tensors())
            if (!m_tensors.emplace(tensor, &entry).second) throw Error((folder / name).string() + ": " + tensor + " is in two shards");
    }
    const auto config = nlohmann::json::parse(readText(folder / "config.json"));
    if (config.contains("quantization_config")) m_quantization = config.at("quantization_config");
}

const SafetensorsEntry& ExportReader::tensor(const std::string& name) const {
    const auto found = m_tensors.find(name);
    if (found == m_tensors.end()) throw Error(m_folder.string() + ": the tensor " + name + " is missing");
    return *found->second;
}

DecodedLinear ExportReader::linear(const std::string& name) const {
    try {
        const ModuleGrid grid = gridOf(m_quantization, name);
        switch (grid.layout) {
            case ModuleGrid::Layout::CompressedTensors: return decodeCompressedTensors(*this, name, grid);
            case ModuleGrid::Layout::Gptq: return decodeGptq(*this, name, grid);
            case ModuleGrid::Layout::Awq: return decodeAwq(*this, name, grid);
        }
    } catch (const nlohmann::json::exception& error) {
        throw Error(m_folder.string() + ": config.json is not what it should be: " + error.what());
    }
    throw Error(m_folder.string() + ": unknown layout");
}

void compareWithRun(const DecodedLinear& d, const LinearRecord& r, const std::string& file) {
    const auto refuse = [&](const std::string& what) {
        throw Error(file + ": " + r.name + ": " + what +
                    " do not read back as the run has them; check the disk, and report it if it persists");
    };
    if (!(d.codes == r.codes)) refuse("the codes");
    if (!(d.zeros == r.zeros)) refuse("the zero points");
    if (d.scales.rows() != r.scales.rows() || d.scales.cols() != r.scales.cols()) refuse("the scales");
    for (std::size_t i = 0; i < d.scales.size(); ++i)
        if (d.scales.values()[i] != rounded(r.scales.values()[i], d.scaleType)) refuse("the scales");
    for (std::size_t c = 0; c < d.group.size(); ++c)
        if (static_cast<std::size_t>(d.group[c]) != groupOf(r, c)) refuse("the groups");
}

void compareWithRun(const SafetensorsEntry& weight, const LinearRecord& r, const std::string& file) {
    const bool shaped = weight.dtype == DType::F32 && weight.shape.size() == 2 && weight.elements() == r.codes.size();
    for (std::size_t i = 0; shaped && i < r.codes.rows(); ++i)
        for (std::size_t j = 0; j < r.codes.cols(); ++j) {
            const std::size_t g = groupOf(r, j);
            float stored;
            std::memcpy(&stored, weight.bytes.data() + 4 * (i * r.codes.cols() + j), 4);
            const float expected = r.scales(i, g) * static_cast<float>(int{r.codes(i, j)} - int{r.zeros(i, g)});
            if (std::memcmp(&stored, &expected, 4) != 0)
                throw Error(file + ": tensor " + weight.name + " differs from the run at [" + std::to_string(i) + ", " + std::to_string(j) +
                            "]; check the disk");
        }
    if (!shaped) throw Error(file + ": tensor " + weight.name + " has another shape or type than the run");
}

}  // namespace qs
