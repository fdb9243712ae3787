// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/run_weights.h"

#include <algorithm>
#include <filesystem>

#include "base/error.h"

namespace qs {

QuantizedLinear quantizedOf(const LinearRecord& record) {
    QuantizedLinear q;
    q.bits = record.bits;
    q.groupSize = record.groupSize;
    q.codes = record.codes;
    q.zeros = record.zeros;
    q.scales = Matrix<double>(record.scales.rows(), record.scales.cols());
    std::copy(record.scales.values().begin(), record.scales.values().end(), q.scales.values().begin());
    q.groupIndex = record.groupIndex;
    q.order = record.order;
    return q;
}

namespace {

const LinearSpec& specOf(const LinearRecord& record, const BlockSpec& block) {
    const auto linear =
        std::find_if(block.linears.begin(), block.linears.end(), [&](const LinearSpec& l) { return l.name == record.name; });
    if (linear == block.linears.end()) throw Error(record.name + ": the model has no such linear; the run was made from another model");
    if (linear->out != record.out || linear->in != record.in)
        throw Error(record.name + ": the run has the shape [" + std::to_string(record.out) + ", " + std::to_string(record.in) +
                    "], the model [" + std::to_string(linear->out) + ", " + std::to_string(linear->in) +
                    "]; the run was made from another model");
    return *linear;
}

std::vector<LinearRecord> recordsOf(const RunFile& run, int b) {
    std::vector<LinearRecord> records;
    for (const LinearRecord& linear : run.linears())
        if (linear.block == b) records.push_back(run.linear(linear.name));
    return records;
}

}  // namespace

BlockScales scalesOf(const std::vector<TagRecord>& tags, int b) {
    BlockScales scales;
    for (const TagRecord& record : tags)
        for (const InputTag tag : kInputTags)
            if (record.block == b && record.tag == nameOf(tag)) scales[static_cast<std::size_t>(tag)] = record.inputScales;
    return scales;
}

void replaceLinears(BlockWeights& weights, const BlockSpec& block, const std::vector<LinearRecord>& records, const BlockScales& scales) {
    for (const LinearRecord& record : records) {
        const LinearSpec& linear = specOf(record, block);
        QuantizedLinear q = quantizedOf(record);
        std::copy(record.solvedScales.values().begin(), record.solvedScales.values().end(), q.scales.values().begin());
        Matrix<float>& W = weights[linear.role].W;
        W = dequantize(q);
        if (const auto& s = scales[static_cast<std::size_t>(linear.tag)]; !s.empty()) {
            if (s.size() != W.cols()) throw Error(record.name + ": the run has " + std::to_string(s.size()) + " scales for its inputs");
            W = dividedColumns(W.view(), s);
        }
    }
}

BlockWeights replacedBlock(const Model& model, const RunFile& run, int b) {
    BlockWeights weights = model.block(b);
    replaceLinears(weights, model.spec().blocks.at(static_cast<std::size_t>(b)), recordsOf(run, b), scalesOf(run.tags(), b));
    return weights;
}

BlockWeights blockOfRun(const Model& model, const RunFile& run, int b) {
    const BlockSpec& block = model.spec().blocks.at(static_cast<std::size_t>(b));
    BlockWeights weights = model.block(b);
    foldScales(scalesOf(run.tags(), b), block, weights);
    for (const LinearRecord& record : recordsOf(run, b)) weights[specOf(record, block).role].W = dequantize(quantizedOf(record));
    return weights;
}

std::map<std::string, std::vector<float>> foldedTensors(const Model& model, const RunFile& run) {
    std::map<std::string, std::vector<float>> tensors;
    const auto read = [&](const std::string& name) {
        const Matrix<float> values = model.read(name);
        return std::vector<float>(values.data(), values.data() + values.size());
    };
    for (std::size_t b = 0; b < model.spec().blocks.size(); ++b) {
        const BlockSpec& block = model.spec().blocks[b];
        const BlockScales scales = scalesOf(run.tags(), static_cast<int>(b));
        for (const InputTag tag : kInputTags) {
            const std::vector<float>& s = scales[static_cast<std::size_t>(tag)];
            if (s.empty()) continue;
            if (const NormSpec* norm = normBefore(block, tag))
                tensors[norm->name + ".weight"] = foldedNorm(*norm, read(norm->name + ".weight"), s);
            if (const LinearSpec* linear = linearBefore(block, tag); linear && linear->bias) {
                std::vector<float>& bias = tensors[linear->name + ".bias"] = read(linear->name + ".bias");
                for (std::size_t i = 0; i < bias.size(); ++i) bias[i] /= s.at(i);
            }
        }
    }
    return tensors;
}

std::unique_ptr<Model> modelOfRun(const RunFile& run, const std::string& moved) {
    const std::string path = moved.empty() ? run.provenance().model : moved;
    if (!std::filesystem::exists(path))
        throw Error(run.path().string() + ": the model " + path + " it was made from is not there; say where it is now with --model");
    auto model = openModel(path);
    model->requireSupported();
    if (model->fingerprint() != run.provenance().modelFingerprint)
        throw Error(run.path().string() + ": the model at " + path +
                    " is not the one the run was made from (its content differs); give the original with --model");
    return model;
}

std::shared_ptr<const RunFile> openQuantization(const std::string& path) {
    auto run = RunFile::open(path);
    const std::string& kind = run->provenance().kind;
    if (kind != "quantize" && kind != "train")
        throw Error(path + ": is a calibration without quantized linears; give the run of a quantization or of a training");
    if (!run->finished()) throw Error(path + ": the run is not finished; go on with it by  " + kind + " … --resume");
    return run;
}

}  // namespace qs
