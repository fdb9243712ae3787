// SPDX-License-Identifier: GPL-3.0-or-later
// Writing a GGUF v3 file: key-values and tensor table first, then the data piece by piece.
// Layout: "GGUF", u32 3, u64 tensors, u64 keys, keys, table (name, axes fast one first, type, offset), data aligned to 32 bytes.
// Source: the GGUF specification (github.com/ggml-org/ggml, docs/gguf.md).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace qs {

/// Key-values in the order in which they were added.
class GgufKeys {
  public:
    void text(const std::string& key, const std::string& value);
    void u32(const std::string& key, std::uint64_t value);
    void f32(const std::string& key, double value);
    void flag(const std::string& key, bool value);
    void texts(const std::string& key, const std::vector<std::string>& values);
    void i32s(const std::string& key, const std::vector<std::int32_t>& values);
    void f32s(const std::string& key, const std::vector<float>& values);
    void flags(const std::string& key, const std::vector<bool>& values);
    /// A key with its value as another file holds them.
    void raw(std::span<const std::byte> bytes);

    std::uint64_t count() const { return m_count; }
    const std::string& bytes() const { return m_bytes; }

  private:
    void head(const std::string& key, std::uint32_t type);
    void arrayHead(const std::string& key, std::uint32_t type, std::size_t count);

    std::string m_bytes;
    std::uint64_t m_count = 0;
};

struct GgufOutput {
    std::string name;
    std::uint32_t type = 0;
    std::vector<std::uint64_t> shape;  ///< slow axis first
    std::size_t bytes = 0;
    /// Writes exactly `bytes` bytes through the sink, in pieces.
    std::function<void(const std::function<void(std::span<const std::byte>)>&)> produce;
};

/// Creates `path`, or nothing if anything fails (disk full, an exception of produce).
void writeGguf(const std::filesystem::path& path, const GgufKeys& keys, const std::vector<GgufOutput>& tensors);

/// The key-values of a GGUF file (which GgufFile accepts) as they stand there: name and bytes of the whole entry.
struct RawGgufKey {
    std::string name;
    std::span<const std::byte> bytes;
};
std::vector<RawGgufKey> rawGgufKeys(std::span<const std::byte> file);

}  // namespace qs
