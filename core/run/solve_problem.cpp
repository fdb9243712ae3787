// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/solve_problem.h"

#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "run/solve_request.h"

namespace qs {
namespace {

struct SolveMethod {
    const char* name;
    SolveOutcome (*solve)(SolveRequest&);
};

/// THE list of methods. Adding one: a file solve_NAME.cpp, its declaration in solve_request.h, a line here.
constexpr SolveMethod kMethods[] = {
    {"rtn", solveRtnProblem},
    {"gptq", solveGptqProblem},
    {"gptaq", solveGptaqProblem},
    {"two_stage", solveTwoStageProblem},
    {"awq_scale", solveAwqScaleProblem},
    {"awq_clip", solveAwqClipProblem},
    {"two_sided", solveTwoSidedProblem},
    {"h_out_from_keys", solveKeysProblem},
    {"dsa_bits", solveDsaBitsProblem},
    {"dsa_fake", solveDsaFakeProblem},
    {"hessians", solveHessiansProblem},
};

/// The solvers speak of the options of `quantize`; what these are called in the settings of `solve`, longer ones before their beginnings.
constexpr std::pair<std::string_view, std::string_view> kNames[] = {
    {"--damp or --max-damp, calibrate on more text, or use --on-failure rtn", "'percdamp', or take H from more tokens"},
    {"--stage1 (--search hessian)", "'search.kind' hessian"},
    {"--search-steps", "'search.steps'"},
    {"--search-grid", "'search.grid'"},
    {"--no-static-groups", "'static' false"},
    {"--static-groups", "'static' true"},
    {"--group-size", "'group'"},
    {"--block-size", "'block'"},
    {"--scale-time", "'scale_time'"},
    {"--scale-type", "'scale_dtype'"},
    {"--scheme", "'scheme'"},
    {"--act-order", "'act_order'"},
    {"--wp", "'wp'"},
};

std::string inSettings(std::string message) {
    for (const auto& [option, setting] : kNames)
        for (std::size_t at = message.find(option); at != std::string::npos; at = message.find(option, at + setting.size()))
            message.replace(at, option.size(), setting);
    return message;
}

/// A Hessian that cannot be factored stops a job so that it can be resumed; here there is nothing to resume.
SolveOutcome solveAtOnce(const SolveMethod& method, SolveRequest& request) {
    try {
        return method.solve(request);
    } catch (const Cancelled&) {
        throw;
    } catch (const Error& error) {
        throw Error(inSettings(error.what()), error.kind() == ErrorKind::Stopped ? ErrorKind::Failed : error.kind());
    }
}

}  // namespace

SolveOutcome solveProblem(const std::map<std::string, NamedTensor>& problem, const std::string& settingsJson, JobContext& context,
                          ThreadPool& pool) {
    ProblemSettings settings(settingsJson);
    if (!settings.has("method"))
        throw Error("the settings have no key 'method'; give for example {\"method\": \"gptq\"}", ErrorKind::Usage);
    const std::string name = settings.text("method", "");
    const std::string precision = settings.text("precision", "float64");
    if (precision != "float64" && precision != "float32")
        throw Error("setting 'precision': '" + precision + "' is not allowed; give float64 or float32", ErrorKind::Usage);
    std::string known;
    for (const SolveMethod& method : kMethods) {
        if (name == method.name) {
            SolveRequest request{ProblemTensors(problem), std::move(settings), precision == "float32", context, pool};
            return solveAtOnce(method, request);
        }
        known += (known.empty() ? "" : ", ") + std::string(method.name);
    }
    throw Error("setting 'method': '" + name + "' cannot be solved by this version, which knows " + known, ErrorKind::Usage);
}

}  // namespace qs
