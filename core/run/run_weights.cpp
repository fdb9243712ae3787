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

void replaceLinears(BlockWeights& weights, const BlockSpec& block, const std::vector<LinearRecord>& records) {
    for (const LinearRecord& record : records) {
        const auto linear =
            std::find_if(block.linears.begin(), block.linears.end(), [&](const LinearSpec& l) { return l.name == record.name; });
        if (linear == block.linears.end()) throw Error(record.name + ": the model has no such linear; the run was made from another model");
        if (linear->out != record.out || linear->in != record.in)
            throw Error(record.name + ": the run has the shape [" + std::to_string(record.out) + ", " + std::to_string(record.in) +
                        "], the model [" + std::to_string(linear->out) + ", " + std::to_string(linear->in) +
                        "]; the run was made from another model");
        weights[linear->role].W = dequantize(quantizedOf(record));
    }
}

BlockWeights blockOfRun(const Model& model, const RunFile& run, int b) {
    BlockWeights weights = model.block(b);
    std::vector<LinearRecord> records;
    for (const LinearRecord& linear : run.linears())
        if (linear.block == b) records.push_back(run.linear(linear.name));
    replaceLinears(weights, model.spec().blocks.at(static_cast<std::size_t>(b)), records);
    return weights;
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
    if (run->provenance().kind != "quantize")
        throw Error(path + ": is a calibration without quantized linears; give the run of a quantization");
    if (!run->finished()) throw Error(path + ": the run is not finished; go on with it by  quantize … --resume");
    return run;
}

}  // namespace qs
