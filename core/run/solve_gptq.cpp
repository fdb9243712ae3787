// SPDX-License-Identifier: GPL-3.0-or-later
// `solve` for rtn and gptq. In: W [out, in], H [in, in]. Out: codes, scales, zeros, dequantized, g_idx where it is not column / group, perm
// under act-order.
#include "base/error.h"
#include "quant/hessian_factor.h"
#include "quant/quantizer.h"
#include "quant/reference_solver.h"
#include "run/solve_outcome.h"
#include "run/solve_request.h"

namespace qs {
namespace {

Matrix<float> toFloats(MatrixView<const double> m) {
    Matrix<float> floats(m.rows, m.cols);
    for (std::size_t i = 0; i < m.rows; ++i)
        for (std::size_t j = 0; j < m.cols; ++j) floats(i, j) = static_cast<float>(m(i, j));
    return floats;
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
    if (settings.search == SearchKind::Hessian)
        throw Error("setting 'search.kind': \"hessian\" is not allowed here, since rtn takes no H; give one of absmax, mse",
                    ErrorKind::Usage);
    const MatrixView<const double> W = request.tensors.matrix("W");
    checkSettings(settings, static_cast<int>(W.cols), "settings");
    const SolveResult result = request.production ? solveInProduction(request, W, {}, settings)
                                                  : referenceRtn<double>({W, {}, "W"}, settings, request.context, request.pool);
    SolveOutcome outcome =
        outcomeOf(result.quantized, request.production ? dequantize(result.quantized) : dequantizeInDouble(result.quantized));
    outcome.valuesJson = nlohmann::json{{"loss", result.report.loss}}.dump();
    return outcome;
}

SolveOutcome solveGptqProblem(SolveRequest& request) {
    QuantSettings settings = readGridSettings(request.settings);
    settings.method = Method::Gptq;
    readColumnSettings(request.settings, settings);
    request.settings.refuseUnknown();
    const MatrixView<const double> W = request.tensors.matrix("W");
    const MatrixView<const double> H = request.tensors.symmetric("H", W.cols);
    checkSettings(settings, static_cast<int>(W.cols), "settings");
    const SolveResult result = request.production ? solveInProduction(request, W, H, settings)
                                                  : referenceGptq<double>({W, H, "W"}, settings, request.context, request.pool);
    SolveOutcome outcome =
        outcomeOf(result.quantized, request.production ? dequantize(result.quantized) : dequantizeInDouble(result.quantized));
    outcome.valuesJson = columnValues(result.report).dump();
    return outcome;
}

}  // namespace qs
