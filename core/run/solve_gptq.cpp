// SPDX-License-Identifier: GPL-3.0-or-later
// `solve` for rtn and gptq. In: W [out, in], H [in, in]. Out: codes, scales, zeros, dequantized, g_idx where it is not column / group, perm
// under act-order.
#include "base/error.h"
#include "quant/hessian_factor.h"
#include "quant/quantizer.h"
#include "quant/reference_solver.h"
#include "run/solve_request.h"

namespace qs {
namespace {

template <class T>
NamedTensor tensorOf(const Matrix<T>& m, const char* dtype) {
    return {{static_cast<std::int64_t>(m.rows()), static_cast<std::int64_t>(m.cols())}, {m.values().begin(), m.values().end()}, dtype};
}

NamedTensor tensorOf(const std::vector<std::int32_t>& v) { return {{static_cast<std::int64_t>(v.size())}, {v.begin(), v.end()}, "I32"}; }

Matrix<float> toFloats(MatrixView<const double> m) {
    Matrix<float> floats(m.rows, m.cols);
    for (std::size_t i = 0; i < m.rows; ++i)
        for (std::size_t j = 0; j < m.cols; ++j) floats(i, j) = static_cast<float>(m(i, j));
    return floats;
}

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

SolveOutcome outcomeOf(const SolveResult& result, bool production) {
    const QuantizedLinear& q = result.quantized;
    SolveOutcome outcome;
    outcome.tensors = {{"codes", tensorOf(q.codes, "U8")},
                       {"scales", tensorOf(q.scales, "F64")},
                       {"zeros", tensorOf(q.zeros, "U8")},
                       {"dequantized", tensorOf(production ? dequantize(q) : dequantizeInDouble(q), "F32")}};
    if (!q.groupIndex.empty()) outcome.tensors["g_idx"] = tensorOf(q.groupIndex);
    if (!q.order.empty()) outcome.tensors["perm"] = tensorOf(q.order);
    return outcome;
}

SolveResult solveInProduction(const SolveRequest& request, MatrixView<const double> W, MatrixView<const double> H,
                              const QuantSettings& settings) {
    const Matrix<float> weights = toFloats(W), hessian = toFloats(H);
    std::shared_ptr<const HessianFactor> factor;
    if (!H.empty()) factor = factorize(hessian.view(), settings, "H", request.context, request.pool);
    SolveInput input{weights.view(), hessian.view(), factor.get(), "W", false};
    return quantizerOf(settings.method).solve(input, settings, request.context, request.pool, {});
}

}  // namespace

SolveOutcome solveRtnProblem(SolveRequest& request) {
    QuantSettings settings = readGridSettings(request.settings);
    request.settings.refuseUnknown();
    settings.method = Method::Rtn;
    const MatrixView<const double> W = request.tensors.matrix("W");
    checkSettings(settings, static_cast<int>(W.cols), "settings");
    const SolveResult result = request.production ? solveInProduction(request, W, {}, settings)
                                                  : referenceRtn<double>({W, {}, "W"}, settings, request.context, request.pool);
    SolveOutcome outcome = outcomeOf(result, request.production);
    outcome.valuesJson = nlohmann::json{{"loss", result.report.loss}}.dump();
    return outcome;
}

SolveOutcome solveGptqProblem(SolveRequest& request) {
    QuantSettings settings = readGridSettings(request.settings);
    settings.method = Method::Gptq;
    settings.actOrder = request.settings.flag("act_order", settings.actOrder);
    settings.staticGroups = request.settings.flag("static", settings.staticGroups);
    settings.scaleTime = request.settings.choice("scale_time", settings.scaleTime);
    settings.blockSize = request.settings.integer("block", settings.blockSize, 1, 1 << 24);
    settings.damping = request.settings.real("percdamp", settings.damping, 0, 1e6);
    request.settings.refuseUnknown();
    const MatrixView<const double> W = request.tensors.matrix("W");
    const MatrixView<const double> H = request.tensors.symmetric("H", W.cols);
    checkSettings(settings, static_cast<int>(W.cols), "settings");
    const SolveResult result = request.production ? solveInProduction(request, W, H, settings)
                                                  : referenceGptq<double>({W, H, "W"}, settings, request.context, request.pool);
    SolveOutcome outcome = outcomeOf(result, request.production);
    const SolveReport& report = result.report;
    outcome.valuesJson =
        nlohmann::json{{"loss", report.loss}, {"loss_inner", report.lossInner}, {"damp", report.dampingUsed}, {"dead", report.deadColumns}}
            .dump();
    return outcome;
}

}  // namespace qs
