// SPDX-License-Identifier: GPL-3.0-or-later
// Values as bytes for other ranks of the same program, in the order in which they are put; not a file format.
#pragma once

#include <cstring>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/array.h"
#include "base/error.h"

namespace qs {

class ByteWriter {
  public:
    template <class T>
    void put(const T& value) requires std::is_trivially_copyable_v<T> {
        m_bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    template <class T>
    void put(std::span<const T> values) {
        put(values.size());
        m_bytes.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
    }
    template <class T>
    void put(const std::vector<T>& values) {
        put(std::span<const T>(values));
    }
    void put(const std::string& text) { put(std::span<const char>(text)); }
    template <class T>
    void put(const Matrix<T>& matrix) {
        put(matrix.rows());
        put(matrix.cols());
        put(matrix.values());
    }
    std::string take() { return std::move(m_bytes); }

  private:
    std::string m_bytes;
};

/// Reads what a ByteWriter put, in the same order and with the same types. Throws Error where bytes are missing.
class ByteReader {
  public:
    explicit ByteReader(std::string_view bytes) : m_bytes(bytes) {}

    template <class T>
    T get() {
        T value{};
        if constexpr (std::is_trivially_copyable_v<T>) std::memcpy(&value, next(sizeof value), sizeof value);
        else read(value);
        return value;
    }

  private:
    template <class T>
    void read(std::vector<T>& values) {
        values.resize(get<std::size_t>());
        copy(values.data(), values.size());
    }
    void read(std::string& text) {
        text.resize(get<std::size_t>());
        copy(text.data(), text.size());
    }
    template <class T>
    void read(Matrix<T>& matrix) {
        const auto rows = get<std::size_t>(), cols = get<std::size_t>(), count = get<std::size_t>();
        if (count != rows * cols) throw Error("a message of another process is damaged");
        matrix = Matrix<T>(rows, cols);
        copy(matrix.data(), count);
    }
    template <class T>
    void copy(T* values, std::size_t count) {
        if (count > 0) std::memcpy(values, next(count * sizeof(T)), count * sizeof(T));
    }
    const char* next(std::size_t count) {
        if (count > m_bytes.size()) throw Error("a message of another process is damaged");
        const char* at = m_bytes.data();
        m_bytes.remove_prefix(count);
        return at;
    }

    std::string_view m_bytes;
};

}  // namespace qs
