// SPDX-License-Identifier: GPL-3.0-or-later
// GGUF v2/v3, little-endian:
//   "GGUF", u32 version, u64 tensor count, u64 key count,
//   keys:    string name, u32 type, value          (string: u64 length, bytes; array: u32 type, u64 count, elements)
//   tensors: string name, u32 dimensions, u64 ne[dimensions] (fast axis first), u32 type, u64 offset in the data section
//   padding to general.alignment (32 if absent), data section
// Source: the GGUF specification (ggml, docs/gguf.md).
#include "base/gguf_file.h"

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/mapped_file.h"

namespace qs {
namespace {

constexpr std::uint64_t maxElements = std::uint64_t{1} << 48;
constexpr std::size_t maxNameLength = 65535;
constexpr std::uint32_t maxDimensions = 4;

/// Elements of one block and bytes it takes.
struct TypeSize {
    std::uint32_t type;
    std::uint32_t block;
    std::uint32_t bytes;
};

constexpr TypeSize typeSizes[] = {
    {0, 1, 4},       // F32
    {1, 1, 2},       // F16
    {2, 32, 18},     // Q4_0
    {3, 32, 20},     // Q4_1
    {6, 32, 22},     // Q5_0
    {7, 32, 24},     // Q5_1
    {8, 32, 34},     // Q8_0
    {9, 32, 36},     // Q8_1
    {10, 256, 84},   // Q2_K
    {11, 256, 110},  // Q3_K
    {12, 256, 144},  // Q4_K
    {13, 256, 176},  // Q5_K
    {14, 256, 210},  // Q6_K
    {15, 256, 292},  // Q8_K
    {16, 256, 66},   // IQ2_XXS
    {17, 256, 74},   // IQ2_XS
    {18, 256, 98},   // IQ3_XXS
    {19, 256, 50},   // IQ1_S
    {20, 32, 18},    // IQ4_NL
    {21, 256, 110},  // IQ3_S
    {22, 256, 82},   // IQ2_S
    {23, 256, 136},  // IQ4_XS
    {24, 1, 1},      // I8
    {25, 1, 2},      // I16
    {26, 1, 4},      // I32
    {27, 1, 8},      // I64
    {28, 1, 8},      // F64
    {29, 256, 56},   // IQ1_M
    {30, 1, 2},      // BF16
    {34, 256, 54},   // TQ1_0
    {35, 256, 66},   // TQ2_0
    {39, 32, 17},    // MXFP4
};

enum class ValueType : std::uint32_t { U8, I8, U16, I16, U32, I32, F32, Bool, String, Array, U64, I64, F64 };

/// Bytes that a value of the type takes at least; 0 for a type that does not exist.
std::size_t leastBytes(ValueType type) {
    switch (type) {
        case ValueType::U8:
        case ValueType::I8:
        case ValueType::Bool: return 1;
        case ValueType::U16:
        case ValueType::I16: return 2;
        case ValueType::U32:
        case ValueType::I32:
        case ValueType::F32: return 4;
        case ValueType::String:
        case ValueType::U64:
        case ValueType::I64:
        case ValueType::F64: return 8;
        case ValueType::Array: return 12;
    }
    return 0;
}

/// A name from the file as it may stand in a message: control and non-ASCII bytes replaced, cut to a readable length.
std::string printable(std::string_view name) {
    std::string text;
    for (const char c : name.substr(0, 80)) text += c >= 0x20 && c < 0x7f ? c : '?';
    return name.size() > 80 ? text + "..." : text;
}

/// Reads forward through the bytes of the file; every step is checked against its end.
class Reader {
  public:
    Reader(std::span<const std::byte> bytes, std::string file) : m_bytes(bytes), m_file(std::move(file)) {}

    std::size_t position() const { return m_position; }
    std::size_t left() const { return m_bytes.size() - m_position; }

    [[noreturn]] void fail(const std::string& what) const { throw Error(m_file + ": " + what); }

    template <class T>
    T number(const char* what) {
        T value;
        std::memcpy(&value, take(sizeof(T), what), sizeof(T));
        return value;
    }

    std::string text(const char* what) {
        const std::size_t start = m_position;
        const auto length = number<std::uint64_t>(what);
        if (length > left())
            fail(std::string(what) + " at byte " + std::to_string(start) + " says it has " + std::to_string(length) + " bytes, but " +
                 std::to_string(left()) + " are left in the file; the file is damaged or truncated");
        const auto size = static_cast<std::size_t>(length);
        return {reinterpret_cast<const char*>(take(size, what)), size};
    }

    /// A count of things that take at least `least` bytes each.
    std::size_t count(const char* what, std::size_t least) {
        const std::size_t start = m_position;
        const auto value = number<std::uint64_t>(what);
        if (value > left() / least && value > 0)
            fail("the " + std::string(what) + " at byte " + std::to_string(start) + " is " + std::to_string(value) +
                 ", more than fit into the file; the file is damaged or truncated");
        return static_cast<std::size_t>(value);
    }

  private:
    const std::byte* take(std::size_t size, const char* what) {
        if (size > left()) fail("the file ends at byte " + std::to_string(m_bytes.size()) + " inside the " + what + "; it is truncated");
        const std::byte* start = m_bytes.data() + m_position;
        m_position += size;
        return start;
    }

    std::span<const std::byte> m_bytes;
    std::string m_file;
    std::size_t m_position = 0;
};

bool readBool(Reader& reader, const std::string& key) {
    const auto byte = reader.number<std::uint8_t>("value");
    if (byte > 1) reader.fail("key " + printable(key) + ": " + std::to_string(byte) + " is not a boolean");
    return byte == 1;
}

template <class Stored, class Wide>
std::vector<Wide> readNumbers(Reader& reader, std::size_t count) {
    std::vector<Wide> values(count);
    for (Wide& value : values) value = static_cast<Wide>(reader.number<Stored>("array"));
    return values;
}

GgufValue readArray(Reader& reader, const std::string& key) {
    const auto type = static_cast<ValueType>(reader.number<std::uint32_t>("array type"));
    if (leastBytes(type) == 0)
        reader.fail("key " + printable(key) + ": array of type " + std::to_string(static_cast<std::uint32_t>(type)) +
                    ", which does not exist");
    if (type == ValueType::Array) reader.fail("key " + printable(key) + ": an array of arrays is not supported");
    const std::size_t count = reader.count("array length", leastBytes(type));
    switch (type) {
        case ValueType::U8: return {readNumbers<std::uint8_t, std::uint64_t>(reader, count)};
        case ValueType::U16: return {readNumbers<std::uint16_t, std::uint64_t>(reader, count)};
        case ValueType::U32: return {readNumbers<std::uint32_t, std::uint64_t>(reader, count)};
        case ValueType::U64: return {readNumbers<std::uint64_t, std::uint64_t>(reader, count)};
        case ValueType::I8: return {readNumbers<std::int8_t, std::int64_t>(reader, count)};
        case ValueType::I16: return {readNumbers<std::int16_t, std::int64_t>(reader, count)};
        case ValueType::I32: return {readNumbers<std::int32_t, std::int64_t>(reader, count)};
        case ValueType::I64: return {readNumbers<std::int64_t, std::int64_t>(reader, count)};
        case ValueType::F32: return {readNumbers<float, double>(reader, count)};
        case ValueType::F64: return {readNumbers<double, double>(reader, count)};
        case ValueType::Bool: {
            std::vector<bool> values(count);
            for (std::size_t i = 0; i < count; ++i) values[i] = readBool(reader, key);
            return {std::move(values)};
        }
        default: break;
    }
    std::vector<std::string> values;
    for (std::size_t i = 0; i < count; ++i) values.push_back(reader.text("string"));
    return {std::move(values)};
}

GgufValue readValue(Reader& reader, const std::string& key) {
    const auto type = reader.number<std::uint32_t>("value type");
    switch (static_cast<ValueType>(type)) {
        case ValueType::U8: return {std::uint64_t{reader.number<std::uint8_t>("value")}};
        case ValueType::U16: return {std::uint64_t{reader.number<std::uint16_t>("value")}};
        case ValueType::U32: return {std::uint64_t{reader.number<std::uint32_t>("value")}};
        case ValueType::U64: return {std::uint64_t{reader.number<std::uint64_t>("value")}};
        case ValueType::I8: return {std::int64_t{reader.number<std::int8_t>("value")}};
        case ValueType::I16: return {std::int64_t{reader.number<std::int16_t>("value")}};
        case ValueType::I32: return {std::int64_t{reader.number<std::int32_t>("value")}};
        case ValueType::I64: return {std::int64_t{reader.number<std::int64_t>("value")}};
        case ValueType::F32: return {double{reader.number<float>("value")}};
        case ValueType::F64: return {reader.number<double>("value")};
        case ValueType::Bool: return {readBool(reader, key)};
        case ValueType::String: return {reader.text("string")};
        case ValueType::Array: return readArray(reader, key);
    }
    reader.fail("key " + printable(key) + ": value of type " + std::to_string(type) + ", which does not exist");
}

/// Tensor as its table entry describes it; the bytes are found later.
struct Entry {
    GgufTensor tensor;
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
};

std::string shapeText(const std::vector<std::uint64_t>& shape) {
    std::string text;
    for (const auto n : shape) text += (text.empty() ? "" : ", ") + std::to_string(n);
    return "[" + text + "]";
}

/// Bytes of the tensor; checks its type and shape.
std::uint64_t sizeOf(const GgufTensor& tensor, const Reader& reader) {
    const std::string name = "tensor " + printable(tensor.name);
    const auto* size = std::find_if(std::begin(typeSizes), std::end(typeSizes), [&](const TypeSize& s) { return s.type == tensor.type; });
    if (size == std::end(typeSizes)) reader.fail(name + ": type " + std::to_string(tensor.type) + " is not known");
    std::uint64_t elements = 1;
    for (const auto n : tensor.shape) {
        if (n == 0 || n > maxElements || elements > maxElements / n) reader.fail(name + ": absurd shape " + shapeText(tensor.shape));
        elements *= n;
    }
    const std::uint64_t row = tensor.shape.empty() ? 1 : tensor.shape.back();
    if (row % size->block != 0)
        reader.fail(name + ": shape " + shapeText(tensor.shape) + " does not suit its type, whose blocks hold " +
                    std::to_string(size->block) + " values of a row");
    return elements / size->block * size->bytes;
}

Entry readEntry(Reader& reader) {
    Entry entry;
    GgufTensor& tensor = entry.tensor;
    tensor.name = reader.text("tensor name");
    if (tensor.name.empty() || tensor.name.size() > maxNameLength)
        reader.fail("a tensor name of " + std::to_string(tensor.name.size()) + " bytes is absurd");
    const auto dimensions = reader.number<std::uint32_t>("tensor table");
    if (dimensions > maxDimensions)
        reader.fail("tensor " + printable(tensor.name) + ": " + std::to_string(dimensions) + " dimensions; at most " +
                    std::to_string(maxDimensions) + " are possible");
    tensor.shape.resize(dimensions);
    for (auto& n : tensor.shape) n = reader.number<std::uint64_t>("tensor table");
    std::reverse(tensor.shape.begin(), tensor.shape.end());
    tensor.type = reader.number<std::uint32_t>("tensor table");
    entry.offset = reader.number<std::uint64_t>("tensor table");
    entry.size = sizeOf(tensor, reader);
    return entry;
}

/// Finds the bytes of the tensors, whose offsets count from the end of the tables, padded to `alignment`.
/// Throws if a tensor leaves the file, is not aligned or shares bytes with another. Entries come out sorted by offset.
void placeTensors(std::vector<Entry>& entries, std::span<const std::byte> file, std::uint64_t alignment, const Reader& reader) {
    const std::uint64_t start = (reader.position() + alignment - 1) / alignment * alignment;
    const std::uint64_t left = start < file.size() ? file.size() - start : 0;
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.offset < b.offset; });
    for (std::size_t i = 0; i < entries.size(); ++i) {
        Entry& entry = entries[i];
        const std::string name = "tensor " + printable(entry.tensor.name);
        if (entry.offset % alignment != 0)
            reader.fail(name + ": offset " + std::to_string(entry.offset) + " is not a multiple of the alignment " +
                        std::to_string(alignment));
        if (entry.offset > left || entry.size > left - entry.offset)
            reader.fail(name + ": its " + std::to_string(entry.size) + " bytes at offset " + std::to_string(entry.offset) +
                        " leave the file; the file is damaged or truncated");
        if (i > 0 && entry.offset - entries[i - 1].offset < entries[i - 1].size)
            reader.fail("the tensors " + printable(entries[i - 1].tensor.name) + " and " + printable(entry.tensor.name) + " overlap");
        entry.tensor.bytes = file.subspan(static_cast<std::size_t>(start + entry.offset), static_cast<std::size_t>(entry.size));
    }
}

template <class T>
constexpr const char* kindName() {
    if constexpr (std::same_as<T, std::string>) return "a string";
    else if constexpr (std::same_as<T, std::vector<std::string>>) return "an array of strings";
    else if constexpr (std::same_as<T, double>) return "a number";
    else return "an array of numbers";
}

const GgufValue& valueOf(const GgufFile& file, const std::string& key) {
    const auto found = file.values().find(key);
    if (found == file.values().end()) throw Error(file.path().string() + ": the key " + key + " is missing");
    return found->second;
}

template <class T>
const T& get(const GgufFile& file, const std::string& key) {
    const T* value = std::get_if<T>(&valueOf(file, key).value);
    if (!value) throw Error(file.path().string() + ": the key " + key + " is not " + kindName<T>());
    return *value;
}

}  // namespace

GgufFile::GgufFile(const std::filesystem::path& path) : m_file(path) {
    static_assert(std::endian::native == std::endian::little);
    Reader reader(m_file.bytes(), path.string());
    if (m_file.bytes().size() < 4 || std::memcmp(m_file.bytes().data(), "GGUF", 4) != 0)
        reader.fail("is not a GGUF file (it does not begin with 'GGUF')");
    reader.number<std::uint32_t>("header");
    const auto version = reader.number<std::uint32_t>("header");
    if (version != 0 && (version & 0xffffu) == 0) reader.fail("is a big-endian GGUF file; convert it to little-endian first");
    if (version != 2 && version != 3) reader.fail("GGUF version " + std::to_string(version) + " is not supported; 2 and 3 are");
    // The least key is name length + type + one byte; the least tensor is name length + dimensions + type + offset.
    const std::size_t tensorCount = reader.count("number of tensors", 24);
    const std::size_t keyCount = reader.count("number of keys", 13);
    for (std::size_t i = 0; i < keyCount; ++i) {
        std::string key = reader.text("key name");
        if (key.empty() || key.size() > maxNameLength) reader.fail("a key name of " + std::to_string(key.size()) + " bytes is absurd");
        GgufValue value = readValue(reader, key);
        if (!m_values.emplace(key, std::move(value)).second) reader.fail("the key " + printable(key) + " occurs twice");
    }
    std::vector<Entry> entries;
    for (std::size_t i = 0; i < tensorCount; ++i) entries.push_back(readEntry(reader));
    const std::uint64_t alignment = has("general.alignment") ? unsignedInteger("general.alignment") : 32;
    if (alignment == 0 || !std::has_single_bit(alignment) || alignment > (std::uint64_t{1} << 20))
        reader.fail("general.alignment is " + std::to_string(alignment) + "; it must be a power of two");
    requireIntact(m_file.bytes());
    placeTensors(entries, m_file.bytes(), alignment, reader);
    for (Entry& entry : entries) {
        const std::string name = entry.tensor.name;
        if (!m_tensors.emplace(name, std::move(entry.tensor)).second) reader.fail("the tensor " + printable(name) + " occurs twice");
    }
}

std::uint64_t GgufFile::unsignedInteger(const std::string& key) const {
    const auto& value = valueOf(*this, key).value;
    if (const auto* number = std::get_if<std::uint64_t>(&value)) return *number;
    if (const auto* number = std::get_if<std::int64_t>(&value); number && *number >= 0) return static_cast<std::uint64_t>(*number);
    throw Error(path().string() + ": the key " + key + " is not a whole number from 0 up");
}

double GgufFile::real(const std::string& key) const {
    const auto& value = valueOf(*this, key).value;
    if (const auto* number = std::get_if<std::uint64_t>(&value)) return static_cast<double>(*number);
    if (const auto* number = std::get_if<std::int64_t>(&value)) return static_cast<double>(*number);
    return get<double>(*this, key);
}

bool GgufFile::flag(const std::string& key) const { return get<bool>(*this, key); }
std::string GgufFile::text(const std::string& key) const { return get<std::string>(*this, key); }
const std::vector<std::string>& GgufFile::texts(const std::string& key) const { return get<std::vector<std::string>>(*this, key); }
const std::vector<double>& GgufFile::reals(const std::string& key) const { return get<std::vector<double>>(*this, key); }

std::vector<std::int64_t> GgufFile::integers(const std::string& key) const {
    const auto* numbers = std::get_if<std::vector<std::uint64_t>>(&valueOf(*this, key).value);
    return numbers ? std::vector<std::int64_t>(numbers->begin(), numbers->end()) : get<std::vector<std::int64_t>>(*this, key);
}

}  // namespace qs
