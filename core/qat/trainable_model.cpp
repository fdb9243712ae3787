// SPDX-License-Identifier: GPL-3.0-or-later
// From scratch: matrices W [out, in] normal with deviation 1/sqrt(in); those that write to the residual stream (o, down) divided by
// sqrt(2 blocks), so that its variance does not grow with depth; embedding 1/sqrt(hidden), so that tied logits begin with variance 1.
#include "qat/trainable_model.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

#include <cmath>
#include <numbers>

#include "base/error.h"
#include "model/block_tensors.h"
#include "model/torch_device.h"
#include "text/random.h"

namespace qs {
namespace {

/// Box–Muller on SplitMix64: the same numbers on every machine.
void fillNormal(const at::Tensor& tensor, double deviation, Random& random) {
    auto* values = tensor.mutable_data_ptr<float>();
    const auto uniform = [&] { return (static_cast<double>(random.next() >> 11) + 0.5) * 0x1p-53; };
    for (std::int64_t i = 0; i < tensor.numel(); ++i)
        values[i] = static_cast<float>(deviation * std::sqrt(-2 * std::log(uniform())) * std::cos(2 * std::numbers::pi * uniform()));
}

std::uint64_t seedOf(std::uint64_t seed, std::size_t parameter) { return Random(seed ^ (parameter * 0x9e3779b97f4a7c15u)).next(); }

bool writesToResidual(LinearRole role) { return role == LinearRole::O || role == LinearRole::Down; }

}  // namespace

TrainableModel::TrainableModel(ModelSpec spec, int classes, std::uint64_t seed, Device device)
    : m_spec(std::move(spec)), m_classes(classes), m_options(at::TensorOptions().dtype(at::kFloat).device(torchDevice(device))) {
    addParameters();
    draw(seed);
}

TrainableModel::TrainableModel(const Model& model, int classes, std::uint64_t seed, Device device)
    : m_spec(model.spec()), m_classes(classes), m_options(at::TensorOptions().dtype(at::kFloat).device(torchDevice(device))) {
    model.requireSupported();
    addParameters();
    bool hasScore = false;
    for (const TensorInfo& tensor : model.tensors())
        hasScore = hasScore || (tensor.name == kScoreName && tensor.shape == std::vector<std::int64_t>{m_classes, m_spec.hidden});
    draw(seed);
    for (const Parameter& parameter : m_parameters) {
        if (parameter.name == kScoreName && !hasScore) continue;
        const Matrix<float> values = model.read(parameter.name);
        parameter.value.copy_(tensorOf(values.view(), m_options).view(parameter.value.sizes()));
    }
}

void TrainableModel::add(const std::string& name, at::IntArrayRef shape, int layer) {
    m_indices.emplace(name, m_parameters.size());
    m_parameters.push_back({name, at::zeros(shape, m_options), layer, shape.size() > 1});
}

void TrainableModel::addParameters() {
    add(m_spec.embeddingName, {m_spec.vocabulary, m_spec.hidden});
    const auto addNorm = [&](const NormSpec& norm, int size) {
        if (norm.present()) add(norm.name + ".weight", {size});
    };
    for (const BlockSpec& block : m_spec.blocks) {
        for (const LinearSpec& linear : block.linears) {
            m_layerIndices.emplace(&linear, m_layers.size());
            m_layerParameters.push_back(m_parameters.size());
            add(linear.name + ".weight", {linear.out, linear.in}, static_cast<int>(m_layers.size()));
            m_layers.push_back(&linear);
            if (linear.bias) add(linear.name + ".bias", {linear.out});
        }
        addNorm(block.inputNorm, block.hidden);
        addNorm(block.preMlpNorm, block.hidden);
        addNorm(block.postAttentionNorm, block.hidden);
        addNorm(block.postMlpNorm, block.hidden);
        addNorm(block.qNorm, block.headDim);
        addNorm(block.kNorm, block.headDim);
    }
    addNorm(m_spec.finalNorm, m_spec.hidden);
    // Beside a classifying head the other one is kept as it is, so that the directory stays a language model too.
    if (!m_spec.headName.empty()) add(m_spec.headName, {m_spec.vocabulary, m_spec.hidden});
    if (m_classes > 0) add(kScoreName, {m_classes, m_spec.hidden});
}

void TrainableModel::draw(std::uint64_t seed) {
    for (std::size_t i = 0; i < m_parameters.size(); ++i) {
        const Parameter& parameter = m_parameters[i];
        if (parameter.value.dim() < 2) continue;
        double deviation = 1 / std::sqrt(static_cast<double>(parameter.value.size(1)));
        if (parameter.layer >= 0 && writesToResidual(m_layers[static_cast<std::size_t>(parameter.layer)]->role))
            deviation /= std::sqrt(2.0 * static_cast<double>(m_spec.blocks.size()));
        Random random(seedOf(seed, i));
        const at::Tensor drawn = at::empty(parameter.value.sizes(), at::TensorOptions().dtype(at::kFloat));
        fillNormal(drawn, deviation, random);
        parameter.value.copy_(drawn);
    }
    const auto one = [&](const NormSpec& norm) {
        if (norm.present()) m_parameters[index(norm.name + ".weight")].value.fill_(1 - norm.offset);
    };
    for (const BlockSpec& block : m_spec.blocks)
        for (const NormSpec* norm :
             {&block.inputNorm, &block.preMlpNorm, &block.postAttentionNorm, &block.postMlpNorm, &block.qNorm, &block.kNorm})
            one(*norm);
    one(m_spec.finalNorm);
}

std::size_t TrainableModel::index(const std::string& name) const { return m_indices.at(name); }

std::vector<at::Tensor> TrainableModel::values() const {
    std::vector<at::Tensor> values;
    for (const Parameter& parameter : m_parameters) values.push_back(parameter.value);
    return values;
}

std::vector<at::Tensor> TrainableModel::copyOfValues() const {
    std::vector<at::Tensor> copies;
    for (const Parameter& parameter : m_parameters) copies.push_back(parameter.value.clone());
    return copies;
}

std::vector<std::string> TrainableModel::layerNames() const {
    std::vector<std::string> names;
    for (const LinearSpec* layer : m_layers) names.push_back(layer->name);
    return names;
}

at::Tensor TrainableModel::bias(const std::vector<at::Tensor>& values, std::size_t layer) const {
    return m_layers[layer]->bias ? values[m_layerParameters[layer] + 1] : at::Tensor();
}

at::Tensor TrainableModel::gain(const std::vector<at::Tensor>& values, const NormSpec& norm) const {
    if (!norm.present()) return {};
    const at::Tensor& weight = values[index(norm.name + ".weight")];
    return norm.offset == 0 ? weight : weight.add(norm.offset);
}

at::Tensor TrainableModel::forward(const std::vector<at::Tensor>& values, const at::Tensor& ids, const LinearFn& linear) const {
    at::Tensor h = at::embedding(values[0], ids);
    if (m_spec.embeddingScale != 1) h = h.mul(static_cast<double>(m_spec.embeddingScale));
    const at::Tensor positions = at::arange(ids.size(1), m_options.dtype(at::kDouble));
    RotaryTable rotary;
    const RotarySpec* tabled = nullptr;
    for (const BlockSpec& block : m_spec.blocks) {
        if (!tabled || tabled->inverseFrequency != block.rotary.inverseFrequency || tabled->attentionFactor != block.rotary.attentionFactor)
            rotary = rotaryTable(block.rotary, positions, h);
        tabled = &block.rotary;
        const BlockNorms norms{gain(values, block.inputNorm),   gain(values, block.preMlpNorm), gain(values, block.postAttentionNorm),
                               gain(values, block.postMlpNorm), gain(values, block.qNorm),      gain(values, block.kNorm)};
        h = forwardBlock(block, norms, h, rotary, linear);
    }
    return rmsNorm(h, gain(values, m_spec.finalNorm), static_cast<double>(m_spec.normEpsilon));
}

at::Tensor TrainableModel::logits(const std::vector<at::Tensor>& values, const at::Tensor& hidden) const {
    if (m_classes > 0) return at::linear(hidden.mean(at::IntArrayRef({1})), values[index(kScoreName)]);
    const at::Tensor logits = at::linear(hidden, m_spec.headName.empty() ? values[0] : values[index(m_spec.headName)]);
    const auto cap = static_cast<double>(m_spec.finalSoftcap);
    return cap > 0 ? logits.div(cap).tanh().mul(cap) : logits;
}

LinearFn TrainableModel::fullPrecision(std::vector<at::Tensor> values) const {
    return [this, values = std::move(values)](const LinearSpec& spec, const at::Tensor& x) {
        const std::size_t layer = layerOf(spec);
        return at::linear(x, values[m_layerParameters[layer]], bias(values, layer));
    };
}

at::Tensor TrainableModel::idsOf(const std::vector<std::int64_t>& ids, int rows, int length) const {
    if (ids.size() != static_cast<std::size_t>(rows) * static_cast<std::size_t>(length))
        throw Error("a batch of " + std::to_string(rows) + " texts of " + std::to_string(length) + " tokens has " +
                    std::to_string(ids.size()) + " token ids");
    for (const std::int64_t id : ids)
        if (id < 0 || id >= m_spec.vocabulary)
            throw Error("token id " + std::to_string(id) + " is outside of the vocabulary of " + std::to_string(m_spec.vocabulary));
    return at::from_blob(const_cast<std::int64_t*>(ids.data()), {rows, length}, at::TensorOptions().dtype(at::kLong))
        .to(m_options.device(), at::kLong, /*non_blocking=*/false, /*copy=*/true);
}

}  // namespace qs
