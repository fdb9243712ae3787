// SPDX-License-Identifier: GPL-3.0-or-later
// One block of the demo model (grouped-query attention, norms of q and k) with its normed input complete for a few short sequences.
#pragma once

#include <cmath>
#include <memory>
#include <vector>

#include "run/block_loop.h"
#include "run/stream.h"
#include "support/data.h"

namespace qs::testing {

struct AttentionBlock {
    explicit AttentionBlock(std::vector<int> lengths = {5, 9, 5, 12},
                            MachineOptions machine = {.threads = 2, .compute = Compute::Float32}) {
        for (const int length : lengths) {
            SequenceRecord& record = sequences.emplace_back();
            record.length = length;
            for (int t = 0; t < length; ++t) record.ids.push_back((t * 37 + length) % 4096);
        }
        session = openSession(resource("models/demo").string(), machine, context);
        spec = session.model->spec().blocks[0];
        weights = session.model->block(0);
        for (std::size_t i = 0; i < 64; ++i) weights.qNorm[i] *= 1 + 0.01f * static_cast<float>(i);  // that gains matter
        session.executor->setBlock(spec, weights);
        stream = std::make_unique<Stream>(sequences, session, 0, ".", context);
        stream->run(Stage::AttentionIn, context);
    }

    /// What a job at the first input would see of the block.
    BlockState state() {
        BlockState state{0, "block 1 of 6", spec, weights, part, session, costs, progress, alone, clock};
        state.calibration = stream.get();
        return state;
    }

    /// Normed input of sequence s [length, hidden].
    Matrix<double> input(std::size_t s) const {
        const auto length = static_cast<std::size_t>(sequences[s].length), hidden = static_cast<std::size_t>(spec.hidden);
        Matrix<float> x(length, hidden);
        session.executor->toHost(stream->buffers()[s].x, x.size(), x.data());
        Matrix<double> wide(length, hidden);
        std::copy(x.values().begin(), x.values().end(), wide.data());
        return wide;
    }

    /// Head `head` of q or k of sequence s behind norm and rotation [length, headDim], in double.
    Matrix<double> rotated(LinearRole role, std::size_t s, std::size_t head) const {
        const Matrix<float>& W = weights[role].W;
        const std::vector<float>& gain = role == LinearRole::Q ? weights.qNorm : weights.kNorm;
        const Matrix<double> x = input(s);
        const std::size_t length = x.rows(), in = W.cols(), d = 64;
        Matrix<double> result(length, d);
        for (std::size_t t = 0; t < length; ++t) {
            std::vector<double> y(d);
            double squares = 0;
            for (std::size_t i = 0; i < d; ++i) {
                for (std::size_t c = 0; c < in; ++c) y[i] += static_cast<double>(W(head * d + i, c)) * x(t, c);
                squares += y[i] * y[i] / static_cast<double>(d);
            }
            for (std::size_t i = 0; i < d; ++i) y[i] *= static_cast<double>(gain[i]) / std::sqrt(squares + 1e-6);
            for (std::size_t i = 0; i < d / 2; ++i) {
                const double angle = static_cast<double>(t) * std::pow(1e6, -2.0 * static_cast<double>(i) / static_cast<double>(d));
                result(t, i) = y[i] * std::cos(angle) - y[i + d / 2] * std::sin(angle);
                result(t, i + d / 2) = y[i + d / 2] * std::cos(angle) + y[i] * std::sin(angle);
            }
        }
        return result;
    }

    JobContext context;
    Session session;
    std::vector<SequenceRecord> sequences;
    BlockSpec spec;
    BlockWeights weights;
    std::unique_ptr<Stream> stream;

  private:
    BlockPart part;
    const CostModel costs;
    CostTracker progress{context, 1};
    Communicator alone;
    PhaseClock clock;
};

}  // namespace qs::testing
