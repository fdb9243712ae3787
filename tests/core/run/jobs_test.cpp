// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/jobs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <algorithm>
#include <functional>

#include "base/error.h"
#include "base/file.h"
#include "run/run_file.h"
#include "support/data.h"
#include "support/run_compare.h"
#include "support/run_jobs.h"

namespace qs {
namespace {

using ::testing::HasSubstr;
using testing::quantize;
using testing::smallQuantization;
using testing::TemporaryFolder;
using testing::Watcher;
using testing::writeIds;
namespace fs = std::filesystem;

TEST(Quantize, WritesEveryLinearOfTheDemoModel) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallQuantization(folder);
    options.calibration.spectra = true;
    Watcher watcher;
    JobContext context(&watcher);
    runQuantize(options, context);
    EXPECT_FALSE(watcher.fell);
    EXPECT_EQ(watcher.last, 1);
    EXPECT_EQ(watcher.parts, 6);
    EXPECT_THAT(watcher.stages, ::testing::Contains("block 3 of 6 · solve gate_proj"));

    const auto run = RunFile::open(options.out);
    EXPECT_TRUE(run->finished());
    ASSERT_EQ(run->linears().size(), 42u);
    EXPECT_EQ(run->tags().size(), 24u);
    const LinearRecord down = run->linear("model.layers.5.mlp.down_proj");
    EXPECT_EQ(down.codes.rows(), 256u);
    EXPECT_EQ(down.codes.cols(), 768u);
    EXPECT_EQ(down.scales.cols(), 1u);
    EXPECT_LE(*std::max_element(down.codes.values().begin(), down.codes.values().end()), 7);
    ASSERT_EQ(down.calibrationErrors.size(), 2u);
    EXPECT_EQ(down.calibrationErrors[0].length, 32);
    EXPECT_EQ(down.calibrationErrors[1].sequences, 4);
    for (const LinearRecord& linear : run->linears()) {
        EXPECT_GT(linear.loss, 0) << linear.name;
        EXPECT_LT(linear.loss, 0.5 * linear.energy) << linear.name;
        for (const LengthError& e : linear.calibrationErrors) {
            EXPECT_GT(e.relative(), 0) << linear.name;
            EXPECT_LT(e.relative(), 1) << linear.name;
        }
    }
    const BucketRecord& bucket = run->tags()[0].calibration[1];
    ASSERT_EQ(bucket.eigenvalues.size(), 256u);
    double sum = 0;
    for (const float value : bucket.eigenvalues) sum += value;
    EXPECT_NEAR(sum, bucket.trace / (4 * 96), 1e-3 * sum);
    for (std::size_t c = 0; c < 256; ++c)
        EXPECT_NEAR(bucket.halfDiagonal[0][c] + bucket.halfDiagonal[1][c], bucket.diagonal[c], 1e-9 * bucket.diagonal[c]);
    ASSERT_TRUE(run->forecast() && run->actual());
    EXPECT_NEAR(run->actual()->diskBytes, static_cast<double>(fs::file_size(options.out)), 0.1 * run->actual()->diskBytes);
    EXPECT_NEAR(run->forecast()->diskBytes, run->actual()->diskBytes, 0.25 * run->actual()->diskBytes);
    EXPECT_NEAR(run->forecast()->memoryBytes, run->actual()->memoryBytes, 0.25 * run->actual()->memoryBytes);
}

/// Inputs of the demo: 256 channels, and 768 before the down projection.
TEST(Quantize, LeavesOutSpectraOfWideInputsAndSaysSo) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallQuantization(folder);
    options.calibration.spectra = true;
    options.calibration.spectraWidth = 256;
    JobContext context;
    runQuantize(options, context);
    const auto run = RunFile::open(options.out);
    for (const TagRecord& tag : run->tags()) EXPECT_EQ(tag.calibration[0].eigenvalues.size(), tag.dim == 256 ? 256u : 0u) << tag.tag;
    EXPECT_THAT(run->events(), ::testing::Contains(::testing::Field(&Event::kind, "spectra-skipped")));
}

/// The sums of a linear under the weighting are those of its lengths, so loss and energy can be checked from the errors.
TEST(Quantize, LossIsTheWeightedSumOfTheErrorsPerLength) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallQuantization(folder);
    options.weighting = "maca";
    quantize(options);
    const auto run = RunFile::open(options.out);
    for (const LinearRecord& linear : run->linears()) {
        double loss = 0, energy = 0;
        for (const LengthError& e : linear.calibrationErrors) {
            loss += e.error / e.length / 8;  // (1 / Σ n_L) Σ S_L / L with 8 sequences
            energy += e.energy / e.length / 8;
        }
        EXPECT_NEAR(linear.loss, loss, 2e-3 * loss) << linear.name;
        EXPECT_NEAR(linear.energy, energy, 1e-6 * energy) << linear.name;
    }
}

TEST(Quantize, OtherArithmeticRunsToo) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallQuantization(folder);
    options.include = {"model.layers.0.*"};
    quantize(options);
    const auto plain = RunFile::open(options.out);
    for (const Compute compute : {Compute::Float32, Compute::Reference}) {
        options.machine.compute = compute;
        quantize(options);
        const auto run = RunFile::open(options.out);
        EXPECT_EQ(run->provenance().compute, nameOfEnum(compute));
        for (std::size_t i = 0; i < run->linears().size(); ++i) {
            const double expected = plain->linears()[i].loss / plain->linears()[i].energy;
            EXPECT_NEAR(run->linears()[i].loss / run->linears()[i].energy, expected, 0.05 * expected) << run->linears()[i].name;
        }
    }
}

TEST(Quantize, PatternsLeaveOtherLinearsAlone) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallQuantization(folder);
    options.include = {"*.mlp.*"};
    options.exclude = {"model.layers.0.*", "*.down_proj"};
    quantize(options);
    const auto run = RunFile::open(options.out);
    EXPECT_EQ(run->linears().size(), 10u);
    EXPECT_EQ(run->linears()[0].name, "model.layers.1.mlp.gate_proj");
    EXPECT_EQ(run->tags().size(), 24u);
}

TEST(Quantize, RoundToNearestTakesItsLossFromTheBank) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallQuantization(folder);
    options.quant.method = Method::Rtn;
    quantize(options);
    QuantizeOptions gptq = smallQuantization(folder);
    gptq.out = (folder / "gptq.qsrun").string();
    quantize(gptq);
    const auto rtn = RunFile::open(options.out), other = RunFile::open(gptq.out);
    double worse = 0;
    for (std::size_t i = 0; i < rtn->linears().size(); ++i)
        worse += rtn->linears()[i].loss / rtn->linears()[i].energy > other->linears()[i].loss / other->linears()[i].energy;
    EXPECT_GT(worse, 38) << "of 42 linears";
}

TEST(Quantize, WrongOptionsAreRefusedBeforeTheWork) {
    const TemporaryFolder folder;
    const auto messageOf = [&](const std::function<void(QuantizeOptions&)>& change) -> std::string {
        QuantizeOptions options = smallQuantization(folder);
        change(options);
        try {
            quantize(options);
        } catch (const Error& error) {
            EXPECT_FALSE(fs::exists(options.out));
            EXPECT_FALSE(fs::exists(options.out + ".parts"));
            return error.what();
        }
        return "";
    };
    EXPECT_NE(messageOf([](QuantizeOptions& o) { o.weighting = "often"; }), "");
    EXPECT_THAT(messageOf([](QuantizeOptions& o) { o.calibration.model = "/nowhere"; }), HasSubstr("/nowhere"));
    EXPECT_THAT(messageOf([](QuantizeOptions& o) { o.out = "/nowhere/run.qsrun"; }), HasSubstr("does not exist"));
    EXPECT_THAT(messageOf([](QuantizeOptions& o) { o.exclude = {"*"}; }), HasSubstr("leaves no linear"));
    EXPECT_THAT(messageOf([](QuantizeOptions& o) { o.calibration.ids.clear(); }), HasSubstr("--text"));
    EXPECT_THAT(messageOf([&](QuantizeOptions& o) { o.calibration.ids = writeIds(folder / "over.json", {5000}, 1); }),
                HasSubstr("4096 positions"));
    EXPECT_THAT(messageOf([](QuantizeOptions& o) { o.machine.device = "tpu"; }), HasSubstr("tpu"));
    const auto fromText = [](QuantizeOptions& o) {
        o.calibration.ids.clear();
        o.calibration.text = {testing::resource("text/en.txt").string()};
    };
    EXPECT_THAT(messageOf([&](QuantizeOptions& o) { fromText(o), o.calibration.tokens = std::int64_t{1} << 40; }), HasSubstr("--tokens"));
    EXPECT_THAT(messageOf([&](QuantizeOptions& o) { fromText(o), o.calibration.lengths.clear(); }), HasSubstr("--lengths is empty"));
}

TEST(Quantize, WeightsThatAreNotFiniteAreFoundBeforeTheWork) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallQuantization(folder);
    fs::copy(options.calibration.model, folder / "model");
    std::string bytes = readText(folder / "model/model.safetensors");
    bytes[bytes.size() - 1] = '\x7f';  // the last bfloat16 becomes NaN
    bytes[bytes.size() - 2] = '\xff';
    writeText(folder / "model/model.safetensors", bytes);
    options.calibration.model = (folder / "model").string();
    try {
        quantize(options);
        FAIL() << "a NaN went unnoticed";
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("model.safetensors"));
        EXPECT_EQ(error.kind(), ErrorKind::Failed);
    }
    EXPECT_FALSE(fs::exists(options.out));
    EXPECT_FALSE(fs::exists(options.out + ".parts"));
}

TEST(Quantize, AnAbsentDeviceIsARecordedEvent) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallQuantization(folder);
    options.machine.device = "cuda:7";
    options.include = {"*layers.0.self_attn.q_proj"};
    quantize(options);
    const auto run = RunFile::open(options.out);
    ASSERT_FALSE(run->events().empty());
    EXPECT_EQ(run->events()[0].kind, "device-fallback");
    EXPECT_EQ(run->provenance().device, "cpu");
}

}  // namespace
}  // namespace qs
