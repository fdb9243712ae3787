// SPDX-License-Identifier: GPL-3.0-or-later
// A model on disk: its spec, and its weights one block at a time.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/array.h"
#include "base/number_types.h"
#include "model/spec.h"

namespace qs {

struct LinearWeights {
    Matrix<float> W;          ///< [out, in]
    std::vector<float> bias;  ///< [out] or empty
};

/// All weights of one block, float32.
struct BlockWeights {
    std::array<LinearWeights, kLinearRoles> linears;                                         ///< by LinearRole
    std::vector<float> inputNorm, preMlpNorm, postAttentionNorm, postMlpNorm, qNorm, kNorm;  ///< stored weights, offset not applied
    LinearWeights& operator[](LinearRole role) { return linears[static_cast<std::size_t>(role)]; }
    const LinearWeights& operator[](LinearRole role) const { return linears[static_cast<std::size_t>(role)]; }
};

struct TensorInfo {
    std::string name;
    std::string storage;  ///< "BF16", "F32", "Q4_K" …
    std::vector<std::int64_t> shape;
};

/// Read-only and thread-safe. Files are memory-mapped; nothing is copied until a read call.
class Model {
  public:
    virtual ~Model() = default;
    virtual const ModelSpec& spec() const = 0;
    virtual const std::filesystem::path& path() const = 0;
    /// Every tensor of the checkpoint under its Hugging Face name.
    virtual std::vector<TensorInfo> tensors() const = 0;
    /// Any tensor as float32 [rows, cols] (a vector has one row). Throws Error: missing, wrong shape, NaN or infinite.
    virtual Matrix<float> read(const std::string& name) const = 0;
    /// Rows [first, first + count) of a matrix as float32: embedding look-up and the head in slices.
    virtual Matrix<float> readRows(const std::string& name, std::size_t first, std::size_t count) const = 0;
    /// Parameters of the whole checkpoint, tied head counted once.
    virtual std::int64_t parameters() const = 0;
    /// Storage type of most parameters: "BF16".
    virtual std::string storage() const = 0;
    /// Content hash for the fingerprint: names, shapes, types, config and the bytes of all tensors (XXH-like 64 bit, hex).
    virtual std::string fingerprint() const = 0;
    /// Parts of the model that are not supported, each one sentence; empty for a usable model.
    virtual std::vector<std::string> unsupported() const = 0;
    /// The configuration as the text of a config.json; for GGUF files made from their metadata.
    virtual std::string config() const = 0;

    /// Throws Error with the first entry of unsupported(), if there is one.
    void requireSupported() const;

    /// Weights of block b. Throws Error naming file, tensor, place; also if the model is not supported.
    BlockWeights block(int b) const;
};

/// Opens a Hugging Face directory or a GGUF file. Throws Error naming the file, the place and the remedy: no config.json, unknown
/// architecture (with the list of known ones), missing or surplus-shaped tensors, corrupt safetensors header …
std::unique_ptr<Model> openModel(const std::filesystem::path& path);

}  // namespace qs
