// SPDX-License-Identifier: GPL-3.0-or-later
// Sensitivities against what small errors of an output really do to the prediction.
#include "model/output_sensitivity.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "base/error.h"
#include "kernels/blas.h"
#include "model/executor.h"
#include "support/data.h"

namespace qs {
namespace {

std::vector<std::vector<std::int32_t>> sequencesOf(std::size_t count, std::size_t length) {
    std::mt19937 random(3);
    std::vector<std::vector<std::int32_t>> sequences(count, std::vector<std::int32_t>(length));
    for (auto& ids : sequences)
        for (std::int32_t& id : ids) id = static_cast<std::int32_t>(random() % 4096);
    return sequences;
}

/// Logits with noise of this standard deviation on the weights of one linear; Σ ‖Δy_t‖² of all but the first token is added to `squares`.
Matrix<float> logitsOf(const Model& model, const std::vector<std::int32_t>& ids, int noisyBlock, LinearRole role, double deviation,
                       double* squares) {
    const auto executor = makeReferenceExecutor(model, {}, DType::F32);
    const int lengths[] = {static_cast<int>(ids.size())};
    ActivationStore store(*executor, model.spec(), lengths, 0, ".");
    SequenceBuffers& buffers = store.sequences()[0];
    executor->embed(ids, buffers);
    for (std::size_t b = 0; b < model.spec().blocks.size(); ++b) {
        const BlockSpec& spec = model.spec().blocks[b];
        BlockWeights weights = model.block(static_cast<int>(b));
        Matrix<float> noise(weights[role].W.rows(), weights[role].W.cols());
        if (static_cast<int>(b) == noisyBlock && deviation > 0) {
            std::mt19937 random(5);
            std::normal_distribution<float> normal(0, static_cast<float>(deviation));
            for (float& n : noise.values()) n = normal(random);
            for (std::size_t i = 0; i < noise.size(); ++i) weights[role].W.data()[i] += noise.data()[i];
        }
        executor->setBlock(spec, weights);
        for (const Stage stage : kStages) {
            executor->run(stage, buffers, 0);
            for (const LinearSpec& linear : spec.linears) {
                if (linear.role != role || stageOf(linear.tag) != stage || static_cast<int>(b) != noisyBlock || !squares) continue;
                Matrix<float> x(ids.size(), noise.cols());
                executor->toHost(inputOf(linear.tag, buffers), x.size(), x.data());
                for (std::size_t t = 1; t < x.rows(); ++t)
                    for (std::size_t o = 0; o < noise.rows(); ++o) {
                        double dy = 0;
                        for (std::size_t i = 0; i < x.cols(); ++i) dy += static_cast<double>(noise(o, i)) * x(t, i);
                        *squares += dy * dy;
                    }
            }
        }
    }
    return executor->logits(buffers);
}

/// Σ over tokens of KL(p ‖ q).
double divergenceOf(const Matrix<float>& p, const Matrix<float>& q) {
    double sum = 0;
    for (std::size_t t = 0; t < p.rows(); ++t) {
        double sumP = 0, sumQ = 0;
        for (std::size_t v = 0; v < p.cols(); ++v) sumP += std::exp(double(p(t, v))), sumQ += std::exp(double(q(t, v)));
        for (std::size_t v = 0; v < p.cols(); ++v) {
            const double logP = double(p(t, v)) - std::log(sumP), logQ = double(q(t, v)) - std::log(sumQ);
            sum += std::exp(logP) * (logP - logQ);
        }
    }
    return sum;
}

TEST(OutputSensitivity, ForecastsTheDivergenceOfNoise) {
    beginSingleThreadedMath();
    const auto model = openModel(testing::resource("models/demo"));
    const auto sequences = sequencesOf(3, 48);
    ThreadPool pool(2, beginSingleThreadedMath);
    const auto found = outputSensitivities(*model, sequences, 1, {}, pool, [](double) {});
    ASSERT_EQ(found.size(), model->spec().blocks.size());
    std::vector<Matrix<float>> exact;
    for (const auto& ids : sequences) exact.push_back(logitsOf(*model, ids, 1, LinearRole::V, 0, nullptr));
    for (const LinearRole role : {LinearRole::V, LinearRole::O, LinearRole::Down}) {
        double squares = 0, divergence = 0;
        for (std::size_t i = 0; i < sequences.size(); ++i)
            divergence += divergenceOf(exact[i], logitsOf(*model, sequences[i], 1, role, 2e-3, &squares));
        const double forecast = 0.5 * found[1][static_cast<std::size_t>(role)].rest * squares;
        EXPECT_GT(divergence, forecast / 3) << static_cast<int>(role);
        EXPECT_LT(divergence, forecast * 3) << static_cast<int>(role);
    }
}

TEST(OutputSensitivity, DoesNotDependOnTheWorkers) {
    const auto model = openModel(testing::resource("models/demo"));
    const auto sequences = sequencesOf(3, 16);
    ThreadPool one(1, beginSingleThreadedMath), two(2, beginSingleThreadedMath);
    const auto a = outputSensitivities(*model, sequences, 1, {}, one, [](double) {}),
               b = outputSensitivities(*model, sequences, 1, {}, two, [](double) {});
    for (std::size_t block = 0; block < a.size(); ++block)
        for (std::size_t role = 0; role < kLinearRoles; ++role) {
            EXPECT_EQ(a[block][role].rest, b[block][role].rest);
            EXPECT_EQ(a[block][role].first, b[block][role].first);
            EXPECT_GT(a[block][role].rest, 0);
        }
}

TEST(OutputSensitivity, RefusesWhatHasNoGradient) {
    const auto model = openModel(testing::resource("models/demo"));
    ThreadPool pool(1, beginSingleThreadedMath);
    const std::vector<std::vector<std::int32_t>> none, shortOne{{1}}, outside{{1, 1 << 30}};
    for (const auto& sequences : {none, shortOne, outside})
        EXPECT_THROW(outputSensitivities(*model, sequences, 1, {}, pool, [](double) {}), Error);
}

}  // namespace
}  // namespace qs
