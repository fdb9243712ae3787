// SPDX-License-Identifier: GPL-3.0-or-later
// Ŵ = n Δ with whole |n| ≤ m = 2^(b−1) − 1; stored as code n + 2^(b−1), zero 2^(b−1) and scale Δ, so that scale (code − zero) = Ŵ. Δ of the
// layer or of every output channel.
#include "run/train_result.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <span>

#include "base/file.h"
#include "model/companion_files.h"
#include "model/json_text.h"
#include "model/safetensors_writer.h"
#include "qat/byte_tokenizer.h"
#include "qat/fake_quantize.h"
#include "run/linear_record.h"
#include "run/weight_sample.h"

namespace qs {
namespace fs = std::filesystem;
namespace {

std::span<const float> valuesOf(const at::Tensor& tensor) {
    return {tensor.const_data_ptr<float>(), static_cast<std::size_t>(tensor.numel())};
}

at::Tensor onHost(const at::Tensor& tensor) { return tensor.detach().cpu().contiguous(); }

LinearRecord recordOf(const LinearSpec& linear, int block, const LayerGrid& grid, const at::Tensor& weight, const at::Tensor& quantized,
                      const std::string& method) {
    LinearRecord record = recordAt(linear, block);
    record.method = method;
    record.scheme = "sym";
    record.bits = grid.bits;
    record.activationBits = grid.bits;
    record.activationMax = grid.tokens ? 0 : grid.activationStep / stepOf(1, grid.bits);
    record.activationFactor = grid.tokens ? grid.tokenFactor : 1;
    const std::span<const float> W = valuesOf(weight), rounded = valuesOf(quantized);
    const auto rows = static_cast<std::size_t>(linear.out), cols = static_cast<std::size_t>(linear.in);
    const double whole = grid.weightStep > 0 ? grid.weightStep : stepOf(static_cast<double>(largestOf(W)), grid.bits);
    const int zero = 1 << (grid.bits - 1);
    record.scales = Matrix<float>(rows, 1);
    record.zeros = Matrix<std::uint8_t>(rows, 1);
    record.codes = Matrix<std::uint8_t>(rows, cols);
    std::fill(record.zeros.values().begin(), record.zeros.values().end(), static_cast<std::uint8_t>(zero));
    for (std::size_t r = 0; r < rows; ++r) {
        double step = whole;
        if (grid.channels && !grid.channelSteps.empty()) step = static_cast<double>(grid.channelSteps[r]);
        else if (grid.channels) step = stepOf(static_cast<double>(largestOf(W.subspan(r * cols, cols))), grid.bits);
        const auto scale = static_cast<float>(step > 0 ? step : 1);  // all weights 0: any scale does
        record.scales(r, 0) = scale;
        for (std::size_t c = 0; c < cols; ++c)
            record.codes(r, c) = static_cast<std::uint8_t>(std::lrint(rounded[r * cols + c] / scale) + zero);
    }
    record.weightSample = weightSampleOf({W.data(), rows, cols, cols});
    for (std::size_t i = 0; i < W.size(); ++i) {
        const double difference = static_cast<double>(rounded[i]) - static_cast<double>(W[i]);
        record.loss += difference * difference;
        record.energy += static_cast<double>(W[i]) * static_cast<double>(W[i]);
    }
    return record;
}

nlohmann::json configWithLabels(const std::string& text, const std::vector<std::string>& classes) {
    nlohmann::json config = parseJson(text, "config.json of the model");
    config.erase("quantization_config");
    config.erase("dtype");
    config["torch_dtype"] = "float32";
    if (classes.empty()) return config;
    nlohmann::json names = nlohmann::json::object(), indices = nlohmann::json::object();
    for (std::size_t k = 0; k < classes.size(); ++k) {
        names[std::to_string(k)] = classes[k];
        indices[classes[k]] = k;
    }
    config["id2label"] = names;
    config["label2id"] = indices;
    return config;
}

/// Tensors of the original that the training has no copy of: the head of a language model that became a classifier.
std::vector<TensorInfo> untrainedTensors(const TrainableModel& model, const Model* original) {
    std::vector<TensorInfo> others;
    if (!original) return others;
    std::set<std::string> trained;
    for (const Parameter& parameter : model.parameters()) trained.insert(parameter.name);
    const bool tied = model.spec().headName.empty();
    for (const TensorInfo& tensor : original->tensors())
        if (!trained.contains(tensor.name) && !(tied && tensor.name == "lm_head.weight")) others.push_back(tensor);
    return others;
}

void writeTokenizer(const fs::path& folder, const TokenizerSource& tokenizer) {
    const fs::path& path = tokenizer.path;
    if (path.empty()) writeText(folder / "tokenizer.json", byteTokenizerJson());
    else if (fs::is_directory(path)) copyCompanionFiles(path, folder);
    else if (path.extension() == ".gguf") tokenizer.writeOfGguf(path, folder);
    else writeText(folder / (path.extension() == ".model" ? "tokenizer.model" : "tokenizer.json"), readText(path));
}

}  // namespace

std::vector<BlockPart> integerBlocks(const TrainableModel& model, const std::vector<LayerGrid>& grids, const std::string& method) {
    const std::vector<at::Tensor> quantized = quantizedValues(model, grids);
    std::vector<BlockPart> parts;
    std::size_t layer = 0;
    for (std::size_t b = 0; b < model.spec().blocks.size(); ++b) {
        BlockPart part;
        part.block = static_cast<int>(b);
        for (std::size_t i = 0; i < model.spec().blocks[b].linears.size(); ++i, ++layer) {
            if (grids[layer].bits == 0) continue;
            const std::size_t parameter = model.layerParameter(layer);
            part.linears.push_back(recordOf(*model.layers()[layer], part.block, grids[layer], onHost(model.parameters()[parameter].value),
                                            onHost(quantized[parameter]), method));
        }
        parts.push_back(std::move(part));
    }
    return parts;
}

void writeTrainedModel(const fs::path& folder, const TrainableModel& model, const Model* original, const std::string& config,
                       const std::vector<std::string>& classes, const TokenizerSource& tokenizer) {
    fs::create_directories(folder);
    const std::vector<TensorInfo> others = untrainedTensors(model, original);
    std::vector<TensorDeclaration> declarations;
    for (const Parameter& parameter : model.parameters())
        declarations.push_back({parameter.name, DType::F32, parameter.value.sizes().vec()});
    for (const TensorInfo& tensor : others) declarations.push_back({tensor.name, DType::F32, tensor.shape});
    writeSafetensors(folder / "model.safetensors", declarations, {{"format", "pt"}}, [&](SafetensorsSink& sink) {
        for (const Parameter& parameter : model.parameters()) sink.writeValues(parameter.name, valuesOf(onHost(parameter.value)));
        for (const TensorInfo& tensor : others) {
            const Matrix<float> values = original->read(tensor.name);
            sink.writeValues(tensor.name, values.values());
        }
    });
    writeText(folder / "config.json", configWithLabels(original ? original->config() : config, classes).dump(2) + "\n");
    writeTokenizer(folder, tokenizer);
}

fs::path trainedModelPath(const fs::path& run) {
    fs::path folder = run;
    if (folder.extension() == ".qsrun") folder.replace_extension();
    return folder.string() + ".model";
}

}  // namespace qs
