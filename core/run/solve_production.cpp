// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/solve_production.h"

#include "quant/asymmetric_factor.h"
#include "quant/hessian_factor.h"
#include "quant/reference_columns.h"

namespace qs {

SolveResult solveInProduction(const SolveRequest& request, const ProductionProblem& problem, const QuantSettings& settings) {
    const QuantizerEntry& quantizer = quantizerOf(settings.method);
    const Matrix<float> W = convertedTo<float>(problem.W), H = convertedTo<float>(problem.H), D = convertedTo<float>(problem.D);
    SolveInput input{W.view(), H.view(), nullptr, "W", false};
    std::shared_ptr<const HessianFactor> factor;
    std::shared_ptr<const AsymmetricFactor> cross;
    if (quantizer.needsHessian) factor = factorize(H.view(), settings, "H", request.context, request.pool);
    if (quantizer.needsCross && factor) cross = factorizeCross(D.view(), *factor, settings, "D", request.context, request.pool);
    input.factor = factor.get();
    input.cross = cross.get();
    return quantizer.solve(input, settings, request.context, request.pool, {});
}

}  // namespace qs
