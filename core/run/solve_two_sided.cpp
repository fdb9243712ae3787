// SPDX-License-Identifier: GPL-3.0-or-later
// `solve` for two_sided and h_out_from_keys.
// two_sided. In: W [heads · hd, in], H_in [in, in], H_out [heads, hd, hd]; with with_D also D [in, in]. Out: codes, scales, zeros,
// dequantized. Settings besides those of gptq: with_D (default: whether D is there), alpha, row_order, n_rows.
// h_out_from_keys. In: K_rotated [heads, T, hd]. Out: H_out [heads, hd, hd]. Settings: rope_base, rope, heads, head_dim.
#include "base/error.h"
#include "quant/boa.h"
#include "quant/grid_rule.h"
#include "quant/reference_gptaq.h"
#include "run/solve_outcome.h"
#include "run/solve_request.h"

namespace qs {
namespace {

struct TwoSidedSettings {
    QuantSettings quant;
    TwoSidedOrder order;
    double alpha = 1;
    bool withD = false;
};

TwoSidedSettings readTwoSidedSettings(SolveRequest& request) {
    ProblemSettings& settings = request.settings;
    TwoSidedSettings read;
    read.quant = readGridSettings(settings);
    readColumnSettings(settings, read.quant);
    read.withD = settings.flag("with_D", request.tensors.has("D"));
    read.alpha = settings.real("alpha", read.alpha, -1e6, 1e6);
    read.order.byDiagonal = settings.flag("row_order", read.order.byDiagonal);
    read.order.rowsPerBlock = settings.integer("n_rows", read.order.rowsPerBlock, 1, 1 << 24);
    settings.refuseUnknown();
    if (read.quant.actOrder)
        throw Error("setting 'act_order': true is not allowed; two_sided solves columns in natural order", ErrorKind::Usage);
    return read;
}

TwoSidedProblem readProblem(SolveRequest& request, const TwoSidedSettings& settings) {
    const ProblemTensors& tensors = request.tensors;
    TwoSidedProblem problem;
    problem.name = "W";
    problem.W = tensors.matrix("W");
    const std::size_t n = problem.W.cols;
    problem.Hin = tensors.symmetric("H_in", n);
    problem.Hout = tensors.matrices("H_out");
    problem.alpha = settings.alpha;
    if (settings.withD) problem.D = tensors.matrix("D", n, n);
    const std::size_t heads = problem.Hout.size(), dim = problem.Hout[0].rows;
    if (problem.Hout[0].cols != dim || heads * dim != problem.W.rows)
        throw Error("tensor 'H_out' is " + std::to_string(heads) + " x " + std::to_string(dim) + " x " +
                    std::to_string(problem.Hout[0].cols) + "; square matrices that share the " + std::to_string(problem.W.rows) +
                    " rows of W among the heads are needed");
    for (const MatrixView<const double>& H : problem.Hout) ProblemTensors::requireSymmetric(H, "H_out");
    return problem;
}

/// The same measure after plain GPTQ or GPTAQ with static groups.
template <class R>
double columnsOnlyLoss(const SolveRequest& request, const TwoSidedProblem& problem, const QuantSettings& settings) {
    const ReferenceProblem columns{problem.W, problem.Hin, problem.name};
    const SolveResult result = problem.D.empty()
                                   ? referenceGptq<R>(columns, settings, request.context, request.pool)
                                   : referenceGptaq<R>(columns, {problem.D, problem.alpha}, settings, request.context, request.pool);
    return twoSidedLoss(quantizationError(result.quantized, problem.W), problem);
}

template <class R>
SolveOutcome solveTwoSided(SolveRequest& request, const TwoSidedProblem& problem, const TwoSidedSettings& settings) {
    const SolveResult result = referenceTwoSided<R>(problem, settings.quant, settings.order, request.context, request.pool);
    SolveOutcome outcome = outcomeOf(result.quantized, false);
    nlohmann::json values = columnValues(result.report);
    values["loss_columns_only"] = columnsOnlyLoss<R>(request, problem, settings.quant);
    outcome.valuesJson = values.dump();
    return outcome;
}

}  // namespace

SolveOutcome solveTwoSidedProblem(SolveRequest& request) {
    const TwoSidedSettings settings = readTwoSidedSettings(request);
    const TwoSidedProblem problem = readProblem(request, settings);
    checkSettings(settings.quant, static_cast<int>(problem.W.cols), "settings");
    if (!hasStaticGrids(settings.quant, problem.W.cols))
        throw Error("setting 'static': false is not allowed; two_sided fixes the scales of a block of rows before its columns",
                    ErrorKind::Usage);
    return request.production ? solveTwoSided<float>(request, problem, settings) : solveTwoSided<double>(request, problem, settings);
}

SolveOutcome solveKeysProblem(SolveRequest& request) {
    const std::vector<MatrixView<const double>> keys = request.tensors.matrices("K_rotated");
    const std::size_t dim = keys[0].cols;
    const double base = request.settings.real("rope_base", 10000, 1e-6, 1e12);
    const std::string rope = request.settings.text("rope", "half-split");
    const int heads = request.settings.integer("heads", static_cast<int>(keys.size()), 1, 1 << 24);
    const int headDim = request.settings.integer("head_dim", static_cast<int>(dim), 1, 1 << 24);
    request.settings.refuseUnknown();
    if (rope != "half-split")
        throw Error("setting 'rope': \"" + rope + "\" is not allowed; give half-split (element i turns with i + head_dim / 2)",
                    ErrorKind::Usage);
    if (static_cast<std::size_t>(heads) != keys.size() || static_cast<std::size_t>(headDim) != dim || dim % 2 != 0)
        throw Error("tensor 'K_rotated' holds " + std::to_string(keys.size()) + " heads of " + std::to_string(dim) +
                    " elements; the settings ask for " + std::to_string(heads) + " of " + std::to_string(headDim) +
                    ", and their number must be even");
    NamedTensor Hout{{heads, headDim, headDim}, {}, "F64"};
    for (const MatrixView<const double>& K : keys) {
        request.context.check();
        const Matrix<double> H = outputHessianOfKeys(K, base);
        Hout.values.insert(Hout.values.end(), H.values().begin(), H.values().end());
    }
    SolveOutcome outcome;
    outcome.tensors["H_out"] = std::move(Hout);
    outcome.valuesJson = "{}";
    return outcome;
}

}  // namespace qs
