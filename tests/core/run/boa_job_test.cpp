// SPDX-License-Identifier: GPL-3.0-or-later
// BoA as a job on the demo model (grouped-query attention, norms of q and k).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "base/error.h"
#include "quant/boa.h"
#include "run/attended_inputs.h"
#include "run/head_hessians.h"
#include "run/jobs.h"
#include "run/run_file.h"
#include "support/attention_block.h"
#include "support/data.h"
#include "support/final_states.h"
#include "support/run_compare.h"
#include "support/run_jobs.h"
#include "support/thread_ranks.h"

namespace qs {
namespace {

using namespace testing;

QuantizeOptions smallBoa(const TemporaryFolder& folder) {
    QuantizeOptions options = smallQuantization(folder);
    options.quant.method = Method::Boa;
    return options;
}

struct FirstBlock : AttentionBlock {
    HeadHessians hessians(const Weighting& weighting, Keys keys = Keys::AsTheyAre) {
        BlockState own = state();
        return headHessians(own, weighting, {{5, 2}, {9, 1}, {12, 1}}, keys);
    }

    /// Σ over sequences of weight · mean_t R_tᵀ C R_t.
    Matrix<double> expected(LinearRole role, std::size_t head, const std::vector<double>& sequenceWeights) const {
        Matrix<double> sum(64, 64);
        for (std::size_t s = 0; s < sequences.size(); ++s) {
            const Matrix<double> H = outputHessianOfKeys(rotated(role, s, head).view(), 1e6);
            for (std::size_t e = 0; e < sum.size(); ++e) sum.data()[e] += sequenceWeights[s] * H.data()[e];
        }
        return sum;
    }
};

void expectNear(const Matrix<double>& actual, const Matrix<double>& expected, const std::vector<float>& gain) {
    double largest = 0, worst = 0;
    for (std::size_t i = 0; i < 64; ++i)
        for (std::size_t j = 0; j < 64; ++j) {
            const double value = static_cast<double>(gain[i]) * static_cast<double>(gain[j]) * expected(i, j);
            largest = std::max(largest, std::abs(value));
            worst = std::max(worst, std::abs(actual(i, j) - value));
        }
    EXPECT_LT(worst, 1e-5 * largest);
}

TEST(HeadHessians, AreThoseOfKeysAndQueries) {
    FirstBlock block;
    // maca: every sequence 1/4; token: 2 · tokens / 31 of them.
    for (const auto& [name, weights] : {std::pair<const char*, std::vector<double>>{"maca", {0.25, 0.25, 0.25, 0.25}},
                                        {"token", {10.0 / 31, 18.0 / 31, 10.0 / 31, 24.0 / 31}}}) {
        SCOPED_TRACE(name);
        const HeadHessians own = block.hessians(Weighting::parse(name));
        ASSERT_EQ(own.q.size(), 4u);
        ASSERT_EQ(own.k.size(), 2u);
        expectNear(own.q[3], block.expected(LinearRole::K, 1, weights), block.weights.qNorm);  // heads 2 and 3 share keys
        Matrix<double> both = block.expected(LinearRole::Q, 0, weights);
        const Matrix<double> second = block.expected(LinearRole::Q, 1, weights);
        for (std::size_t e = 0; e < both.size(); ++e) both.data()[e] += second.data()[e];
        expectNear(own.k[0], both, block.weights.kNorm);
    }
}

TEST(HeadHessians, LeaveOutWhatTheKeysOfASequenceShare) {
    FirstBlock block;
    Matrix<double> expected(64, 64);
    for (std::size_t s = 0; s < block.sequences.size(); ++s) {
        Matrix<double> K = block.rotated(LinearRole::K, s, 0);
        for (std::size_t c = 0; c < 64; ++c) {
            double mean = 0;
            for (std::size_t t = 0; t < K.rows(); ++t) mean += K(t, c) / static_cast<double>(K.rows());
            for (std::size_t t = 0; t < K.rows(); ++t) K(t, c) -= mean;
        }
        const Matrix<double> H = outputHessianOfKeys(K.view(), 1e6);
        for (std::size_t e = 0; e < expected.size(); ++e) expected.data()[e] += 0.25 * H.data()[e];
    }
    const HeadHessians own = block.hessians(Weighting::parse("maca"), Keys::Centred), plain = block.hessians(Weighting::parse("maca"));
    expectNear(own.q[0], expected, block.weights.qNorm);
    EXPECT_EQ(own.k[1], plain.k[1]);
}

TEST(HeadHessians, ValuesGoThroughTheirColumnsOfO) {
    FirstBlock block;
    const HeadHessians own = block.hessians({});
    const Matrix<float>& O = block.weights[LinearRole::O].W;
    ASSERT_EQ(own.v.size(), 2u);
    double sum = 0;  // element (3, 5) of the second: heads 2 and 3
    for (const std::size_t head : {2u, 3u})
        for (std::size_t r = 0; r < O.rows(); ++r)
            sum += static_cast<double>(O(r, head * 64 + 3)) * static_cast<double>(O(r, head * 64 + 5));
    EXPECT_NEAR(own.v[1](3, 5), sum, 1e-5 * std::abs(own.v[1](3, 3)));
}

TEST(HeadHessians, LeaveOutFirstTokensIfAsked) {
    FirstBlock block;
    Weighting without = Weighting::parse("maca");
    without.firstTokenWeight = 0;
    const HeadHessians all = block.hessians(Weighting::parse("maca")), rest = block.hessians(without);
    double trace = 0, left = 0;
    for (std::size_t i = 0; i < 64; ++i) {
        trace += all.q[0](i, i);
        left += rest.q[0](i, i);
    }
    EXPECT_LT(left, 0.95 * trace);
    EXPECT_GT(left, 0.5 * trace);
}

TEST(BoaJob, StaysNearerThanGptq) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallBoa(folder);
    const double boa = distanceOnText(options, 8192);
    const auto run = RunFile::open(options.out);
    EXPECT_NEAR(run->forecast()->memoryBytes, run->actual()->memoryBytes, 0.3 * run->actual()->memoryBytes);
    options.quant.method = Method::Gptq;
    options.out = folder / "gptq.qsrun";
    const double gptq = distanceOnText(options, 8192);
    std::printf("relative distance of the final states: BoA %.5f, GPTQ %.5f\n", boa, gptq);
    EXPECT_LT(boa, 1.02 * gptq);
    const auto other = RunFile::open(options.out);
    for (const LinearRecord& linear : other->linears()) {
        if (linear.block > 0 || linear.tag != "attention-in") continue;
        const Matrix<std::uint8_t> own = run->linear(linear.name).codes, plain = other->linear(linear.name).codes;
        EXPECT_NE(own, plain) << linear.name;
        if (linear.role == "v_proj") continue;  // its columns have another Hessian
        // each head's first rows are solved before any other row could move them
        EXPECT_TRUE(std::equal(own.data(), own.data() + 16 * own.cols(), plain.data())) << linear.name;
    }
}

TEST(BoaJob, EveryKindOfSettingRuns) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallBoa(folder);
    options.include = {"model.layers.0.*", "*.1.self_attn.*"};
    for (const auto& change : std::vector<void (*)(QuantizeOptions&)>{
             [](QuantizeOptions& o) { o.quant.columns = ColumnMethod::Gptaq; },
             [](QuantizeOptions& o) { o.quant.actOrder = true, o.quant.rowOrder = true, o.quant.columns = ColumnMethod::Gptaq; },
             [](QuantizeOptions& o) { o.quant.groupSize = 64, o.quant.staticGroups = false, o.quant.rowBlock = 5; },
             [](QuantizeOptions& o) { o.quant.groupSize = 64, o.quant.search = SearchKind::Hessian, o.quant.refine = Refine::Joint; },
             [](QuantizeOptions& o) {
                 o.quant.columns = ColumnMethod::Gptaq, o.quant.refine = Refine::Sweeps, o.quant.valueInputs = ValueInputs::Plain;
             },
             [](QuantizeOptions& o) { o.quant.actOrder = true, o.quant.valueRows = false; },
             [](QuantizeOptions& o) {
                 o.quant.columns = ColumnMethod::Gptaq, o.quant.refine = Refine::Joint;
                 o.quant.groupSize = 64, o.quant.search = SearchKind::Hessian, o.trajectories = Trajectories::Full;
             },
             [](QuantizeOptions& o) { o.weighting = "length:96", o.firstTokenWeight = 0, o.machine.compute = Compute::Reference; }}) {
        QuantizeOptions changed = options;
        change(changed);
        quantize(changed);
        const auto run = RunFile::open(changed.out);
        EXPECT_EQ(run->linears().size(), 11u);
        const LinearRecord q = run->linear("model.layers.1.self_attn.q_proj");
        EXPECT_LT(q.loss, q.energy);
        EXPECT_EQ(q.order.empty(), !changed.quant.actOrder);
        if (changed.quant.refine != Refine::None) {
            EXPECT_EQ(run->scaleSteps(q.name).back().scales, q.scales);
        }
    }
}

TEST(BoaJob, StoppedAndResumedIsTheSameRun) {
    const TemporaryFolder folder;
    expectSameAfterStops(smallBoa(folder), folder);
}

TEST(BoaJob, AttendedInputsStoppedAndResumedAreTheSameRun) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallBoa(folder);
    options.quant.columns = ColumnMethod::Gptaq;
    options.include = {"*.v_proj", "*.down_proj"};
    expectSameAfterStops(options, folder);
}

/// v of the first block alone.
QuantizedLinear solvedValue(QuantizeOptions options, ValueInputs inputs, bool rows) {
    options.quant.valueInputs = inputs;
    options.quant.valueRows = rows;
    options.include = {"model.layers.0.self_attn.v_proj"};
    quantize(options);
    const LinearRecord record = RunFile::open(options.out)->linear(options.include[0]);
    EXPECT_LT(record.loss, record.energy);
    QuantizedLinear q;
    q.bits = record.bits;
    q.codes = record.codes;
    q.zeros = record.zeros;
    q.scales = Matrix<double>(record.scales.rows(), record.scales.cols());
    std::copy(record.scales.values().begin(), record.scales.values().end(), q.scales.data());
    return q;
}

/// What v's rows are solved for is what the output of attention, and behind it o, sees of them.
TEST(BoaJob, AttendedInputsLowerTheErrorBehindAttention) {
    const TemporaryFolder folder;
    const std::vector<int> lengths{32, 96, 32, 96, 32, 96, 32, 96};
    AttentionBlock block(lengths);
    block.weights = block.session.model->block(0);
    const BlockState state = block.state();
    const AttendedInputs inputs(state, {}, {{32, 4}, {96, 4}});
    const Matrix<float>&W = block.weights[LinearRole::V].W, &O = block.weights[LinearRole::O].W;
    const std::size_t hidden = W.cols(), d = 64;
    std::vector<Matrix<double>> Hin, Hout;
    for (std::size_t g = 0; g < 2; ++g) {
        const Matrix<float> H = inputs.hessian(g);
        Hin.emplace_back(hidden, hidden);
        std::copy(H.values().begin(), H.values().end(), Hin.back().data());
        Matrix<double>& sum = Hout.emplace_back(d, d);
        for (std::size_t r = 0; r < O.rows(); ++r)
            for (std::size_t h = 2 * g; h < 2 * g + 2; ++h)
                for (std::size_t i = 0; i < d; ++i)
                    for (std::size_t j = 0; j < d; ++j)
                        sum(i, j) += static_cast<double>(O(r, h * d + i)) * static_cast<double>(O(r, h * d + j));
    }
    std::ofstream ids(folder / "sequences.json");
    for (std::size_t s = 0; s < lengths.size(); ++s) {
        ids << (s ? "," : "[");
        for (std::size_t t = 0; t < block.sequences[s].ids.size(); ++t) ids << (t ? "," : "[") << block.sequences[s].ids[t];
        ids << "]";
    }
    ids << "]";
    ids.close();
    QuantizeOptions options = smallQuantizationOf(folder / "sequences.json");
    options.out = (folder / "v.qsrun").string();
    options.quant.method = Method::Boa;
    options.machine.compute = Compute::Float32;
    struct Losses {
        double heads = 0, behindO = 0;
    };
    const auto lossesOf = [&](ValueInputs kind, bool rows) {
        const Matrix<float> Q = dequantize(solvedValue(options, kind, rows));
        Losses losses;
        for (std::size_t g = 0; g < 2; ++g) {
            Matrix<double> E(d, hidden), unit(d, d);
            for (std::size_t i = 0; i < d; ++i) {
                unit(i, i) = 1;
                for (std::size_t c = 0; c < hidden; ++c) E(i, c) = static_cast<double>(Q(g * d + i, c) - W(g * d + i, c));
            }
            TwoSidedProblem problem{E.view(), Hin[g].view(), {unit.view()}, {}, 1, "v"};
            losses.heads += twoSidedLoss(E, problem);
            problem.Hout = {Hout[g].view()};
            losses.behindO += twoSidedLoss(E, problem);
        }
        return losses;
    };
    const Losses plain = lossesOf(ValueInputs::Plain, false), attended = lossesOf(ValueInputs::Attended, false),
                 plainRows = lossesOf(ValueInputs::Plain, true), attendedRows = lossesOf(ValueInputs::Attended, true);
    std::printf("error behind attention: plain %.4g, attended %.4g; behind o: plain %.4g, with rows %.4g, attended %.4g, with rows %.4g\n",
                plain.heads, attended.heads, plain.behindO, plainRows.behindO, attended.behindO, attendedRows.behindO);
    EXPECT_LT(attended.heads, 0.9 * plain.heads);
    EXPECT_LT(attendedRows.behindO, 0.9 * plainRows.behindO);
    EXPECT_LT(attendedRows.behindO, attended.behindO);
}

TEST(BoaJob, ProcessesAddTheirKeys) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallBoa(folder);
    options.machine.threads = 1;
    options.machine.compute = Compute::Float32;
    options.include = {"model.layers.0.*"};
    quantize(options);
    QuantizeOptions shared = options;
    shared.out = folder / "two.qsrun";
    runRanks(2, [&](Communicator& group) {
        JobContext context;
        runQuantize(shared, context, group);
    });
    const auto one = RunFile::open(options.out), two = RunFile::open(shared.out);
    for (const char* role : {"q_proj", "k_proj", "v_proj"}) {
        const std::string name = std::string("model.layers.0.self_attn.") + role;
        const Matrix<std::uint8_t> p = one->linear(name).codes, q = two->linear(name).codes;
        ASSERT_EQ(p.size(), q.size());
        std::size_t equal = 0;
        for (std::size_t i = 0; i < p.size(); ++i) equal += p.data()[i] == q.data()[i];
        EXPECT_GE(equal, p.size() * 98 / 100) << name;
    }
}

TEST(BoaJob, ForecastNamesTheHeads) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallBoa(folder);
    options.quant.columns = ColumnMethod::Gptaq;
    const Estimate attended = estimateQuantize(options);
    options.quant.columns = ColumnMethod::Gptq;
    options.quant.valueInputs = ValueInputs::Plain;
    const Estimate boa = estimateQuantize(options);
    options.quant.columns = ColumnMethod::Gptaq;
    const Estimate both = estimateQuantize(options);
    options.quant.method = Method::Gptq;
    const Estimate gptq = estimateQuantize(options);
    EXPECT_EQ(boa.timeParts.size(), gptq.timeParts.size() + 1);
    EXPECT_EQ(both.timeParts.size(), gptq.timeParts.size() + 3);
    const auto heads =
        std::find_if(boa.timeParts.begin(), boa.timeParts.end(),  // the others vary by a percent from measurement to measurement
                     [](const auto& part) { return part.first == "output Hessians of the heads"; });
    ASSERT_NE(heads, boa.timeParts.end());
    EXPECT_GT(heads->second, 0);
    const auto ownMemory = [](const Estimate& e) {
        return e.total.memoryBytes - e.memoryParts.front().second;
    };  // of the job, not the program
    EXPECT_GT(ownMemory(boa), ownMemory(gptq));
    EXPECT_EQ(attended.timeParts.size(), both.timeParts.size() + 1);
    EXPECT_GT(ownMemory(attended), ownMemory(both));
}

}  // namespace
}  // namespace qs
