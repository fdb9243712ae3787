// SPDX-License-Identifier: GPL-3.0-or-later
// `solve` for gptaq. In: W [out, in], H and D [in, in]. Out: as gptq. Settings besides those of gptq: alpha (default 1, the derived
// objective), wp = pre | official.
#include "quant/asymmetric_factor.h"
#include "quant/reference_gptaq.h"
#include "run/solve_outcome.h"
#include "run/solve_request.h"

namespace qs {
namespace {

SolveResult solveInProduction(const SolveRequest& request, const ReferenceProblem& problem, const CrossTerm& cross,
                              const QuantSettings& settings) {
    const Matrix<float> W = convertedTo<float>(problem.W), H = convertedTo<float>(problem.H), D = convertedTo<float>(cross.D);
    const auto factor = factorize(H.view(), settings, "H", request.context, request.pool);
    const auto correction = factorizeCross(D.view(), *factor, settings, "D", request.context, request.pool);
    const SolveInput input{W.view(), H.view(), factor.get(), problem.name, false, correction.get()};
    SolveResult result = quantizerOf(Method::Gptaq).solve(input, settings, request.context, request.pool, {});
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
    const SolveResult result = request.production ? solveInProduction(request, problem, cross, settings)
                                                  : referenceGptaq<double>(problem, cross, settings, request.context, request.pool);
    SolveOutcome outcome =
        outcomeOf(result.quantized, request.production ? dequantize(result.quantized) : dequantizeInDouble(result.quantized));
    outcome.valuesJson = columnValues(result.report).dump();
    return outcome;
}

}  // namespace qs
