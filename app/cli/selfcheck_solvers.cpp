// SPDX-License-Identifier: GPL-3.0-or-later
// One seeded problem, W [out, in] and H = 2/N XᵀX [in, in], solved twice: by the production quantizers in float32 and by the
// double-precision solver behind `solve`. Tolerances are those of a float32 solver: at least 99 % equal codes, loss within 1e-3 relative (a
// tie that flips changes the rest of its row).
#include <cmath>
#include <nlohmann/json.hpp>
#include <random>

#include "base/array.h"
#include "base/error.h"
#include "cli/selfcheck_cases.h"
#include "quant/grid_rule.h"
#include "quant/quantizer.h"
#include "run/solve_problem.h"

namespace qs::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kOut = 48, kIn = 256, kSolverTokens = 600;
constexpr double kUnequalCodes = 0.01, kLoss = 1e-3;

struct Problem {
    Matrix<float> W{kOut, kIn}, H{kIn, kIn};
};

Problem makeProblem() {
    std::mt19937 random(2);
    std::normal_distribution<float> normal;
    Problem problem;
    for (float& w : problem.W.values()) w = 0.05F * normal(random);
    std::vector<double> sum(kIn * kIn), x(kIn);
    for (std::size_t t = 0; t < kSolverTokens; ++t) {
        const double common = normal(random);  // correlated columns, so that compensation matters
        for (std::size_t i = 0; i < kIn; ++i) x[i] = normal(random) * (1 + static_cast<double>(i % 7)) + common;
        for (std::size_t i = 0; i < kIn; ++i)
            for (std::size_t j = 0; j < kIn; ++j) sum[i * kIn + j] += 2.0 / kSolverTokens * x[i] * x[j];
    }
    for (std::size_t i = 0; i < sum.size(); ++i) problem.H.data()[i] = static_cast<float>(sum[i]);
    return problem;
}

QuantSettings settingsOf(Method method, int bits, int groupSize, Scheme scheme) {
    QuantSettings settings;
    settings.method = method;
    settings.bits = bits;
    settings.groupSize = groupSize;
    settings.scheme = scheme;
    return settings;
}

/// The keys under which `solve` knows the same settings.
json solveSettings(const QuantSettings& settings) {
    json search{{"kind", nameOfEnum(settings.search)}};
    if (settings.search != SearchKind::AbsMax)
        search.update({{"grid", settings.searchGrid}, {"steps", searchStepsOf(settings)}, {"norm", settings.searchNorm}});
    json keys{{"method", nameOfEnum(settings.method)},
              {"bits", settings.bits},
              {"group", settings.groupSize > 0 ? settings.groupSize : -1},
              {"scheme", nameOfEnum(settings.scheme)},
              {"search", search}};
    if (settings.method == Method::Gptq)
        keys.update({{"act_order", settings.actOrder},
                     {"static", settings.staticGroups},
                     {"scale_time", nameOfEnum(settings.scaleTime)},
                     {"block", settings.blockSize},
                     {"percdamp", settings.damping}});
    return keys;
}

NamedTensor named(const Matrix<float>& matrix) {
    return {{static_cast<std::int64_t>(matrix.rows()), static_cast<std::int64_t>(matrix.cols())},
            {matrix.values().begin(), matrix.values().end()},
            "F32"};
}

/// tr((Ŵ − W) H (Ŵ − W)ᵀ) in double; H empty: ‖Ŵ − W‖².
double lossOf(const Problem& problem, std::span<const float> quantized) {
    double loss = 0;
    for (std::size_t r = 0; r < kOut; ++r)
        for (std::size_t i = 0; i < kIn; ++i) {
            const double di = static_cast<double>(quantized[r * kIn + i]) - problem.W(r, i);
            for (std::size_t j = 0; j < kIn; ++j)
                loss += di * problem.H(i, j) * (static_cast<double>(quantized[r * kIn + j]) - problem.W(r, j));
        }
    return loss;
}

void compare(const std::string& name, const QuantSettings& settings, const Problem& problem, Device device, JobContext& context,
             ThreadPool& pool, std::vector<CheckRow>& rows) {
    const bool needsH = quantizerOf(settings.method).needsHessian;
    const auto factor = needsH ? factorize(problem.H.view(), settings, name, context, pool) : nullptr;
    SolveInput input{problem.W.view(), problem.H.view(), factor.get(), name};
    const SolveResult fast = quantizerOf(settings.method).solve(input, settings, context, pool, device);
    std::map<std::string, NamedTensor> tensors{{"W", named(problem.W)}};
    if (needsH) tensors.emplace("H", named(problem.H));
    const SolveOutcome plain = solveProblem(tensors, solveSettings(settings).dump(), context, pool);
    const std::vector<double>& codes = plain.tensors.at("codes").values;
    std::size_t unequal = 0;
    for (std::size_t i = 0; i < codes.size(); ++i) unequal += codes[i] != fast.quantized.codes.data()[i];
    rows.push_back({name + ": unequal codes", static_cast<double>(unequal) / static_cast<double>(codes.size()), kUnequalCodes});
    const std::vector<double>& reference = plain.tensors.at("dequantized").values;
    const double expected = lossOf(problem, std::vector<float>(reference.begin(), reference.end()));
    const double loss = lossOf(problem, dequantize(fast.quantized, device).values());
    rows.push_back({name + ": loss", std::abs(loss - expected) / expected, kLoss});
}

}  // namespace

std::vector<CheckRow> checkSolvers(Device device, JobContext& context, ThreadPool& pool) {
    const Problem problem = makeProblem();
    std::vector<CheckRow> rows;
    const auto add = [&](const std::string& name, const QuantSettings& settings) {
        context.check();
        compare(name, settings, problem, device, context, pool, rows);
    };
    add("RTN 4 bits asym per channel", settingsOf(Method::Rtn, 4, 0, Scheme::Asymmetric));
    QuantSettings searched = settingsOf(Method::Rtn, 3, 32, Scheme::Asymmetric);
    searched.search = SearchKind::Mse;
    add("RTN 3 bits asym g32 mse search", searched);
    add("GPTQ 3 bits sym per channel", settingsOf(Method::Gptq, 3, 0, Scheme::Symmetric));
    add("GPTQ 4 bits asym g128", settingsOf(Method::Gptq, 4, 128, Scheme::Asymmetric));
    QuantSettings ordered = settingsOf(Method::Gptq, 2, 64, Scheme::Asymmetric);
    ordered.actOrder = true;
    add("GPTQ 2 bits asym g64 act-order", ordered);
    QuantSettings dynamic = settingsOf(Method::Gptq, 4, 32, Scheme::Narrow);
    dynamic.staticGroups = false;
    add("GPTQ 4 bits narrow g32 dynamic", dynamic);
    return rows;
}

}  // namespace qs::cli
