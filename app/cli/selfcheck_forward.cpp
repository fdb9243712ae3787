// SPDX-License-Identifier: GPL-3.0-or-later
// Logits of one short and one longer sequence. Tolerances: 1e-5 for the reference in float32, 2e-5 for the fast path in float32; bfloat16
// keeps 8 bits of every activation, so its bound only tells a working path from a broken one (structural mistakes move logits by 0.2 and
// more).
#include <algorithm>
#include <cmath>
#include <memory>

#include "cli/selfcheck_cases.h"
#include "model/executor.h"
#include "model/model.h"
#include "model/run_model.h"

namespace qs::cli {
namespace {

using Ids = std::vector<std::int32_t>;
constexpr double kReference = 1e-5, kFast = 2e-5, kBFloat16 = 0.1;

std::vector<Matrix<float>> logitsOf(const Model& model, Executor& executor, const std::vector<Ids>& sequences, ThreadPool& pool) {
    std::vector<Matrix<float>> logits;
    JobContext silent;  // a fraction of a second; its progress is not that of the whole check
    runModel(model, executor, sequences, {}, pool, silent,
             [&](const std::string&, const Matrix<float>& values) { logits.push_back(values); });
    return logits;
}

double distance(const std::vector<Matrix<float>>& a, const std::vector<Matrix<float>>& b) {
    double worst = 0, largest = 0;
    for (std::size_t k = 0; k < b.size(); ++k)
        for (std::size_t i = 0; i < b[k].size(); ++i) {
            const double difference = std::abs(static_cast<double>(a[k].data()[i]) - b[k].data()[i]);
            if (std::isnan(difference)) return difference;
            worst = std::max(worst, difference);
            largest = std::max(largest, std::abs(static_cast<double>(b[k].data()[i])));
        }
    return worst / largest;
}

std::vector<Ids> sequencesFor(const ModelSpec& spec) {
    std::vector<Ids> sequences;
    for (const int length : {17, 96}) {
        Ids ids;
        for (int t = 0; t < std::min(length, spec.maxPositions); ++t)
            ids.push_back(static_cast<std::int32_t>((t * 7919 + length) % spec.vocabulary));
        sequences.push_back(std::move(ids));
    }
    return sequences;
}

}  // namespace

std::vector<CheckRow> checkForward(const std::string& folder, Device device, JobContext& context, ThreadPool& pool) {
    const auto model = openModel(folder);
    const auto sequences = sequencesFor(model->spec());
    const auto reference = logitsOf(*model, *makeReferenceExecutor(*model, Device{}, DType::F64), sequences, pool);
    std::vector<CheckRow> rows;
    const auto add = [&](const std::string& name, std::unique_ptr<Executor> executor, double tolerance) {
        context.check();
        rows.push_back({name, distance(logitsOf(*model, *executor, sequences, pool), reference), tolerance});
    };
    add("forward, reference float32 on " + textOf(device), makeReferenceExecutor(*model, device, DType::F32), kReference);
    if (device.kind == DeviceKind::Cuda) {
        add("forward, reference float64 on " + textOf(device), makeReferenceExecutor(*model, device, DType::F64), kReference);
        return rows;
    }
    add("forward, fast float32", makeFastExecutor(*model, DType::F32, pool.size()), kFast);
    add("forward, fast bfloat16", makeFastExecutor(*model, DType::BF16, pool.size()), kBFloat16);
    return rows;
}

}  // namespace qs::cli
