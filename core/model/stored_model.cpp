// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/stored_model.h"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/error.h"
#include "base/file.h"
#include "base/mapped_file.h"
#include "model/architectures.h"
#include "model/safetensors.h"

namespace qs {
namespace {

/// Reads of this size go through a tensor once; smaller ones (embedding look-up) come back to the same pages.
constexpr std::size_t kReleasedElements = std::size_t{1} << 18;

class StoredModel final : public Model {
  public:
    StoredModel(Checkpoint checkpoint, ModelSpec spec, std::vector<std::string> unsupported)
        : m_checkpoint(std::move(checkpoint)), m_spec(std::move(spec)), m_unsupported(std::move(unsupported)) {}

    const ModelSpec& spec() const override { return m_spec; }
    const std::filesystem::path& path() const override { return m_checkpoint.path; }
    std::vector<std::string> unsupported() const override { return m_unsupported; }
    std::string config() const override { return m_checkpoint.config.dump(2, ' ', false, nlohmann::json::error_handler_t::replace); }

    std::vector<TensorInfo> tensors() const override {
        std::vector<TensorInfo> list;
        for (const auto& [name, tensor] : m_checkpoint.tensors) list.push_back({name, tensor.format->name, tensor.shape});
        return list;
    }

    Matrix<float> read(const std::string& name) const override {
        const StoredTensor& tensor = find(name);
        Matrix<float> values(tensor.rows(), tensor.cols());
        decodeRows(tensor, 0, tensor.rows(), values.data());
        requireIntact(tensor.bytes);
        releasePages(tensor.bytes);  // a model may be larger than memory
        return values;
    }

    Matrix<float> readRows(const std::string& name, std::size_t first, std::size_t count) const override {
        const StoredTensor& tensor = find(name);
        if (first > tensor.rows() || count > tensor.rows() - first)
            throw Error(tensor.where + ": has " + std::to_string(tensor.rows()) + " rows; rows " + std::to_string(first) + " to " +
                        std::to_string(first + count) + " were asked for");
        Matrix<float> values(count, tensor.cols());
        decodeRows(tensor, first, count, values.data());
        requireIntact(tensor.bytes);
        if (values.size() >= kReleasedElements) {
            const std::size_t rowBytes = tensor.bytes.size() / tensor.rows();
            releasePages(tensor.bytes.subspan(first * rowBytes, count * rowBytes));
        }
        return values;
    }

    std::int64_t parameters() const override {
        std::int64_t sum = 0;
        for (const auto& [name, tensor] : m_checkpoint.tensors)
            if (isParameter(tensor)) sum += static_cast<std::int64_t>(tensor.rows() * tensor.cols());
        return sum;
    }

    std::string storage() const override {
        std::map<std::string, std::size_t> elements;
        for (const auto& [name, tensor] : m_checkpoint.tensors)
            if (isParameter(tensor)) elements[tensor.format->name] += tensor.rows() * tensor.cols();
        const auto most =
            std::max_element(elements.begin(), elements.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
        return most == elements.end() ? "" : most->first;
    }

    std::string fingerprint() const override {
        const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(), XXH3_freeState);
        XXH3_64bits_reset(state.get());
        const auto add = [&](const std::string& text) { XXH3_64bits_update(state.get(), text.c_str(), text.size() + 1); };
        add(config());
        for (const auto& [name, tensor] : m_checkpoint.tensors) {
            add(name + " " + tensor.format->name + " " + shapeText(tensor.shape));
            XXH3_64bits_update(state.get(), tensor.bytes.data(), tensor.bytes.size());
            requireIntact(tensor.bytes);
            releasePages(tensor.bytes);
        }
        std::array<char, 17> text{};
        std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(XXH3_64bits_digest(state.get())));
        return text.data();
    }

  private:
    const StoredTensor& find(const std::string& name) const {
        const auto found = m_checkpoint.tensors.find(name);
        if (found == m_checkpoint.tensors.end()) throw Error(path().string() + ": has no tensor " + name);
        return found->second;
    }

    /// Buffers that some programs store along with the parameters are none.
    static bool isParameter(const StoredTensor& tensor) {
        return tensor.format->realNumbers && !tensor.name.ends_with("rotary_emb.inv_freq") && tensor.name != "rope_freqs.weight";
    }

    Checkpoint m_checkpoint;
    ModelSpec m_spec;
    std::vector<std::string> m_unsupported;
};

/// The first of the candidates that is a tensor, or an empty text.
std::string firstOf(const Checkpoint& checkpoint, std::initializer_list<const char*> candidates, const std::string& end) {
    for (const char* candidate : candidates)
        if (checkpoint.tensors.count(candidate + end)) return candidate;
    return {};
}

void requireTensor(const Checkpoint& checkpoint, const std::string& name, const std::vector<std::int64_t>& shape) {
    const auto found = checkpoint.tensors.find(name);
    if (found == checkpoint.tensors.end())
        throw Error(checkpoint.path.string() + ": the tensor " + name +
                    " is missing; the checkpoint is incomplete or does not belong to its configuration");
    const StoredTensor& tensor = found->second;
    if (tensor.shape != shape)
        throw Error(tensor.where + ": has the shape " + shapeText(tensor.shape) + ", the configuration asks for " + shapeText(shape));
    if (!tensor.format->realNumbers)
        throw Error(tensor.where + ": is stored as " + tensor.format->name +
                    ", which cannot be weights; quantized checkpoints must be dequantized first");
}

void requireNorm(const Checkpoint& checkpoint, const NormSpec& norm, int width) {
    if (norm.present()) requireTensor(checkpoint, norm.name + ".weight", {width});
}

void requireTensors(const Checkpoint& checkpoint, const ModelSpec& spec) {
    requireTensor(checkpoint, spec.embeddingName, {spec.vocabulary, spec.hidden});
    if (!spec.headName.empty()) requireTensor(checkpoint, spec.headName, {spec.vocabulary, spec.hidden});
    requireNorm(checkpoint, spec.finalNorm, spec.hidden);
    for (const BlockSpec& block : spec.blocks) {
        for (const NormSpec* norm : {&block.inputNorm, &block.preMlpNorm, &block.postAttentionNorm, &block.postMlpNorm})
            requireNorm(checkpoint, *norm, block.hidden);
        requireNorm(checkpoint, block.qNorm, block.headDim);
        requireNorm(checkpoint, block.kNorm, block.headDim);
        for (const LinearSpec& linear : block.linears) {
            requireTensor(checkpoint, linear.name + ".weight", {linear.out, linear.in});
            if (linear.bias) requireTensor(checkpoint, linear.name + ".bias", {linear.out});
        }
    }
}

}  // namespace

std::unique_ptr<Model> makeStoredModel(Checkpoint checkpoint) {
    const Architecture* architecture = findArchitecture(checkpoint.architecture);
    if (!architecture)
        throw Error(checkpoint.configWhere + ": the architecture '" + checkpoint.architecture + "' is not known; known are " +
                    architectureNames());
    std::vector<std::string> unsupported;
    const Config whole(checkpoint.config, checkpoint.configWhere);
    const Config text = whole.has("text_config") ? whole.object("text_config") : whole;
    const bool packed = whole.has("quantization_config");
    const std::string isPacked = checkpoint.configWhere +
                                 ": the checkpoint is quantized (quantization_config), and packed weights are not read; give the original "
                                 "model, the run or a GGUF file";
    if (packed) unsupported.push_back(isPacked);
    std::string prefix = firstOf(checkpoint, {"model.", "language_model.model.", "model.language_model.", ""}, "embed_tokens.weight");
    if (!checkpoint.tensors.count(prefix + "embed_tokens.weight")) prefix = "model.";
    const std::string head = firstOf(checkpoint, {"lm_head.weight", "language_model.lm_head.weight"}, "");
    ModelSpec spec = architecture->spec({text, prefix, head, unsupported});
    spec.architecture = checkpoint.architecture;
    try {
        requireTensors(checkpoint, spec);
    } catch (const Error&) {
        if (packed) throw Error(isPacked);
        throw;
    }
    return std::make_unique<StoredModel>(std::move(checkpoint), std::move(spec), std::move(unsupported));
}

}  // namespace qs
