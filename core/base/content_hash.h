// SPDX-License-Identifier: GPL-3.0-or-later
// A 64-bit content hash (FNV-1a) for fingerprints: not for security.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace qs {

class ContentHash {
  public:
    void add(std::span<const std::byte> bytes) {
        for (const std::byte b : bytes) m_value = (m_value ^ std::to_integer<std::uint64_t>(b)) * 0x100000001b3u;
    }
    /// The length goes in as well, so that "ab", "c" differs from "a", "bc".
    void add(std::string_view text) {
        add(static_cast<std::int64_t>(text.size()));
        add(std::as_bytes(std::span(text)));
    }
    void add(std::int64_t number) { add(std::as_bytes(std::span(&number, 1))); }
    void add(std::span<const std::int32_t> ids) {
        add(static_cast<std::int64_t>(ids.size()));
        add(std::as_bytes(ids));
    }
    std::uint64_t value() const { return m_value; }
    /// 16 hexadecimal digits.
    std::string text() const {
        std::string digits(16, '0');
        for (int i = 0; i < 16; ++i) digits[static_cast<std::size_t>(i)] = "0123456789abcdef"[(m_value >> (60 - 4 * i)) & 15u];
        return digits;
    }

  private:
    std::uint64_t m_value = 0xcbf29ce484222325u;
};

}  // namespace qs
