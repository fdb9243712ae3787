// SPDX-License-Identifier: GPL-3.0-or-later
// HDF5 tables with columns of text. Private to run_file*.cpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "run/run_file_hdf5.h"

namespace qs::hdf5 {

/// A table whose rows hold texts first and plain numbers after them, packed into bytes.
class TextTable {
  public:
    TextTable(std::vector<const char*> textNames, std::vector<Column> numbers, std::size_t numberBytes)
        : m_textNames(std::move(textNames)), m_numbers(std::move(numbers)), m_numberBytes(numberBytes) {}

    void add(std::vector<std::string> texts, const void* numbers = nullptr) {
        m_texts.push_back(std::move(texts));
        if (m_numberBytes == 0) return;
        const auto* bytes = static_cast<const std::byte*>(numbers);
        m_values.insert(m_values.end(), bytes, bytes + m_numberBytes);
    }

    void write(hid_t parent, const std::string& name) const {
        std::vector<std::size_t> sizes(m_textNames.size(), 1);
        for (const auto& row : m_texts)
            for (std::size_t c = 0; c < sizes.size(); ++c) sizes[c] = std::max(sizes[c], row[c].size());
        const auto [columns, rowBytes] = layout(sizes);
        std::vector<std::byte> bytes(m_texts.size() * rowBytes);
        for (std::size_t r = 0; r < m_texts.size(); ++r) {
            std::byte* row = bytes.data() + r * rowBytes;
            for (std::size_t c = 0; c < sizes.size(); ++c) std::memcpy(row + columns[c].offset, m_texts[r][c].data(), m_texts[r][c].size());
            if (m_numberBytes > 0) std::memcpy(row + rowBytes - m_numberBytes, m_values.data() + r * m_numberBytes, m_numberBytes);
        }
        writeTable(parent, name, columns, rowBytes, m_texts.size(), bytes.data());
    }

    /// each(texts, numbers) for every row.
    template <class Each>
    void read(hid_t parent, const std::string& name, Each each) const {
        std::vector<std::size_t> sizes;
        for (const char* column : m_textNames) sizes.push_back(textSizeOf(parent, name, column));
        const auto [columns, rowBytes] = layout(sizes);
        std::vector<std::byte> bytes;
        const std::size_t rows = readTable(parent, name, columns, rowBytes, bytes);
        std::vector<std::string> texts(sizes.size());
        for (std::size_t r = 0; r < rows; ++r) {
            const std::byte* row = bytes.data() + r * rowBytes;
            for (std::size_t c = 0; c < sizes.size(); ++c) {
                const auto* text = reinterpret_cast<const char*>(row + columns[c].offset);
                texts[c].assign(text, strnlen(text, sizes[c]));
            }
            each(texts, row + rowBytes - m_numberBytes);
        }
    }

  private:
    std::pair<std::vector<Column>, std::size_t> layout(const std::vector<std::size_t>& sizes) const {
        std::vector<Column> columns;
        std::size_t offset = 0;
        for (std::size_t c = 0; c < sizes.size(); ++c) {
            columns.push_back({m_textNames[c], offset, -1, sizes[c]});
            offset += sizes[c];
        }
        for (Column column : m_numbers) {
            column.offset += offset;
            columns.push_back(column);
        }
        return {columns, offset + m_numberBytes};
    }

    std::vector<const char*> m_textNames;
    std::vector<Column> m_numbers;
    std::size_t m_numberBytes;
    std::vector<std::vector<std::string>> m_texts;
    std::vector<std::byte> m_values;
};

}  // namespace qs::hdf5
