// SPDX-License-Identifier: GPL-3.0-or-later
// What a format of a Hugging Face directory decides: the tensors of one quantized linear, and how config.json speaks of them.
#pragma once

#include <cstddef>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "export/survey.h"
#include "model/safetensors_writer.h"

namespace qs {

using OrderedJson = nlohmann::ordered_json;

class LinearFormat {
  public:
    virtual ~LinearFormat() = default;

    /// As --format takes it; the independent decoder knows it by this name.
    virtual const char* name() const = 0;
    /// Tensors that stand in the place of `name.weight`, in the order of pack().
    virtual std::vector<TensorDeclaration> declare(const LinearFacts& facts) const = 0;
    /// Their bytes, from the integers of the run.
    virtual std::vector<std::vector<std::byte>> pack(const LinearRecord& record, const LinearFacts& facts) const = 0;
    /// Puts into config.json what a loader must know.
    virtual void configure(OrderedJson& config, const Survey& survey) const = 0;
    /// Further files beside it: name -> text.
    virtual std::map<std::string, std::string> furtherFiles(const OrderedJson& /*config*/) const { return {}; }
};

/// Appends values to a tensor's bytes.
template <class T>
std::vector<std::byte> bytesOf(const std::vector<T>& values) {
    const auto* begin = reinterpret_cast<const std::byte*>(values.data());
    return {begin, begin + values.size() * sizeof(T)};
}

/// Scales [out, groups] in a storage type, row-major, or with `transposed` as [groups, out].
std::vector<std::byte> storedScales(const LinearRecord& record, DType type, bool transposed);

}  // namespace qs
