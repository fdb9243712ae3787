// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/model.h"

#include "base/error.h"
#include "model/stored_model.h"

namespace qs {
namespace {

std::vector<float> readVector(const Model& model, const std::string& name) {
    const Matrix<float> values = model.read(name);
    return {values.data(), values.data() + values.size()};
}

std::vector<float> readNorm(const Model& model, const NormSpec& norm) {
    return norm.present() ? readVector(model, norm.name + ".weight") : std::vector<float>{};
}

std::unique_ptr<Model> openUnchecked(const std::filesystem::path& path) {
    namespace fs = std::filesystem;
    if (!fs::exists(path)) throw Error(path.string() + ": does not exist; give a Hugging Face model directory or a GGUF file");
    if (fs::is_directory(path)) return makeStoredModel(openHuggingFace(path));
    if (path.extension() == ".safetensors" || path.extension() == ".json")
        throw Error(path.string() + ": is one file of a model; give the directory that holds it");
    return makeStoredModel(openGguf(path));
}

}  // namespace

BlockWeights Model::block(int b) const {
    requireSupported();
    const BlockSpec& block = spec().blocks.at(static_cast<std::size_t>(b));
    BlockWeights weights;
    for (const LinearSpec& linear : block.linears) {
        weights[linear.role].W = read(linear.name + ".weight");
        if (linear.bias) weights[linear.role].bias = readVector(*this, linear.name + ".bias");
    }
    weights.inputNorm = readNorm(*this, block.inputNorm);
    weights.preMlpNorm = readNorm(*this, block.preMlpNorm);
    weights.postAttentionNorm = readNorm(*this, block.postAttentionNorm);
    weights.postMlpNorm = readNorm(*this, block.postMlpNorm);
    weights.qNorm = readNorm(*this, block.qNorm);
    weights.kNorm = readNorm(*this, block.kNorm);
    return weights;
}

void Model::requireSupported() const {
    const auto problems = unsupported();
    if (!problems.empty()) throw Error(problems.front());
}

std::unique_ptr<Model> openModel(const std::filesystem::path& path) {
    try {
        return openUnchecked(path);
    } catch (const Error& error) {  // names out of a hostile file must not break the one line of the message
        std::string message = error.what();
        for (char& c : message)
            if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
        throw Error(message, error.kind());
    }
}

}  // namespace qs
