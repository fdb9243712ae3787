// SPDX-License-Identifier: GPL-3.0-or-later
// `solve` for rtn and gptq. In: W [out, in], H [in, in]. Out: codes, scales, zeros, dequantized, g_idx where it is not column / group, perm
// under act-order.
#include "base/error.h"
#include "quant/reference_solver.h"
#include "run/solve_outcome.h"
#include "run/solve_production.h"
#include "run/solve_request.h"

namespace qs {

SolveOutcome solveRtnProblem(SolveRequest& request) {
    QuantSettings settings = readGridSettings(request.settings);
    request.settings.refuseUnknown();
    settings.method = Method::Rtn;
    if (settings.search == SearchKind::Hessian)
        throw Error("setting 'search.kind': \"hessian\" is not allowed here, since rtn takes no H; give one of absmax, mse",
                    ErrorKind::Usage);
    const MatrixView<const double> W = request.tensors.matrix("W");
    checkSettings(settings, static_cast<int>(W.cols), "settings");
    const SolveResult result = request.production ? solveInProduction(request, {W, {}, {}}, settings)
                                                  : referenceRtn<double>({W, {}, "W"}, settings, request.context, request.pool);
    SolveOutcome outcome = outcomeOf(result.quantized, request.production);
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
    const SolveResult result = request.production ? solveInProduction(request, {W, H, {}}, settings)
                                                  : referenceGptq<double>({W, H, "W"}, settings, request.context, request.pool);
    SolveOutcome outcome = outcomeOf(result.quantized, request.production);
    outcome.valuesJson = columnValues(result.report).dump();
    return outcome;
}

}  // namespace qs
