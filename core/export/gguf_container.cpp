// SPDX-License-Identifier: GPL-3.0-or-later
#include "export/gguf_container.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "base/error.h"
#include "base/file.h"

namespace qs {
namespace {

constexpr std::size_t kAlignment = 32;

template <class T>
void number(std::string& out, T value) {
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void string(std::string& out, const std::string& value) {
    number(out, std::uint64_t{value.size()});
    out += value;
}

std::size_t aligned(std::size_t size) { return (size + kAlignment - 1) / kAlignment * kAlignment; }

struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

/// Reads values of a file that was checked before.
class RawReader {
  public:
    explicit RawReader(std::span<const std::byte> bytes) : m_bytes(bytes) {}

    template <class T>
    T number() {
        T value;
        std::memcpy(&value, take(sizeof value).data(), sizeof value);
        return value;
    }
    std::string text() {
        const auto bytes = take(number<std::uint64_t>());
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }
    void skipValue(std::uint32_t type) {
        constexpr std::size_t sizes[] = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
        if (type == 8) {
            take(number<std::uint64_t>());
        } else if (type == 9) {
            const auto inner = number<std::uint32_t>();
            for (auto left = number<std::uint64_t>(); left > 0; --left) skipValue(inner);
        } else {
            if (type >= std::size(sizes)) throw Error("key-value of unknown type " + std::to_string(type));
            take(sizes[type]);
        }
    }
    std::size_t place() const { return m_place; }

  private:
    std::span<const std::byte> take(std::uint64_t size) {
        if (size > m_bytes.size() - m_place) throw Error("the key-values leave the file");
        const auto part = m_bytes.subspan(m_place, static_cast<std::size_t>(size));
        m_place += static_cast<std::size_t>(size);
        return part;
    }

    std::span<const std::byte> m_bytes;
    std::size_t m_place = 0;
};

}  // namespace

void GgufKeys::head(const std::string& key, std::uint32_t type) {
    ++m_count;
    string(m_bytes, key);
    number(m_bytes, type);
}

void GgufKeys::arrayHead(const std::string& key, std::uint32_t type, std::size_t count) {
    head(key, 9);
    number(m_bytes, type);
    number(m_bytes, std::uint64_t{count});
}

void GgufKeys::text(const std::string& key, const std::string& value) {
    head(key, 8);
    string(m_bytes, value);
}

void GgufKeys::u32(const std::string& key, std::uint64_t value) {
    head(key, 4);
    number(m_bytes, static_cast<std::uint32_t>(value));
}

void GgufKeys::f32(const std::string& key, double value) {
    head(key, 6);
    number(m_bytes, static_cast<float>(value));
}

void GgufKeys::flag(const std::string& key, bool value) {
    head(key, 7);
    number(m_bytes, static_cast<std::uint8_t>(value));
}

void GgufKeys::texts(const std::string& key, const std::vector<std::string>& values) {
    arrayHead(key, 8, values.size());
    for (const std::string& value : values) string(m_bytes, value);
}

void GgufKeys::i32s(const std::string& key, const std::vector<std::int32_t>& values) {
    arrayHead(key, 5, values.size());
    for (const std::int32_t value : values) number(m_bytes, value);
}

void GgufKeys::f32s(const std::string& key, const std::vector<float>& values) {
    arrayHead(key, 6, values.size());
    for (const float value : values) number(m_bytes, value);
}

void GgufKeys::flags(const std::string& key, const std::vector<bool>& values) {
    arrayHead(key, 7, values.size());
    for (const bool value : values) number(m_bytes, static_cast<std::uint8_t>(value));
}

void GgufKeys::raw(std::span<const std::byte> bytes) {
    ++m_count;
    m_bytes.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

void writeGguf(const std::filesystem::path& path, const GgufKeys& keys, const std::vector<GgufOutput>& tensors) {
    std::string head = "GGUF";
    number(head, std::uint32_t{3});
    number(head, std::uint64_t{tensors.size()});
    number(head, keys.count());
    head += keys.bytes();
    std::size_t offset = 0;
    for (const GgufOutput& tensor : tensors) {
        string(head, tensor.name);
        number(head, static_cast<std::uint32_t>(tensor.shape.size()));
        for (std::size_t i = tensor.shape.size(); i-- > 0;) number(head, tensor.shape[i]);
        number(head, tensor.type);
        number(head, std::uint64_t{offset});
        offset += aligned(tensor.bytes);
    }
    head.resize(aligned(head.size()), '\0');
    writeAtomically(path, [&](const std::filesystem::path& temporary) {
        const auto failure = [&] { return Error(path.string() + ": cannot be written: " + std::strerror(errno)); };
        std::unique_ptr<std::FILE, Closer> file(std::fopen(temporary.c_str(), "wb"));
        if (!file) throw failure();
        const auto put = [&](const void* bytes, std::size_t size) {
            if (size > 0 && std::fwrite(bytes, 1, size, file.get()) != size) throw failure();
        };
        put(head.data(), head.size());
        for (const GgufOutput& tensor : tensors) {
            std::size_t written = 0;
            tensor.produce([&](std::span<const std::byte> bytes) {
                put(bytes.data(), bytes.size());
                written += bytes.size();
            });
            if (written != tensor.bytes) throw Error(path.string() + ": the tensor " + tensor.name + " has another size than declared");
            constexpr char zeros[kAlignment] = {};
            put(zeros, aligned(written) - written);
        }
        if (std::fclose(file.release()) != 0) throw failure();
    });
}

std::vector<RawGgufKey> rawGgufKeys(std::span<const std::byte> file) {
    RawReader reader(file);
    reader.number<std::uint64_t>();  // magic and version
    reader.number<std::uint64_t>();  // tensors
    std::vector<RawGgufKey> keys(static_cast<std::size_t>(reader.number<std::uint64_t>()));
    for (RawGgufKey& key : keys) {
        const std::size_t start = reader.place();
        key.name = reader.text();
        reader.skipValue(reader.number<std::uint32_t>());
        key.bytes = file.subspan(start, reader.place() - start);
    }
    return keys;
}

}  // namespace qs
