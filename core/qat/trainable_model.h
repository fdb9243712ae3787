// SPDX-License-Identifier: GPL-3.0-or-later
// A model whose weights are leaves of automatic differentiation: blocks of model/reference_forward.h, embedding, final norm, and either
// the language-model head or one that classifies.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/device.h"
#include "model/model.h"
#include "model/reference_forward.h"
#include "qat/scratch_shape.h"

namespace qs {

struct Parameter {
    std::string name;  ///< of the checkpoint: "model.layers.0.self_attn.q_proj.weight"
    at::Tensor value;  ///< float32
    int layer = -1;    ///< index into layers() if it is the weight of one, else −1
    bool decays = false;
};

/// Name of the weight of a classifying head [classes, hidden], as in transformers' …ForSequenceClassification.
inline constexpr const char* kScoreName = "score.weight";

class TrainableModel {
  public:
    /// The weights of a model on disk. `classes` > 0 adds a classifying head, from the checkpoint if it has a fitting one ("score.weight"),
    /// else drawn. Throws Error as the model does.
    TrainableModel(const Model& model, int classes, std::uint64_t seed, Device device = {});
    /// From scratch: matrices normal with the deviations that trainable_model.cpp gives, gains of norms 1, biases 0.
    TrainableModel(ModelSpec spec, int classes, std::uint64_t seed, Device device = {});
    TrainableModel(const TrainableModel&) = delete;
    TrainableModel& operator=(const TrainableModel&) = delete;

    const ModelSpec& spec() const { return m_spec; }
    int classes() const { return m_classes; }  ///< 0: language model
    at::TensorOptions options() const { return m_options; }

    /// Every weight; a tied head is there once.
    const std::vector<Parameter>& parameters() const { return m_parameters; }
    std::vector<at::Tensor> values() const;
    /// The quantized linears: those of the blocks, in their order. Their weights are parameters()[layerParameter(l)].
    const std::vector<const LinearSpec*>& layers() const { return m_layers; }
    std::size_t layerParameter(std::size_t layer) const { return m_layerParameters[layer]; }
    std::vector<std::string> layerNames() const;
    /// Index of a linear that a LinearFn is given.
    std::size_t layerOf(const LinearSpec& spec) const { return m_layerIndices.at(&spec); }

    /// ids [B, L] int64 on the device of the model -> final normed hidden states [B, L, hidden], with these values in place of parameters()
    /// (same order, any real type). A LinearFn is called for every layer and must add the bias (bias()) itself.
    at::Tensor forward(const std::vector<at::Tensor>& values, const at::Tensor& ids, const LinearFn& linear) const;
    /// Language model: hidden [..., hidden] -> logits [..., vocabulary]. Classification: hidden [B, L, hidden] -> logits [B, classes] of
    /// the mean over positions.
    at::Tensor logits(const std::vector<at::Tensor>& values, const at::Tensor& hidden) const;
    /// Bias of a layer among `values`; undefined if it has none.
    at::Tensor bias(const std::vector<at::Tensor>& values, std::size_t layer) const;
    /// Linear layers in full precision.
    LinearFn fullPrecision(std::vector<at::Tensor> values) const;

    /// ids as a tensor on the device of the model. Throws Error if one is outside of the vocabulary.
    at::Tensor idsOf(const std::vector<std::int64_t>& ids, int rows, int length) const;

    /// A copy of all values: a teacher, or the model before it is quantized.
    std::vector<at::Tensor> copyOfValues() const;

    /// Writes config.json (`config` as text) and model.safetensors in float32 under their checkpoint names into `directory`, which
    /// Model and TrainableModel open again. Throws Error if that fails; a file is there complete or not at all.
    void save(const std::filesystem::path& directory, const std::string& config) const;

  private:
    void addParameters();
    void add(const std::string& name, at::IntArrayRef shape, int layer = -1);
    std::size_t index(const std::string& name) const;
    at::Tensor gain(const std::vector<at::Tensor>& values, const NormSpec& norm) const;
    void draw(std::uint64_t seed);

    ModelSpec m_spec;
    int m_classes = 0;
    at::TensorOptions m_options;
    std::vector<Parameter> m_parameters;
    std::unordered_map<std::string, std::size_t> m_indices;
    std::vector<const LinearSpec*> m_layers;
    std::vector<std::size_t> m_layerParameters;
    std::unordered_map<const LinearSpec*, std::size_t> m_layerIndices;
};

/// The config.json of a model from scratch, and the spec that this says.
std::string scratchConfig(const ScratchShape& shape);
ModelSpec scratchSpec(const ScratchShape& shape);

}  // namespace qs
