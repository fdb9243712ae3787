// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/safetensors.h"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/error.h"
#include "base/mapped_file.h"
#include "model/json_text.h"

namespace qs {
namespace {

using Json = nlohmann::json;
constexpr std::uint64_t kMaxHeader = 100'000'000;  // the limit of the reference implementation

std::optional<DType> dtypeOf(const std::string& name) {
    for (const DType type :
         {DType::F64, DType::F32, DType::F16, DType::BF16, DType::I64, DType::I32, DType::I16, DType::I8, DType::U8, DType::Bool})
        if (name == nameOf(type)) return type;
    return std::nullopt;
}

std::uint64_t littleEndian64(std::span<const std::byte> bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = 8; i-- > 0;) value = (value << 8) | std::to_integer<std::uint64_t>(bytes[i]);
    return value;
}

std::string headerOf(const MappedFile& file) {
    const std::string where = file.path().string();
    const auto bytes = file.bytes();
    if (bytes.size() < 8)
        throw Error(where + ": has only " + std::to_string(bytes.size()) + " bytes, too few for a safetensors file; fetch it again");
    const std::uint64_t length = littleEndian64(bytes);
    if (length > kMaxHeader)
        throw Error(where + ": claims a header of " + std::to_string(length) +
                    " bytes (at most 100 MB are allowed); this is not a safetensors file");
    if (length > bytes.size() - 8)
        throw Error(where + ": claims a header of " + std::to_string(length) + " bytes but has only " + std::to_string(bytes.size() - 8) +
                    " after the length; the file is cut off, fetch it again");
    return {reinterpret_cast<const char*>(bytes.data()) + 8, static_cast<std::size_t>(length)};
}

/// A JSON integer in [0, 2^62].
std::int64_t count(const Json& value, const std::string& where, const char* what) {
    constexpr std::uint64_t limit = std::uint64_t{1} << 62;
    if (!value.is_number_integer() || (value.is_number_unsigned() ? value.get<std::uint64_t>() > limit : value.get<std::int64_t>() < 0))
        throw Error(where + ": " + what + " must be whole numbers from 0 to 2^62, not " +
                    value.dump(-1, ' ', true, Json::error_handler_t::replace));
    return value.get<std::int64_t>();
}

SafetensorsEntry parseEntry(const std::string& name, const Json& value, std::span<const std::byte> data, const std::string& where) {
    if (!value.is_object() || !value.contains("dtype") || !value["dtype"].is_string() || !value.contains("shape") ||
        !value["shape"].is_array() || !value.contains("data_offsets") || !value["data_offsets"].is_array() ||
        value["data_offsets"].size() != 2)
        throw Error(where + ": the header entry must have dtype, shape and two data_offsets; the file is damaged");
    SafetensorsEntry entry;
    entry.name = name;
    const auto type = dtypeOf(value["dtype"].get<std::string>());
    if (!type)
        throw Error(where + ": dtype " + value["dtype"].get<std::string>() +
                    " is not supported (F64, F32, F16, BF16, I64, I32, I16, I8, U8, BOOL are)");
    entry.dtype = *type;
    for (const Json& axis : value["shape"]) entry.shape.push_back(count(axis, where, "the axes of shape"));
    const auto begin = static_cast<std::uint64_t>(count(value["data_offsets"][0], where, "data_offsets"));
    const auto end = static_cast<std::uint64_t>(count(value["data_offsets"][1], where, "data_offsets"));
    const std::string range = "[" + std::to_string(begin) + ", " + std::to_string(end) + ")";
    if (end < begin) throw Error(where + ": data_offsets " + range + " end before they begin; the file is damaged");
    if (end > data.size())
        throw Error(where + ": data_offsets " + range + " leave the file, which has " + std::to_string(data.size()) +
                    " bytes of data; it is cut off, fetch it again");
    const std::size_t elements = elementsOf(entry.shape, where);
    if (elements > (std::size_t{1} << 62) / byteSize(*type) || elements * byteSize(*type) != end - begin)
        throw Error(where + ": shape " + shapeText(entry.shape) + " of " + nameOf(*type) + " does not fill the " +
                    std::to_string(end - begin) + " bytes of its data_offsets; the file is damaged");
    entry.bytes = data.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
    return entry;
}

/// The tensors must tile the data: sorted by place, each begins where the one before ended.
void requireTiling(const std::map<std::string, SafetensorsEntry>& tensors, std::span<const std::byte> data, const std::string& path) {
    std::vector<const SafetensorsEntry*> order;
    for (const auto& [name, entry] : tensors) order.push_back(&entry);
    std::sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
        return a->bytes.data() != b->bytes.data() ? a->bytes.data() < b->bytes.data() : a->bytes.size() < b->bytes.size();
    });
    std::size_t end = 0;
    for (const auto* entry : order) {
        const auto begin = static_cast<std::size_t>(entry->bytes.data() - data.data());
        if (begin < end) throw Error(path + ", tensor " + entry->name + ": overlaps the tensor before it; the file is damaged");
        if (begin > end)
            throw Error(path + ", tensor " + entry->name + ": " + std::to_string(begin - end) +
                        " bytes before it belong to no tensor; the file is damaged");
        end = begin + entry->bytes.size();
    }
    if (end != data.size())
        throw Error(path + ": " + std::to_string(data.size() - end) + " bytes at the end belong to no tensor; the file is damaged");
}

template <class Real>
Real valueAt(DType type, const std::byte* bytes, std::size_t index) {
    const auto load = [&]<class Stored>(Stored value) {
        std::memcpy(&value, bytes + index * sizeof(Stored), sizeof(Stored));
        return value;
    };
    switch (type) {
        case DType::F64: return static_cast<Real>(load(double{}));
        case DType::F32: return static_cast<Real>(load(float{}));
        case DType::F16: return static_cast<Real>(toFloat(load(Float16{})));
        case DType::BF16: return static_cast<Real>(toFloat(load(BFloat16{})));
        case DType::I64: return static_cast<Real>(load(std::int64_t{}));
        case DType::I32: return static_cast<Real>(load(std::int32_t{}));
        case DType::I16: return static_cast<Real>(load(std::int16_t{}));
        case DType::I8: return static_cast<Real>(load(std::int8_t{}));
        case DType::U8: return static_cast<Real>(load(std::uint8_t{}));
        case DType::Bool: return static_cast<Real>(load(std::uint8_t{}) != 0 ? 1 : 0);
    }
    return Real{};
}

template <class Real>
std::vector<Real> valuesOf(const SafetensorsEntry& entry) {
    std::vector<Real> values(entry.elements());
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = valueAt<Real>(entry.dtype, entry.bytes.data(), i);
    requireIntact(entry.bytes);
    return values;
}

}  // namespace

std::string shapeText(std::span<const std::int64_t> shape) {
    std::string text = "[";
    for (std::size_t i = 0; i < shape.size(); ++i) text += (i ? ", " : "") + std::to_string(shape[i]);
    return text + "]";
}

std::size_t elementsOf(std::span<const std::int64_t> shape, const std::string& where) {
    std::int64_t product = 1;
    bool empty = false;
    for (const std::int64_t axis : shape) {
        if (axis < 0) throw Error(where + ": shape " + shapeText(shape) + " has a negative axis; the file is damaged");
        if (axis == 0) empty = true;
        if (axis > 0 && (__builtin_mul_overflow(product, axis, &product) || product > (std::int64_t{1} << 62)))
            throw Error(where + ": shape " + shapeText(shape) + " has more elements than any file can hold; the file is damaged");
    }
    return empty ? 0 : static_cast<std::size_t>(product);
}

SafetensorsFile::SafetensorsFile(const std::filesystem::path& path) : m_file(path) {
    const std::string text = headerOf(m_file);
    requireIntact(m_file.bytes());
    const Json header = parseJson(text, path.string() + ", header");
    if (!header.is_object()) throw Error(path.string() + ", header: must be a JSON object; this is not a safetensors file");
    const auto data = m_file.bytes().subspan(8 + text.size());
    for (const auto& [name, value] : header.items()) {
        if (name == "__metadata__") {
            if (!value.is_object()) throw Error(path.string() + ", header: __metadata__ must be an object of texts");
            for (const auto& [key, entry] : value.items()) {
                if (!entry.is_string()) throw Error(path.string() + ", header: __metadata__ must hold texts only, '" + key + "' is none");
                m_metadata[key] = entry.get<std::string>();
            }
            continue;
        }
        if (name.empty() || std::any_of(name.begin(), name.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }))
            throw Error(path.string() + ", header: the name of a tensor is empty or holds control characters; the file is damaged");
        m_tensors.emplace(name, parseEntry(name, value, data, path.string() + ", tensor " + name));
    }
    requireTiling(m_tensors, data, path.string());
}

const SafetensorsEntry& SafetensorsFile::tensor(const std::string& name) const {
    const auto found = m_tensors.find(name);
    if (found == m_tensors.end()) throw Error(path().string() + ": has no tensor " + name);
    return found->second;
}

std::vector<double> toDoubles(const SafetensorsEntry& entry) { return valuesOf<double>(entry); }
std::vector<float> toFloats(const SafetensorsEntry& entry) { return valuesOf<float>(entry); }

}  // namespace qs
