// SPDX-License-Identifier: GPL-3.0-or-later
// Writes small GGUF files, right or deliberately wrong, for tests.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace qs::testing {

class GgufWriter {
  public:
    explicit GgufWriter(std::uint32_t version = 3) : m_version(version) {}

    GgufWriter& text(const std::string& key, const std::string& value) {
        head(key, 8);
        string(m_keys, value);
        return *this;
    }
    GgufWriter& u32(const std::string& key, std::uint32_t value) { return scalar(key, 4, value); }
    GgufWriter& i32(const std::string& key, std::int32_t value) { return scalar(key, 5, value); }
    GgufWriter& f32(const std::string& key, float value) { return scalar(key, 6, value); }
    GgufWriter& u64(const std::string& key, std::uint64_t value) { return scalar(key, 10, value); }
    GgufWriter& f64(const std::string& key, double value) { return scalar(key, 12, value); }
    GgufWriter& flag(const std::string& key, std::uint8_t value) { return scalar(key, 7, value); }
    GgufWriter& texts(const std::string& key, const std::vector<std::string>& values) {
        arrayHead(key, 8, values.size());
        for (const auto& value : values) string(m_keys, value);
        return *this;
    }
    GgufWriter& i32s(const std::string& key, const std::vector<std::int32_t>& values) { return array(key, 5, values); }
    GgufWriter& f32s(const std::string& key, const std::vector<float>& values) { return array(key, 6, values); }
    /// An array whose length is a lie.
    GgufWriter& arrayHead(const std::string& key, std::uint32_t type, std::uint64_t count) {
        head(key, 9);
        number(m_keys, type);
        number(m_keys, count);
        return *this;
    }

    /// ne: fast axis first, as in the file.
    GgufWriter& tensor(const std::string& name, const std::vector<std::uint64_t>& ne, std::uint32_t type, std::uint64_t offset) {
        ++m_tensorCount;
        string(m_table, name);
        number(m_table, static_cast<std::uint32_t>(ne.size()));
        for (const auto n : ne) number(m_table, n);
        number(m_table, type);
        number(m_table, offset);
        return *this;
    }
    GgufWriter& data(std::size_t bytes) {
        m_data = bytes;
        return *this;
    }
    GgufWriter& claim(std::uint64_t tensors, std::uint64_t keys) {
        m_tensorCount = tensors;
        m_keyCount = keys;
        return *this;
    }

    std::string bytes(std::size_t alignment = 32) const {
        std::string file = "GGUF";
        number(file, m_version);
        number(file, m_tensorCount);
        number(file, m_keyCount);
        file += m_keys + m_table;
        if (m_data > 0) file.resize((file.size() + alignment - 1) / alignment * alignment);
        for (std::size_t i = 0; i < m_data; ++i) file += static_cast<char>(i);
        return file;
    }
    void write(const std::filesystem::path& path) const {
        const std::string content = bytes();
        std::ofstream(path, std::ios::binary).write(content.data(), static_cast<std::streamsize>(content.size()));
    }

  private:
    template <class T>
    static void number(std::string& out, T value) {
        out.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    static void string(std::string& out, const std::string& value) {
        number(out, std::uint64_t{value.size()});
        out += value;
    }
    void head(const std::string& key, std::uint32_t type) {
        ++m_keyCount;
        string(m_keys, key);
        number(m_keys, type);
    }
    template <class T>
    GgufWriter& scalar(const std::string& key, std::uint32_t type, T value) {
        head(key, type);
        number(m_keys, value);
        return *this;
    }
    template <class T>
    GgufWriter& array(const std::string& key, std::uint32_t type, const std::vector<T>& values) {
        arrayHead(key, type, values.size());
        for (const T value : values) number(m_keys, value);
        return *this;
    }

    std::uint32_t m_version;
    std::uint64_t m_tensorCount = 0, m_keyCount = 0;
    std::size_t m_data = 0;
    std::string m_keys, m_table;
};

}  // namespace qs::testing
