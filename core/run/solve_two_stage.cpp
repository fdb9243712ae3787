// SPDX-License-Identifier: GPL-3.0-or-later
// `solve` for two_stage. In: W [out, in], H [in, in]; with R also D [in, in] (= −R) and loss_constant [out] (w C wᵀ); for stage 2 alone
// also codes [out, in], scales0 and zeros [out, groups].
// Settings besides those of gptq: init = stage1 (search.kind hessian) | absmax, with_R (default: whether D is there), sweeps.
// Out: codes, scales0, zeros, scales_sweep<k> for k = 1, 3 and the last, scales_joint, row losses; `scales` and `dequantized` are those of
// the last sweep, as is the value `loss`.
// Precision float32: codes and scales by the kernels of jobs, where a scale that would not be positive stays as it is and the last scales
// have their storage type; losses are those of the scales, in float64.
#include <algorithm>
#include <cmath>
#include <optional>

#include "base/error.h"
#include "quant/grid_rule.h"
#include "quant/group_scales.h"
#include "quant/reference_solver.h"
#include "quant/scale_refinement.h"
#include "run/solve_outcome.h"
#include "run/solve_production.h"
#include "run/solve_request.h"

namespace qs {
namespace {

struct TwoStageSettings {
    QuantSettings quant;
    bool withR = false;
};

TwoStageSettings readTwoStageSettings(SolveRequest& request) {
    ProblemSettings& settings = request.settings;
    TwoStageSettings read;
    const bool searchGiven = settings.has("search");
    read.quant = readGridSettings(settings);
    readColumnSettings(settings, read.quant);
    const std::string init = settings.text("init", searchGiven && read.quant.search == SearchKind::AbsMax ? "absmax" : "stage1");
    read.withR = settings.flag("with_R", request.tensors.has("D"));
    read.quant.sweeps = settings.integer("sweeps", 12, 1, 10000);
    settings.refuseUnknown();
    if (init != "stage1" && init != "absmax")
        throw Error("setting 'init': \"" + init + "\" is not allowed; give one of stage1, absmax", ErrorKind::Usage);
    if (!searchGiven && init == "stage1") {
        read.quant.search = SearchKind::Hessian;
        read.quant.searchSteps = read.quant.searchGrid;
    }
    if ((init == "stage1") != (read.quant.search == SearchKind::Hessian))
        throw Error("setting 'init': \"" + init + "\" does not go with the search kind '" + nameOfEnum(read.quant.search) +
                        "'; stage1 is the search hessian, absmax the search absmax",
                    ErrorKind::Usage);
    return read;
}

/// Whole numbers 0 … most of a tensor with the shape of `into`.
void readCodes(const SolveRequest& request, const std::string& name, int most, Matrix<std::uint8_t>& into) {
    const MatrixView<const double> given = request.tensors.matrix(name, into.rows(), into.cols());
    for (std::size_t i = 0; i < into.rows(); ++i)
        for (std::size_t j = 0; j < into.cols(); ++j) {
            const double value = given(i, j);
            if (value != std::floor(value) || value < 0 || value > most)
                throw Error("tensor '" + name + "' holds a number that is not a whole one from 0 to " + std::to_string(most) + " at [" +
                            std::to_string(i) + ", " + std::to_string(j) + "]");
            into(i, j) = static_cast<std::uint8_t>(value);
        }
}

/// codes, scales0 and zeros of the problem; nothing if it holds none of them.
std::optional<QuantizedLinear> readSolved(const SolveRequest& request, const QuantSettings& settings, std::size_t rows, std::size_t in) {
    const ProblemTensors& tensors = request.tensors;
    if (!tensors.has("codes") && !tensors.has("scales0") && !tensors.has("zeros")) return std::nullopt;
    QuantizedLinear q = emptyResult(rows, in, settings);
    const int most = (1 << settings.bits) - 1;
    readCodes(request, "codes", most, q.codes);
    readCodes(request, "zeros", most, q.zeros);
    const MatrixView<const double> scales = tensors.matrix("scales0", rows, q.scales.cols());
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t g = 0; g < q.scales.cols(); ++g) q.scales(r, g) = scales(r, g);
    return q;
}

QuantizedLinear solveCodes(const SolveRequest& request, const ScaleProblem& problem, const QuantSettings& settings) {
    checkSettings(settings, static_cast<int>(problem.W.cols), "settings");
    if (!hasStaticGrids(settings, problem.W.cols))
        throw Error("setting 'static': false is not allowed; the grids of stage 1 are frozen", ErrorKind::Usage);
    if (request.production) return solveInProduction(request, {problem.W, problem.H, {}}, settings).quantized;
    const QuantizedLinear grids = stageOneGrids(problem.W, problem.H, settings, "W", request.context, request.pool);
    return referenceGptq<double>({problem.W, problem.H, "W", &grids}, settings, request.context, request.pool).quantized;
}

/// What refineGroupScales gives, by the kernels of jobs.
RefinedScales refineInProduction(const SolveRequest& request, const QuantizedLinear& q, const ScaleProblem& problem,
                                 QuantSettings settings) {
    const Matrix<float> W = convertedTo<float>(problem.W), H = convertedTo<float>(problem.H), D = convertedTo<float>(problem.D);
    SolveInput input{W.view(), H.view(), nullptr, "W", false};
    input.D = D.view();
    QuantizedLinear refined = q;
    const auto refine = [&](Refine kind) {
        settings.refine = kind;
        refined.scales = q.scales;
        return refineScales(refined, input, settings, true, request.context, request.pool).steps;
    };
    const auto rowLossesOf = [&](const Matrix<double>& scales) {
        refined.scales = scales;
        return rowLosses(quantizationError(refined, problem.W), problem.W, problem.H, problem.D);
    };
    const std::size_t rows = q.codes.rows();
    RefinedScales result{{}, {}, rowLossesOf(q.scales), Matrix<double>(static_cast<std::size_t>(settings.sweeps), rows), {}};
    for (const RefinementStep& step : refine(Refine::Sweeps)) {
        const Matrix<double>& scales = result.sweeps.emplace_back(convertedTo<double>(step.scales.view()));
        const std::vector<double> losses = rowLossesOf(scales);
        std::copy(losses.begin(), losses.end(), result.lossSweeps.row(result.sweeps.size() - 1));
    }
    result.joint = convertedTo<double>(refine(Refine::Joint).back().scales.view());
    result.lossJoint = rowLossesOf(result.joint);
    return result;
}

double sumOf(std::span<const double> values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum;
}

std::size_t nonPositive(const Matrix<double>& scales) {
    return static_cast<std::size_t>(std::count_if(scales.values().begin(), scales.values().end(), [](double s) { return s <= 0; }));
}

nlohmann::json lossValues(const RefinedScales& refined, double constant) {
    std::vector<double> sweeps;
    for (std::size_t s = 0; s < refined.sweeps.size(); ++s) sweeps.push_back(sumOf({refined.lossSweeps.row(s), refined.lossSweeps.cols()}));
    const double joint = sumOf(refined.lossJoint);
    const auto near = std::find_if(sweeps.begin(), sweeps.end(), [&](double loss) { return loss <= joint * 1.001; });
    const auto below = [&](double loss) { return loss == 0 ? 0 : 1 - joint / loss; };
    return {{"loss", sweeps.back()},
            {"loss_before", sumOf(refined.lossBefore)},
            {"loss_after_sweeps", sweeps},
            {"loss_joint", joint},
            {"loss_constant", constant},
            {"joint_below_first_sweep", below(sweeps.front())},
            {"joint_below_last_sweep", below(sweeps.back())},
            {"sweeps_within_0p1_percent_of_joint", near == sweeps.end() ? -1 : near - sweeps.begin() + 1},
            {"nonpositive_scales_cd", nonPositive(refined.sweeps.back())},
            {"nonpositive_scales_joint", nonPositive(refined.joint)}};
}

void addConstant(RefinedScales& refined, const std::vector<double>& constant) {
    for (std::size_t r = 0; r < constant.size(); ++r) {
        refined.lossBefore[r] += constant[r];
        refined.lossJoint[r] += constant[r];
        for (std::size_t s = 0; s < refined.lossSweeps.rows(); ++s) refined.lossSweeps(s, r) += constant[r];
    }
}

SolveOutcome solveTwoStage(SolveRequest& request, const ScaleProblem& problem, const TwoStageSettings& settings,
                           const std::vector<double>& constant) {
    std::optional<QuantizedLinear> given = readSolved(request, settings.quant, problem.W.rows, problem.W.cols);
    const QuantizedLinear q = given ? std::move(*given) : solveCodes(request, problem, settings.quant);
    RefinedScales refined = request.production ? refineInProduction(request, q, problem, settings.quant)
                                               : refineGroupScales(q, problem, settings.quant.sweeps, request.context, request.pool);
    addConstant(refined, constant);
    QuantizedLinear last = q;
    last.scales = refined.sweeps.back();
    SolveOutcome outcome = outcomeOf(last, request.production);
    outcome.tensors["scales0"] = tensorOf(q.scales);
    outcome.tensors["scales_joint"] = tensorOf(refined.joint);
    outcome.tensors["row_loss_before"] = tensorOf(refined.lossBefore);
    outcome.tensors["row_loss_sweeps"] = tensorOf(refined.lossSweeps);
    outcome.tensors["row_loss_joint"] = tensorOf(refined.lossJoint);
    for (const std::size_t k : {std::size_t{1}, std::size_t{3}, refined.sweeps.size()})
        if (k <= refined.sweeps.size()) outcome.tensors["scales_sweep" + std::to_string(k)] = tensorOf(refined.sweeps[k - 1]);
    nlohmann::json values = lossValues(refined, sumOf(constant));
    values["loss_stage1_groupwise"] = groupwiseLoss(q, problem.W, problem.H, settings.quant);
    outcome.valuesJson = values.dump();
    return outcome;
}

}  // namespace

SolveOutcome solveTwoStageProblem(SolveRequest& request) {
    const TwoStageSettings settings = readTwoStageSettings(request);
    ScaleProblem problem{request.tensors.matrix("W"), {}, {}};
    const std::size_t n = problem.W.cols;
    problem.H = request.tensors.symmetric("H", n);
    std::vector<double> constant;
    if (settings.withR) {
        problem.D = request.tensors.matrix("D", n, n);
        constant = request.tensors.vector("loss_constant");
        if (constant.size() != problem.W.rows)
            throw Error("tensor 'loss_constant' has " + std::to_string(constant.size()) + " elements; one for each of the " +
                        std::to_string(problem.W.rows) + " rows of W is needed");
    }
    return solveTwoStage(request, problem, settings, constant);
}

}  // namespace qs
