// SPDX-License-Identifier: GPL-3.0-or-later
// The safetensors container: 8 bytes header length (little-endian), a JSON header {name: {dtype, shape, data_offsets}}, then the data
// without holes. Source: github.com/huggingface/safetensors, README "Format".
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/number_types.h"

namespace qs {

/// One tensor inside a mapped file; row-major, little-endian.
struct SafetensorsEntry {
    std::string name;
    DType dtype{};
    std::vector<std::int64_t> shape;
    std::span<const std::byte> bytes;  ///< valid as long as the SafetensorsFile lives; not necessarily aligned

    std::size_t elements() const { return bytes.size() / byteSize(dtype); }
};

/// "[512, 96]".
std::string shapeText(std::span<const std::int64_t> shape);
/// Product of the axes; throws Error beginning with `where` if one is negative or the product of those above 0 leaves 62 bits.
std::size_t elementsOf(std::span<const std::int64_t> shape, const std::string& where);

/// A checked, memory-mapped file. Nothing of the data is read before it is asked for.
class SafetensorsFile {
  public:
    /// Throws Error naming file and place: header cut off or longer than the file, not JSON, unknown dtype, shape × dtype ≠ bytes,
    /// offsets that leave the file, overlap or leave holes, a name that occurs twice.
    explicit SafetensorsFile(const std::filesystem::path& path);

    const std::filesystem::path& path() const { return m_file.path(); }
    const std::map<std::string, SafetensorsEntry>& tensors() const { return m_tensors; }
    const std::map<std::string, std::string>& metadata() const { return m_metadata; }
    bool has(const std::string& name) const { return m_tensors.count(name) != 0; }
    /// Throws Error naming the file if there is no such tensor.
    const SafetensorsEntry& tensor(const std::string& name) const;

  private:
    MappedFile m_file;
    std::map<std::string, SafetensorsEntry> m_tensors;
    std::map<std::string, std::string> m_metadata;
};

/// All elements as double (integers up to 2^53 and every float exactly). NaN and infinity are passed on.
std::vector<double> toDoubles(const SafetensorsEntry& entry);
/// All elements as float32, rounded to nearest. NaN and infinity are passed on.
std::vector<float> toFloats(const SafetensorsEntry& entry);

}  // namespace qs
