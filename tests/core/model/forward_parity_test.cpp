// SPDX-License-Identifier: GPL-3.0-or-later
// Every reference model through the reference executor: logits of every sequence, residual stream and linear inputs of sequence 0.
#include <cmath>
#include <map>

#include "core/model/parity_case.h"
#include "kernels/blas.h"
#include "model/run_model.h"
#include "model/safetensors.h"
#include "support/data.h"

namespace qs {
namespace {

using Case = testing::ParityCase;

class ForwardParity : public ::testing::TestWithParam<std::tuple<Case, DType>> {};

double relativeDifference(std::span<const double> expected, const Matrix<float>& found) {
    double difference = 0, largest = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const double d = std::abs(static_cast<double>(found.values()[i]) - expected[i]);
        difference = d <= difference ? difference : d;  // NaN counts as a difference
        largest = std::max(largest, std::abs(expected[i]));
    }
    return difference / largest;
}

TEST_P(ForwardParity, MatchesGolden) {
    const auto [which, dtype] = GetParam();
    const std::string name = which.model;
    if (which.shared) QS_NEED_SHARED("oracles/models/" + name);
    const auto folder = which.folder();
    const SafetensorsFile golden(folder / "golden.safetensors");
    std::vector<std::vector<std::int32_t>> sequences;
    while (golden.has("input_ids." + std::to_string(sequences.size()))) {
        const auto ids = toDoubles(golden.tensor("input_ids." + std::to_string(sequences.size())));
        sequences.emplace_back(ids.begin(), ids.end());
    }
    ASSERT_GE(sequences.size(), 3u);
    const auto model = openModel(folder);
    EXPECT_TRUE(model->unsupported().empty());
    const auto executor = makeReferenceExecutor(*model, Device{}, dtype);
    ThreadPool pool(2, beginSingleThreadedMath);
    JobContext context;
    const ForwardRequest request{true, true};
    std::map<std::string, double> differences;
    runModel(*model, *executor, sequences, request, pool, context, [&](const std::string& tensor, const Matrix<float>& values) {
        ASSERT_TRUE(golden.has(tensor)) << tensor;
        const SafetensorsEntry& entry = golden.tensor(tensor);
        ASSERT_EQ(entry.shape,
                  (std::vector<std::int64_t>{static_cast<std::int64_t>(values.rows()), static_cast<std::int64_t>(values.cols())}));
        differences[tensor] = relativeDifference(toDoubles(entry), values);
    });
    EXPECT_EQ(differences.size() + sequences.size(), golden.tensors().size());
    double logits = 0, inner = 0;
    for (const auto& [tensor, difference] : differences) {
        EXPECT_LT(difference, 1e-5) << tensor;
        double& worst = tensor.starts_with("logits.") ? logits : inner;
        worst = std::max(worst, difference);
    }
    RecordProperty("logits", std::to_string(logits * 1e6) + "e-6");
    RecordProperty("inner", std::to_string(inner * 1e6) + "e-6");
    const auto outputs = forwardOutputs(model->spec(), sequences, request);
    EXPECT_EQ(outputs.size(), differences.size());
    for (const auto& output : outputs) EXPECT_TRUE(differences.count(output.name)) << output.name;
}

constexpr Case kModels[] = {
    {"gemma3-bf16", false},     {"gemma3-softcap-f32", false}, {"llama3-rope-bf16", false},          {"mistral-window-f16", false},
    {"qwen2-bias-bf16", false}, {"qwen3-tied-f16", false},     {"qwen3-untied-bf16-sharded", false}, {"llama-stories260k", true}};

INSTANTIATE_TEST_SUITE_P(Models, ForwardParity, ::testing::Combine(::testing::ValuesIn(kModels), ::testing::Values(DType::F32, DType::F64)),
                         [](const auto& test) {
                             std::string name = std::get<0>(test.param).model + std::string("_") + nameOf(std::get<1>(test.param));
                             for (char& c : name)
                                 if (c == '-') c = '_';
                             return name;
                         });

}  // namespace
}  // namespace qs
