// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/solve_outcome.h"

namespace qs {
namespace {

/// ŵ of scales that float32 need not hold, rounded once at the end.
Matrix<float> dequantizeInDouble(const QuantizedLinear& q) {
    Matrix<float> weights(q.codes.rows(), q.codes.cols());
    for (std::size_t r = 0; r < weights.rows(); ++r)
        for (std::size_t c = 0; c < weights.cols(); ++c) {
            const auto g = static_cast<std::size_t>(q.groupOf(static_cast<int>(c)));
            weights(r, c) = static_cast<float>(q.scales(r, g) * (q.codes(r, c) - q.zeros(r, g)));
        }
    return weights;
}

}  // namespace

nlohmann::json columnValues(const SolveReport& report) {
    return {{"loss", report.loss}, {"loss_inner", report.lossInner}, {"damp", report.dampingUsed}, {"dead", report.deadColumns}};
}

SolveOutcome outcomeOf(const QuantizedLinear& q, bool production) {
    SolveOutcome outcome;
    outcome.tensors = {{"codes", tensorOf(q.codes, "U8")},
                       {"scales", tensorOf(q.scales)},
                       {"zeros", tensorOf(q.zeros, "U8")},
                       {"dequantized", tensorOf(production ? dequantize(q) : dequantizeInDouble(q), "F32")}};
    if (!q.groupIndex.empty()) outcome.tensors["g_idx"] = tensorOf(q.groupIndex);
    if (!q.order.empty()) outcome.tensors["perm"] = tensorOf(q.order);
    return outcome;
}

}  // namespace qs
