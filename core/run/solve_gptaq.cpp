// SPDX-License-Identifier: GPL-3.0-or-later
// `solve` for gptaq. In: W [out, in], H and D [in, in]. Out: as gptq. Settings besides those of gptq: alpha (default 1, the derived
// objective), wp = pre | official.
#include "quant/reference_gptaq.h"
#include "run/solve_outcome.h"
#include "run/solve_production.h"
#include "run/solve_request.h"

namespace qs {
namespace {

SolveResult solveRounded(const SolveRequest& request, const ReferenceProblem& problem, const CrossTerm& cross,
                         const QuantSettings& settings) {
    SolveResult result = solveInProduction(request, {problem.W, problem.H, cross.D}, settings);
    result.report.loss = lossOf(result.quantized, problem.W, problem.H, cross.D);
    return result;
}

}  // namespace

SolveOutcome solveGptaqProblem(SolveRequest& request) {
    QuantSettings settings = readGridSettings(request.settings);
    readColumnSettings(request.settings, settings);
    CrossTerm cross;
    cross.alpha = request.settings.real("alpha", cross.alpha, -1e6, 1e6);
    cross.weight = request.settings.choice("wp", cross.weight);
    request.settings.refuseUnknown();
    const MatrixView<const double> W = request.tensors.matrix("W");
    const std::size_t n = W.cols;
    const ReferenceProblem problem{W, request.tensors.symmetric("H", n), "W"};
    cross.D = request.tensors.matrix("D", n, n);
    settings.method = request.production ? Method::Gptaq : Method::Gptq;
    settings.alpha = cross.alpha;
    settings.correctionWeight = cross.weight;
    checkSettings(settings, static_cast<int>(n), "settings");
    const SolveResult result = request.production ? solveRounded(request, problem, cross, settings)
                                                  : referenceGptaq<double>(problem, cross, settings, request.context, request.pool);
    SolveOutcome outcome = outcomeOf(result.quantized, request.production);
    outcome.valuesJson = columnValues(result.report).dump();
    return outcome;
}

}  // namespace qs
