// SPDX-License-Identifier: GPL-3.0-or-later
// What a model computes behind the weights of a run.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "run/run_file.h"
#include "run/run_weights.h"
#include "run/session.h"
#include "run/stream.h"
#include "support/data.h"
#include "support/run_compare.h"

namespace qs::testing {

/// Final hidden states of the calibration sequences of a run, in float32 behind the blocks given.
inline std::vector<Matrix<float>> finalStates(const RunFile& run, const std::function<BlockWeights(const Model&, int)>& blockOf) {
    JobContext context;
    MachineOptions machine;
    machine.threads = 2;
    machine.compute = Compute::Float32;
    Session session = openSession(run.provenance().model, machine, context);
    std::vector<SequenceRecord> sequences = run.sequences();
    for (std::size_t i = 0; i < sequences.size(); ++i) sequences[i].ids = run.sequenceIds(i);
    Stream stream(sequences, session, 0, ".", context);
    const ModelSpec& spec = session.model->spec();
    for (std::size_t b = 0; b < spec.blocks.size(); ++b) {
        const int block = static_cast<int>(b);
        session.executor->setBlock(spec.blocks[b], blockOf(*session.model, block));
        for (const Stage stage : kStages) stream.run(stage, context);
    }
    std::vector<Matrix<float>> states;
    for (const SequenceBuffers& buffers : stream.buffers()) states.push_back(session.executor->finalNorm(buffers));
    return states;
}

inline BlockWeights untouchedBlock(const Model& model, int b) { return model.block(b); }

/// Σ ‖a − b‖² / Σ ‖b‖² over all tokens.
inline double distance(const std::vector<Matrix<float>>& own, const std::vector<Matrix<float>>& original) {
    double difference = 0, size = 0;
    for (std::size_t s = 0; s < own.size(); ++s)
        for (std::size_t i = 0; i < own[s].size(); ++i) {
            const double h = static_cast<double>(original[s].data()[i]), d = static_cast<double>(own[s].data()[i]) - h;
            difference += d * d;
            size += h * h;
        }
    return difference / size;
}

/// ‖h_quantized − h‖² / ‖h‖² of a run.
inline double distanceFromUntouched(const std::string& out) {
    const auto run = RunFile::open(out);
    return distance(finalStates(*run, [&](const Model& model, int b) { return blockOfRun(model, *run, b); }),
                    finalStates(*run, untouchedBlock));
}

/// Quantizes real text (lengths 64 and 256); every linear must have gone through the method, with a loss below its energy. Returns the
/// distance of the final states from those of the untouched model.
inline double distanceOnText(QuantizeOptions options, std::int64_t tokens) {
    options.calibration.ids.clear();
    options.calibration.text = {resource("text/en.txt").string()};
    options.calibration.lengths = {64, 256};
    options.calibration.tokens = tokens;
    quantize(options);
    const auto run = RunFile::open(options.out);
    EXPECT_EQ(run->linears().size(), 42u);
    for (const LinearRecord& linear : run->linears()) {
        EXPECT_EQ(linear.method, nameOfEnum(options.quant.method));
        EXPECT_GT(linear.loss, 0) << linear.name;
        EXPECT_LT(linear.loss, linear.energy) << linear.name;
    }
    return distanceFromUntouched(options.out);
}

}  // namespace qs::testing
