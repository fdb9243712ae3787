// SPDX-License-Identifier: GPL-3.0-or-later
// Writing safetensors tensor by tensor: the shapes are declared first, the bytes follow in any order and in pieces, so that
// memory stays bounded. The file appears under its name when it is complete, or not at all.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/number_types.h"

namespace qs {

struct TensorDeclaration {
    std::string name;
    DType dtype{};
    std::vector<std::int64_t> shape;
};

class SafetensorsSink {
  public:
    virtual ~SafetensorsSink() = default;
    /// Appends bytes to the tensor `name`. Throws Error if there is none, if it would overflow, or if the disk is full.
    virtual void write(const std::string& name, std::span<const std::byte> bytes) = 0;
    /// The same for values of the declared type.
    template <class T>
    void writeValues(const std::string& name, std::span<const T> values) {
        write(name, std::as_bytes(values));
    }
};

/// Creates `path` with the declared tensors in declared order (data aligned to 8 bytes) and text metadata; `fill` writes all of them.
/// Throws Error naming the file: a name declared twice, a tensor not filled completely, disk full, folder not writable. After an error
/// (also one thrown by fill) `path` is as it was.
void writeSafetensors(const std::filesystem::path& path, const std::vector<TensorDeclaration>& tensors,
                      const std::map<std::string, std::string>& metadata, const std::function<void(SafetensorsSink&)>& fill);

}  // namespace qs
