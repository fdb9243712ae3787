// SPDX-License-Identifier: GPL-3.0-or-later
// GGUF v2/v3 container: key-values and tensor table, memory-mapped and checked. Used by text (tokenizer) and model (weights).
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/file.h"

namespace qs {

/// A value of a GGUF key; integers of any width become int64/uint64, floats become double.
struct GgufValue {
    std::variant<std::uint64_t, std::int64_t, double, bool, std::string, std::vector<std::uint64_t>, std::vector<std::int64_t>,
                 std::vector<double>, std::vector<bool>, std::vector<std::string>>
        value;
};

struct GgufTensor {
    std::string name;
    std::vector<std::uint64_t> shape;  ///< slow axis first ([out, in]), i.e. ne reversed
    std::uint32_t type = 0;            ///< ggml type id: 0 F32, 1 F16, 2 Q4_0, 3 Q4_1, 8 Q8_0, 12 Q4_K, 14 Q6_K, 30 BF16 …
    std::span<const std::byte> bytes;
};

class GgufFile {
  public:
    /// Throws Error naming the file and the place: bad magic, unsupported version, a count or string that leaves the file,
    /// tensors that overlap or leave the file, absurd shapes.
    explicit GgufFile(const std::filesystem::path& path);

    const std::filesystem::path& path() const { return m_file.path(); }
    const std::map<std::string, GgufValue>& values() const { return m_values; }
    const std::map<std::string, GgufTensor>& tensors() const { return m_tensors; }

    /// Value of a key; throws Error naming file and key when it is absent or of another kind.
    std::uint64_t unsignedInteger(const std::string& key) const;
    double real(const std::string& key) const;
    bool flag(const std::string& key) const;
    std::string text(const std::string& key) const;
    const std::vector<std::string>& texts(const std::string& key) const;
    const std::vector<double>& reals(const std::string& key) const;
    std::vector<std::int64_t> integers(const std::string& key) const;
    bool has(const std::string& key) const { return m_values.count(key) != 0; }

  private:
    MappedFile m_file;
    std::map<std::string, GgufValue> m_values;
    std::map<std::string, GgufTensor> m_tensors;
};

}  // namespace qs
