// SPDX-License-Identifier: GPL-3.0-or-later
// AWQ as a job on the demo model (grouped-query attention, norms of q and k).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "base/error.h"
#include "kernels/blas.h"
#include "quant/awq.h"
#include "run/jobs.h"
#include "run/run_file.h"
#include "run/run_weights.h"
#include "run/session.h"
#include "run/stream.h"
#include "support/data.h"
#include "support/final_states.h"
#include "support/run_compare.h"
#include "support/run_jobs.h"
#include "support/thread_ranks.h"

namespace qs {
namespace {

using namespace testing;
namespace fs = std::filesystem;

QuantizeOptions smallAwq(const TemporaryFolder& folder) {
    QuantizeOptions options = smallQuantization(folder);
    options.quant.method = Method::Awq;
    options.quant.groupSize = 64;
    options.machine.compute = Compute::Float32;
    return options;
}

const TagRecord& tagOf(const RunFile& run, int block, const std::string& name) {
    for (const TagRecord& tag : run.tags())
        if (tag.block == block && tag.tag == name) return tag;
    throw Error("no such input: " + name);
}

/// The first input of the model for all sequences of a run, one after the other, and MaCa's weight of each token.
struct FirstInput {
    explicit FirstInput(const RunFile& run) {
        JobContext context;
        Session session = openSession(run.provenance().model, {.threads = 2, .compute = Compute::Float32}, context);
        std::vector<SequenceRecord> sequences = run.sequences();
        std::size_t tokens = 0;
        for (std::size_t i = 0; i < sequences.size(); ++i) {
            sequences[i].ids = run.sequenceIds(i);
            tokens += sequences[i].ids.size();
        }
        const BlockSpec& block = session.model->spec().blocks[0];
        weights = session.model->block(0);
        session.executor->setBlock(block, weights);
        Stream stream(sequences, session, 0, ".", context);
        stream.run(Stage::AttentionIn, context);
        const auto in = static_cast<std::size_t>(block.hidden);
        X = Matrix<double>(tokens, in);
        double* to = X.data();
        for (const SequenceBuffers& buffers : stream.buffers()) {
            const auto length = static_cast<std::size_t>(buffers.length);
            to = std::copy_n(static_cast<const float*>(buffers.x), length * in, to);
            perSequence.insert(perSequence.end(), length, 1.0 / static_cast<double>(length * sequences.size()));
        }
    }
    BlockWeights weights;
    Matrix<double> X;
    std::vector<double> perSequence;
};

Matrix<double> stacked(const BlockWeights& weights, std::initializer_list<LinearRole> roles) {
    std::vector<double> values;
    for (const LinearRole role : roles) values.insert(values.end(), weights[role].W.values().begin(), weights[role].W.values().end());
    const std::size_t in = weights[LinearRole::Q].W.cols();
    Matrix<double> W(values.size() / in, in);
    std::copy(values.begin(), values.end(), W.data());
    return W;
}

TEST(AwqJob, TheFirstInputByThePlainSearch) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallAwq(folder);
    options.include = {"model.layers.0.*"};
    std::vector<double> before;
    for (const char* weighting : {"maca", "token"}) {
        SCOPED_TRACE(weighting);
        options.weighting = weighting;
        quantize(options);
        const auto run = RunFile::open(options.out);
        const TagRecord& tag = tagOf(*run, 0, "attention-in");
        const FirstInput input(*run);
        const bool maca = options.weighting == "maca";
        const std::vector<double> equal(input.X.rows(), 1 / static_cast<double>(input.X.rows()));
        const std::vector<double>& weights = maca ? input.perSequence : equal;
        const Matrix<double> W = stacked(input.weights, {LinearRole::Q, LinearRole::K, LinearRole::V});
        JobContext context;
        ThreadPool pool(2, beginSingleThreadedMath);
        const std::vector<double> a = activationScale(input.X.view(), weights);
        const ScaleSearchResult plain = searchInputScales<double>(W.view(), input.X.view(), weights, a, {3, 64}, context, pool);
        ASSERT_EQ(tag.scaleLosses.size(), plain.history.size());
        const double unit = static_cast<double>(W.rows()) * (maca ? 1 : 2);  // H of token weighting is twice the mean
        for (std::size_t i = 0; i < plain.history.size(); ++i)
            EXPECT_NEAR(tag.scaleLosses[i] / unit, plain.history[i], 5e-3 * plain.history[i]) << i;
        ASSERT_EQ(tag.inputScales.size(), plain.s.size());
        for (std::size_t c = 0; c < plain.s.size(); ++c) EXPECT_NEAR(tag.inputScales[c], plain.s[c], 1e-4 * plain.s[c]);
        EXPECT_GT(plain.best, 0u);

        // k is not clipped: its codes are those of W diag(s) rounded to nearest, asymmetric.
        const LinearRecord k = run->linear("model.layers.0.self_attn.k_proj");
        EXPECT_EQ(k.scheme, "asym");
        Matrix<double> scaled = stacked(input.weights, {LinearRole::K});
        for (std::size_t r = 0; r < scaled.rows(); ++r)
            for (std::size_t c = 0; c < scaled.cols(); ++c) scaled(r, c) *= plain.s[c];
        const QuantizedLinear rounded = quantizeOnRanges(scaled, 3, 64);
        std::size_t equalCodes = 0;
        for (std::size_t i = 0; i < rounded.codes.size(); ++i) equalCodes += rounded.codes.data()[i] == k.codes.data()[i];
        EXPECT_GE(equalCodes, rounded.codes.size() * 999 / 1000);

        // The recorded error is that of Ŵ diag(1/s) behind the original norm.
        double error = 0;
        const auto model = modelOfRun(*run, "");
        const BlockWeights replaced = replacedBlock(*model, *run, 0);
        const Matrix<float>&original = input.weights[LinearRole::K].W, &own = replaced[LinearRole::K].W;
        for (std::size_t t = 0; t < 32; ++t)  // the first sequence is one of length 32
            for (std::size_t r = 0; r < own.rows(); ++r) {
                double y = 0;
                for (std::size_t c = 0; c < own.cols(); ++c)
                    y += (static_cast<double>(own(r, c)) - static_cast<double>(original(r, c))) * input.X(t, c);
                error += y * y;
            }
        ASSERT_EQ(k.calibrationErrors.at(0).length, 32);
        EXPECT_GT(error, 0);
        EXPECT_LT(error, k.calibrationErrors[0].error);
        EXPECT_GT(4 * error, 0.3 * k.calibrationErrors[0].error);  // one of four sequences of the length
        EXPECT_NE(tag.scaleLosses, before);                        // weights of sequences enter
        before = tag.scaleLosses;
    }
}

TEST(AwqJob, ComesCloserToTheUntouchedModelThanRounding) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallAwq(folder);
    const double awq = distanceOnText(options, 4096);
    const auto run = RunFile::open(options.out);
    EXPECT_NEAR(run->forecast()->memoryBytes, run->actual()->memoryBytes, 0.3 * run->actual()->memoryBytes);
    options.quant.method = Method::Rtn;
    options.quant.scheme = Scheme::Asymmetric;
    const double rtn = distanceOnText(options, 4096);
    std::printf("relative distance of the final states: AWQ %.5f, RTN %.5f\n", awq, rtn);
    EXPECT_LT(awq, 0.9 * rtn);
}

/// Norms and rows with the scales folded in, and Ŵ diag(1/s) behind the original ones, are the same function; and so is the export.
TEST(AwqJob, WhatIsShippedIsWhatWasMeasured) {
    const TemporaryFolder folder;
    const QuantizeOptions options = smallAwq(folder);
    quantize(options);
    const auto run = RunFile::open(options.out);
    const auto shipped = finalStates(*run, [&](const Model&model, int b) { return blockOfRun(model, *run, b); }),
               measured = finalStates(*run, [&](const Model&model, int b) { return replacedBlock(model, *run, b); });
    EXPECT_LT(distance(shipped, measured), 1e-8);
    JobContext context;
    runExport({options.out, "dequantized", folder / "out", ""}, context);
    const auto exported = openModel(folder / "out");
    const auto original = modelOfRun(*run, "");
    bool changed = false;
    for (int b = 0; b < 6; ++b) {
        const BlockWeights own = exported->block(b), wanted = blockOfRun(*original, *run, b);
        for (std::size_t l = 0; l < kLinearRoles; ++l) EXPECT_EQ(own.linears[l].W, wanted.linears[l].W) << b << " " << l;
        EXPECT_EQ(own.inputNorm, wanted.inputNorm);
        EXPECT_EQ(own.preMlpNorm, wanted.preMlpNorm);
        EXPECT_EQ(own.qNorm, original->block(b).qNorm);
        changed = changed || own.inputNorm != original->block(b).inputNorm;
    }
    EXPECT_TRUE(changed);
}

TEST(AwqJob, ScalesOnlyWhereSomethingTakesTheInverse) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallAwq(folder);
    options.exclude = {"*.1.self_attn.k_proj", "*.2.mlp.up_proj"};
    quantize(options);
    const auto run = RunFile::open(options.out);
    for (int b = 0; b < 6; ++b) {
        EXPECT_EQ(tagOf(*run, b, "attention-in").inputScales.empty(), b == 1) << b;
        EXPECT_TRUE(tagOf(*run, b, "attention-out").inputScales.empty()) << b;
        EXPECT_EQ(tagOf(*run, b, "mlp-in").inputScales.empty(), b == 2) << b;
        EXPECT_EQ(tagOf(*run, b, "mlp-down").inputScales.empty(), b == 2) << b;
    }
    std::vector<std::string> messages;
    for (const Event& event : run->events()) {
        EXPECT_EQ(event.kind, "inputs-not-scaled");
        messages.push_back(event.subject + ": " + event.message);
    }
    EXPECT_THAT(messages,
                ::testing::UnorderedElementsAre(::testing::HasSubstr("from block 1 on: k_proj is not quantized"),
                                                ::testing::HasSubstr("attention-out: awq gives this input no scales, from block 0"),
                                                ::testing::HasSubstr("mlp-in: awq gives this input no scales, from block 2"),
                                                ::testing::HasSubstr("mlp-down: awq gives this input no scales, from block 2")));
    const LinearRecord up = run->linear("model.layers.0.mlp.up_proj");
    const auto& s = tagOf(*run, 0, "mlp-down").inputScales;
    ASSERT_EQ(up.solvedScales.rows(), s.size());
    for (std::size_t r = 0; r < s.size(); ++r) EXPECT_EQ(up.scales(r, 0), up.solvedScales(r, 0) / s[r]);
}

TEST(AwqJob, EveryKindOfSettingRuns) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallAwq(folder);
    options.include = {"model.layers.0.*", "model.layers.1.*"};
    quantize(options);
    const double base = RunFile::open(options.out)->linear("model.layers.1.mlp.down_proj").loss;
    for (const auto& change : std::vector<void (*)(QuantizeOptions&)>{
             [](QuantizeOptions& o) { o.quant.groupSize = 0; }, [](QuantizeOptions& o) { o.quant.groupSize = 48; },
             [](QuantizeOptions& o) { o.quant.search = SearchKind::Hessian, o.quant.refine = Refine::Joint; },
             [](QuantizeOptions& o) { o.quant.scheme = Scheme::Symmetric, o.quant.refine = Refine::Sweeps; },
             [](QuantizeOptions& o) { o.quant.scaleType = ScaleType::F16, o.weighting = "length:96", o.firstTokenWeight = 0; },
             [](QuantizeOptions& o) { o.machine.compute = Compute::Reference, o.quant.clip = false, o.calibration.keep = Keep::None; },
             [](QuantizeOptions& o) { o.machine.compute = Compute::BFloat16, o.quant.bits = 2; }}) {
        QuantizeOptions changed = options;
        change(changed);
        quantize(changed);
        const auto run = RunFile::open(changed.out);
        const LinearRecord down = run->linear("model.layers.1.mlp.down_proj");
        EXPECT_GT(down.loss, 0);
        EXPECT_LT(down.loss, 20 * base);
        if (changed.quant.refine != Refine::None) {
            EXPECT_GE(run->scaleSteps(down.name).size(), 2u);
        }
        if (changed.quant.scaleType == ScaleType::F16) {  // powers of two, so that nothing is rounded twice
            for (const float s : tagOf(*run, 0, "mlp-down").inputScales) EXPECT_EQ(std::exp2(std::round(std::log2(s))), s);
        }
    }
}

TEST(AwqJob, RefusesWhatItCannotDo) {
    const TemporaryFolder folder;
    for (const auto& [change, words] : std::vector<std::pair<void (*)(QuantSettings&), const char*>>{
             {[](QuantSettings& s) { s.actOrder = true; }, "--act-order"},
             {[](QuantSettings& s) { s.staticGroups = false; }, "--no-static-groups"}}) {
        QuantizeOptions options = smallAwq(folder);
        change(options.quant);
        try {
            quantize(options);
            ADD_FAILURE() << words;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::Usage);
            EXPECT_THAT(error.what(), ::testing::HasSubstr(words));
        }
        EXPECT_FALSE(fs::exists(options.out));
    }
}

TEST(AwqJob, StoppedAndResumedIsTheSameRun) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallAwq(folder);
    options.machine.compute = Compute::BFloat16;
    expectSameAfterStops(options, folder);
}

TEST(AwqJob, ProcessesShareTheSearch) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallAwq(folder);
    options.machine.threads = 1;
    options.include = {"model.layers.0.*", "model.layers.1.*"};
    quantize(options);
    QuantizeOptions shared = options;
    shared.out = folder / "two.qsrun";
    runRanks(2, [&](Communicator& group) {
        JobContext context;
        runQuantize(shared, context, group);
    });
    const auto one = RunFile::open(options.out), two = RunFile::open(shared.out);
    const TagRecord &a = tagOf(*one, 0, "mlp-down"), &b = tagOf(*two, 0, "mlp-down");
    for (std::size_t i = 0; i < a.scaleLosses.size(); ++i) EXPECT_NEAR(a.scaleLosses[i], b.scaleLosses[i], 1e-2 * a.scaleLosses[i]);
    const Matrix<std::uint8_t> p = one->linear("model.layers.0.self_attn.q_proj").codes,
                               q = two->linear("model.layers.0.self_attn.q_proj").codes;
    std::size_t equal = 0;
    for (std::size_t i = 0; i < p.size(); ++i) equal += p.data()[i] == q.data()[i];
    EXPECT_GE(equal, p.size() * 997 / 1000);
}

TEST(AwqJob, ForecastNamesTheSearch) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallAwq(folder);
    const Estimate awq = estimateQuantize(options);
    options.quant.method = Method::Rtn;
    const Estimate rtn = estimateQuantize(options);
    EXPECT_EQ(awq.timeParts.size(), rtn.timeParts.size() + 1);
    EXPECT_EQ(awq.timeParts.back().first, "scales of inputs and clipping");
    EXPECT_GT(awq.timeParts.back().second, 0);
    EXPECT_GT(awq.total.memoryBytes, rtn.total.memoryBytes);
}

}  // namespace
}  // namespace qs
