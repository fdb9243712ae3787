// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluate/parquet_column.h"

#include <snappy.h>
#include <zstd.h>

#include <bit>
#include <cstring>
#include <string>
#include <string_view>

#include "base/error.h"
#include "evaluate/gunzip.h"
#include "text/utf8.h"

namespace qs {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t kMostValues = 1 << 26;
constexpr std::int64_t kMostPageBytes = 1 << 30;

enum Codec { kUncompressed = 0, kSnappy = 1, kGzip = 2, kZstd = 6 };
enum Encoding { kPlain = 0, kPlainDictionary = 2, kRle = 3, kRleDictionary = 8 };
enum Page { kData = 0, kDictionary = 2, kDataV2 = 3 };

[[noreturn]] void damaged(const std::string& what) { throw Error("damaged: " + what); }

std::string decompressed(std::string_view in, std::int64_t codec, std::size_t size) {
    std::string out;
    switch (codec) {
        case kUncompressed: out = in; break;
        case kSnappy: {
            std::size_t length = 0;
            if (!snappy::GetUncompressedLength(in.data(), in.size(), &length) || length != size) damaged("a SNAPPY page");
            out.resize(size);
            if (!snappy::RawUncompress(in.data(), in.size(), out.data())) damaged("a SNAPPY page");
            break;
        }
        case kGzip: out = gunzip(in, "a GZIP page"); break;
        case kZstd: {
            out.resize(size);
            const std::size_t made = ZSTD_decompress(out.data(), size, in.data(), in.size());
            if (ZSTD_isError(made)) damaged("a ZSTD page");
            out.resize(made);
            break;
        }
        default: throw Error("compression codec " + std::to_string(codec) + " is not supported (known: none, SNAPPY, GZIP, ZSTD)");
    }
    if (out.size() != size) damaged("a page has another size than its header says");
    return out;
}

template <class T>
T take(std::string_view& bytes) {
    T value;
    if (bytes.size() < sizeof value) damaged("a page ends too early");
    std::memcpy(&value, bytes.data(), sizeof value);
    bytes.remove_prefix(sizeof value);
    return value;
}

std::string_view takeBytes(std::string_view& bytes, std::size_t count) {
    if (count > bytes.size()) damaged("a page ends too early");
    const std::string_view part = bytes.substr(0, count);
    bytes.remove_prefix(count);
    return part;
}

std::uint64_t takeVarint(std::string_view& bytes) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        const auto part = take<std::uint8_t>(bytes);
        value |= static_cast<std::uint64_t>(part & 127u) << shift;
        if (part < 128) return value;
    }
    damaged("a run length");
}

/// Runs of equal values and bit-packed groups of 8, `width` bits each: `count` values.
std::vector<std::uint32_t> hybrid(std::string_view bytes, unsigned width, std::size_t count) {
    std::vector<std::uint32_t> values;
    if (width > 32) damaged("a bit width");
    if (width == 0) return std::vector<std::uint32_t>(count);
    while (values.size() < count) {
        const std::uint64_t head = takeVarint(bytes);
        if ((head & 1u) == 0) {
            const std::uint64_t run = std::min<std::uint64_t>(head >> 1u, count - values.size());
            std::uint32_t value = 0;
            const std::string_view stored = takeBytes(bytes, (width + 7) / 8);
            std::memcpy(&value, stored.data(), stored.size());
            if (run == 0) damaged("an empty run");
            values.insert(values.end(), static_cast<std::size_t>(run), value);
            continue;
        }
        const std::uint64_t groups = head >> 1u;
        if (groups == 0 || groups > bytes.size() / width + 1) damaged("a bit-packed run");
        const std::string_view packed = takeBytes(bytes, std::min<std::size_t>(static_cast<std::size_t>(groups) * width, bytes.size()));
        for (std::size_t i = 0; i < groups * 8 && values.size() < count; ++i) {
            std::uint64_t value = 0;
            for (unsigned b = 0; b < width; ++b) {
                const std::size_t bit = i * width + b;
                if (bit / 8 >= packed.size()) damaged("a bit-packed run");
                value |= static_cast<std::uint64_t>((static_cast<unsigned char>(packed[bit / 8]) >> (bit % 8)) & 1u) << b;
            }
            values.push_back(static_cast<std::uint32_t>(value));
        }
    }
    return values;
}

Json textOf(std::string_view bytes) { return firstInvalidUtf8(bytes) == bytes.size() ? std::string(bytes) : repairedUtf8(bytes); }

std::vector<Json> plain(std::string_view bytes, ParquetType type, std::size_t count) {
    std::vector<Json> values;
    for (std::size_t i = 0; i < count; ++i) switch (type) {
            case ParquetType::Boolean:
                if (i / 8 >= bytes.size()) damaged("a page ends too early");
                values.push_back(((static_cast<unsigned char>(bytes[i / 8]) >> (i % 8)) & 1u) != 0);
                break;
            case ParquetType::Int32: values.push_back(take<std::int32_t>(bytes)); break;
            case ParquetType::Int64: values.push_back(take<std::int64_t>(bytes)); break;
            case ParquetType::Float: values.push_back(take<float>(bytes)); break;
            case ParquetType::Double: values.push_back(take<double>(bytes)); break;
            case ParquetType::Bytes: values.push_back(textOf(takeBytes(bytes, take<std::uint32_t>(bytes)))); break;
            case ParquetType::Int96:
            case ParquetType::FixedBytes: throw Error("columns of 96-bit integers or fixed-length bytes are not supported");
        }
    return values;
}

class ChunkReader {
  public:
    ChunkReader(const ParquetLeaf& leaf, std::int64_t codec) : m_leaf(leaf), m_codec(codec) {}

    /// One page; returns the number of values that it adds.
    std::int64_t page(const ThriftValue& header, std::string_view body) {
        const std::int64_t size = header.integerOf(2);
        if (size < 0 || size > kMostPageBytes) damaged("a page size");
        const auto bytes = static_cast<std::size_t>(size);
        switch (header.integerOf(1, -1)) {
            case kDictionary: dictionary(header, decompressed(body, m_codec, bytes)); return 0;
            case kData: return data(header, decompressed(body, m_codec, bytes));
            case kDataV2: return dataV2(header, body, bytes);
            default: return 0;  // index pages
        }
    }

    ParquetColumn column;

  private:
    static const ThriftValue& part(const ThriftValue& header, int field) {
        const ThriftValue* found = header.find(field);
        if (!found) damaged("a page header");
        return *found;
    }
    static std::size_t countOf(const ThriftValue& header) {
        const std::int64_t count = header.integerOf(1, -1);
        if (count < 0 || count > kMostValues) damaged("a page has " + std::to_string(count) + " values");
        return static_cast<std::size_t>(count);
    }

    void dictionary(const ThriftValue& header, const std::string& bytes) {
        const ThriftValue& own = part(header, 7);
        m_dictionary = plain(bytes, m_leaf.type, std::min(countOf(own), bytes.size() * 8));
    }

    std::int64_t data(const ThriftValue& header, std::string_view bytes) {
        const ThriftValue& own = part(header, 5);
        const std::size_t count = countOf(own);
        const auto levels = [&](int most, int encodingField) {
            if (most == 0) return std::vector<std::uint32_t>(count);
            if (own.integerOf(encodingField) != kRle) throw Error("levels in the old BIT_PACKED encoding are not supported");
            return hybrid(takeBytes(bytes, take<std::uint32_t>(bytes)), widthFor(most), count);
        };
        const auto repetition = levels(m_leaf.maxRepetition, 4), definition = levels(m_leaf.maxDefinition, 3);
        add(repetition, definition, own.integerOf(2), bytes);
        return static_cast<std::int64_t>(count);
    }

    std::int64_t dataV2(const ThriftValue& header, std::string_view body, std::size_t size) {
        const ThriftValue& own = part(header, 8);
        const std::size_t count = countOf(own);
        const std::int64_t definitionBytes = own.integerOf(5), repetitionBytes = own.integerOf(6);
        if (definitionBytes < 0 || repetitionBytes < 0) damaged("a page header");
        const std::size_t levelBytes = static_cast<std::size_t>(definitionBytes) + static_cast<std::size_t>(repetitionBytes);
        if (levelBytes > size) damaged("a page header");
        const std::string_view repetition = takeBytes(body, static_cast<std::size_t>(repetitionBytes));
        const std::string_view definition = takeBytes(body, static_cast<std::size_t>(definitionBytes));
        const std::string values = decompressed(body, own.integerOf(7, 1) != 0 ? m_codec : std::int64_t{kUncompressed}, size - levelBytes);
        const auto levels = [&](std::string_view bytes, int most) {
            return most == 0 ? std::vector<std::uint32_t>(count) : hybrid(bytes, widthFor(most), count);
        };
        add(levels(repetition, m_leaf.maxRepetition), levels(definition, m_leaf.maxDefinition), own.integerOf(4), values);
        return static_cast<std::int64_t>(count);
    }

    static unsigned widthFor(int most) { return static_cast<unsigned>(std::bit_width(static_cast<unsigned>(most))); }

    void add(const std::vector<std::uint32_t>& repetition, const std::vector<std::uint32_t>& definition, std::int64_t encoding,
             std::string_view bytes) {
        std::size_t present = 0;
        for (std::size_t i = 0; i < definition.size(); ++i) {
            if (definition[i] > static_cast<unsigned>(m_leaf.maxDefinition) || repetition[i] > static_cast<unsigned>(m_leaf.maxRepetition))
                damaged("a level");
            column.definition.push_back(static_cast<std::uint8_t>(definition[i]));
            column.repetition.push_back(static_cast<std::uint8_t>(repetition[i]));
            present += definition[i] == static_cast<unsigned>(m_leaf.maxDefinition);
        }
        for (Json& value : valuesOf(encoding, bytes, present)) column.values.push_back(std::move(value));
    }

    std::vector<Json> valuesOf(std::int64_t encoding, std::string_view bytes, std::size_t count) const {
        if (encoding == kPlain) return plain(bytes, m_leaf.type, count);
        std::vector<Json> values;
        if (encoding == kRle && m_leaf.type == ParquetType::Boolean) {
            for (const std::uint32_t bit : hybrid(takeBytes(bytes, take<std::uint32_t>(bytes)), 1, count)) values.push_back(bit != 0);
            return values;
        }
        if (encoding != kPlainDictionary && encoding != kRleDictionary)
            throw Error("encoding " + std::to_string(encoding) + " is not supported (known: PLAIN, RLE, dictionary)");
        if (count == 0) return values;
        const auto width = take<std::uint8_t>(bytes);
        for (const std::uint32_t index : hybrid(bytes, width, count)) {
            if (index >= m_dictionary.size()) damaged("a value outside of its dictionary");
            values.push_back(m_dictionary[index]);
        }
        return values;
    }

    ParquetLeaf m_leaf;
    std::int64_t m_codec;
    std::vector<Json> m_dictionary;
};

}  // namespace

ParquetColumn readParquetColumn(std::span<const std::byte> file, const ThriftValue& metaData, const ParquetLeaf& leaf) {
    const std::int64_t values = metaData.integerOf(5), size = metaData.integerOf(7);
    const std::int64_t dictionary = metaData.integerOf(11), data = metaData.integerOf(9);
    const std::int64_t start = dictionary > 0 && dictionary < data ? dictionary : data;
    if (start < 4 || size < 0 || start > static_cast<std::int64_t>(file.size()) || size > static_cast<std::int64_t>(file.size()) - start)
        damaged("a column lies outside of the file");
    if (values < 0 || values > kMostValues) damaged("a column has " + std::to_string(values) + " values");
    std::span<const std::byte> rest = file.subspan(static_cast<std::size_t>(start), static_cast<std::size_t>(size));
    ChunkReader reader(leaf, metaData.integerOf(4));
    for (std::int64_t done = 0; done < values;) {
        const auto [header, taken] = readThriftStruct(rest);
        rest = rest.subspan(taken);
        const std::int64_t bytes = header.integerOf(3, -1);
        if (bytes < 0 || bytes > static_cast<std::int64_t>(rest.size())) damaged("a page lies outside of its column");
        done += reader.page(header, {reinterpret_cast<const char*>(rest.data()), static_cast<std::size_t>(bytes)});
        if (done > values) damaged("a column has more values than it says");
        rest = rest.subspan(static_cast<std::size_t>(bytes));
    }
    return std::move(reader.column);
}

}  // namespace qs
