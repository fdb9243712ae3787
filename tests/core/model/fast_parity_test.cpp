// SPDX-License-Identifier: GPL-3.0-or-later
// Every reference model through the fast executor: float32 against the stored values, bfloat16 against float64 and beside a plain bfloat16
// run; then the same on every instruction set that this machine has.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <map>

#include "core/model/parity_case.h"
#include "core/model/plain_bfloat16.h"
#include "kernels/blas.h"
#include "kernels/isa.h"
#include "model/run_model.h"
#include "model/safetensors.h"
#include "support/data.h"
#include "support/single_threaded.h"

namespace qs {
namespace {

using Case = testing::ParityCase;

std::vector<std::vector<std::int32_t>> sequencesOf(const SafetensorsFile& golden) {
    std::vector<std::vector<std::int32_t>> sequences;
    while (golden.has("input_ids." + std::to_string(sequences.size()))) {
        const auto ids = toDoubles(golden.tensor("input_ids." + std::to_string(sequences.size())));
        sequences.emplace_back(ids.begin(), ids.end());
    }
    return sequences;
}

std::map<std::string, Matrix<float>> outputsOf(const Model& model, Executor& executor,
                                               const std::vector<std::vector<std::int32_t>>& sequences) {
    std::map<std::string, Matrix<float>> outputs;
    ThreadPool pool(2, beginSingleThreadedMath);
    JobContext context;
    runModel(model, executor, sequences, {true, true}, pool, context,
             [&](const std::string& name, const Matrix<float>& values) { outputs[name] = values; });
    return outputs;
}

/// max |a − b| / max |b|; NaN counts.
double relativeMaximum(const Matrix<float>& a, std::span<const double> b) {
    double difference = 0, largest = 0;
    for (std::size_t i = 0; i < b.size(); ++i) {
        const double d = std::abs(static_cast<double>(a.values()[i]) - b[i]);
        difference = d <= difference ? difference : d;
        largest = std::max(largest, std::abs(b[i]));
    }
    return difference / largest;
}

/// √ Σ (a − b)² / Σ b²
double relativeError(const Matrix<float>& a, const Matrix<float>& b) {
    double difference = 0, size = 0;
    for (std::size_t i = 0; i < b.size(); ++i) {
        const double d = static_cast<double>(a.values()[i]) - b.values()[i];
        difference += d * d;
        size += static_cast<double>(b.values()[i]) * b.values()[i];
    }
    return std::sqrt(difference / size);
}

class FastParity : public ::testing::TestWithParam<Case> {};

TEST_P(FastParity, Float32MatchesGolden) {
    if (GetParam().shared) QS_NEED_SHARED(std::string("oracles/models/") + GetParam().model);
    const SafetensorsFile golden(GetParam().folder() / "golden.safetensors");
    const auto model = openModel(GetParam().folder());
    const auto sequences = sequencesOf(golden);
    ASSERT_GE(sequences.size(), 3u);
    const auto executor = makeFastExecutor(*model, DType::F32, 2);
    const auto outputs = outputsOf(*model, *executor, sequences);
    EXPECT_EQ(outputs.size() + sequences.size(), golden.tensors().size());
    double worst = 0;
    for (const auto& [name, values] : outputs) {
        const double difference = relativeMaximum(values, toDoubles(golden.tensor(name)));
        EXPECT_LT(difference, 2e-5) << name;
        worst = std::max(worst, difference);
    }
    RecordProperty("worst", std::to_string(worst * 1e6) + "e-6");
}

TEST_P(FastParity, BFloat16IsAsNearToFloat64AsAPlainRun) {
    if (GetParam().shared) QS_NEED_SHARED(std::string("oracles/models/") + GetParam().model);
    const SafetensorsFile golden(GetParam().folder() / "golden.safetensors");
    const auto model = openModel(GetParam().folder());
    const auto sequences = sequencesOf(golden);
    const auto reference = makeReferenceExecutor(*model, Device{}, DType::F64);
    const auto fast = makeFastExecutor(*model, DType::BF16, 2);
    const auto expected = outputsOf(*model, *reference, sequences), found = outputsOf(*model, *fast, sequences);
    double fastError = 0, plainError = 0;
    for (std::size_t k = 0; k < sequences.size(); ++k) {
        const std::string name = "logits." + std::to_string(k);
        fastError += relativeError(found.at(name), expected.at(name));
        plainError += relativeError(testing::runPlainBFloat16(*model, sequences[k]).logits, expected.at(name));
    }
    EXPECT_LT(fastError, 1.05 * plainError);
    EXPECT_GT(fastError, 0.0);
    const double count = static_cast<double>(sequences.size());
    RecordProperty("fast", std::to_string(fastError / count * 100) + " %");
    RecordProperty("plain", std::to_string(plainError / count * 100) + " %");
}

INSTANTIATE_TEST_SUITE_P(Models, FastParity,
                         ::testing::Values(Case{"gemma3-bf16", false}, Case{"gemma3-softcap-f32", false}, Case{"llama3-rope-bf16", false},
                                           Case{"mistral-window-f16", false}, Case{"qwen2-bias-bf16", false}, Case{"qwen3-tied-f16", false},
                                           Case{"qwen3-untied-bf16-sharded", false}, Case{"llama-stories260k", true}),
                         [](const auto& test) {
                             std::string name = test.param.model;
                             for (char& c : name)
                                 if (c == '-') c = '_';
                             return name;
                         });

TEST(FastParityOfInstructionSets, TheFallbacksPassTheSameTests) {
    if (std::getenv("QUANTOSCOPE_ISA")) GTEST_SKIP() << "already inside a chosen instruction set";
    for (const Isa isa : {Isa::Generic, Isa::Avx2, Isa::Avx512}) {
        if (isa >= bestIsa()) continue;
        const std::string command = std::string("QUANTOSCOPE_ISA=") + nameOf(isa) + " /proc/" + std::to_string(getpid()) +
                                    "/exe --gtest_filter='*FastParity.*:FastExecutor.*' --gtest_output= > /dev/null";
        EXPECT_EQ(std::system(command.c_str()), 0) << command;
    }
}

}  // namespace
}  // namespace qs
