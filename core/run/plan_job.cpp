// SPDX-License-Identifier: GPL-3.0-or-later
// The plan command: errors per width are taken from the run or measured on its full bank, the optimum is found, both are stored.
#include <algorithm>
#include <chrono>

#include "base/error.h"
#include "base/file.h"
#include "kernels/blas.h"
#include "run/bit_errors.h"
#include "run/bit_plan.h"
#include "run/jobs.h"
#include "run/run_file.h"
#include "run/run_weights.h"
#include "run/session.h"

namespace qs {
namespace {

bool hasFullBank(const RunFile& run) {
    const auto& tags = run.tags();
    return !tags.empty() && std::all_of(tags.begin(), tags.end(), [&](const TagRecord& tag) {
        return !tag.calibration.empty() && !run.firstTokens(tag.block, tag.tag, tag.calibration.front().length, false).empty();
    });
}

/// The bank of an input as it was: S_L = rest + FᵀF, so rest = S_L − FᵀF, in double. Where a first token fills S_L its float32 sums hold
/// the rest of that channel to 10⁻⁷ of the whole only; H, which is what is solved on, is the whole.
HessianBank bankOf(const RunFile& run, const TagRecord& tag, ThreadPool& pool) {
    std::vector<LengthBucket> buckets;
    for (const BucketRecord& record : tag.calibration) {
        LengthBucket bucket;
        bucket.length = record.length;
        bucket.sequences = record.sequences;
        bucket.diagonal = record.diagonal;
        bucket.firstTokenDiagonal = record.firstTokenDiagonal;
        bucket.halfDiagonal = record.halfDiagonal;
        bucket.halfSequences = record.halfSequences;
        bucket.rest = run.fullS(tag.block, tag.tag, record.length, false);
        bucket.firstTokens = run.firstTokens(tag.block, tag.tag, record.length, false);
        const auto dim = static_cast<std::size_t>(tag.dim);
        if (bucket.rest.rows() != dim || bucket.rest.cols() != dim || bucket.firstTokens.cols() != dim)
            throw Error(run.path().string() + ": the bank of block " + std::to_string(tag.block) + ", " + tag.tag + " is damaged");
        pool.run(dim, [&](std::size_t i, int) {
            for (std::size_t j = 0; j < dim; ++j) {
                double first = 0;
                for (std::size_t n = 0; n < bucket.firstTokens.rows(); ++n)
                    first += static_cast<double>(bucket.firstTokens(n, i)) * bucket.firstTokens(n, j);
                bucket.rest(i, j) = static_cast<float>(bucket.rest(i, j) - first);
            }
        });
        buckets.push_back(std::move(bucket));
    }
    return {tag.dim, std::move(buckets)};
}

/// Linears of an input that the run quantized, or all of them if it quantized none.
std::vector<LinearSpec> linearsOf(const RunFile& run, const BlockSpec& block, const std::string& tag) {
    std::vector<LinearSpec> linears;
    for (const LinearSpec& linear : block.linears) {
        const bool wanted = run.linears().empty() || std::any_of(run.linears().begin(), run.linears().end(),
                                                                 [&](const LinearRecord& r) { return r.name == linear.name; });
        if (nameOf(linear.tag) == tag && wanted) linears.push_back(linear);
    }
    return linears;
}

[[noreturn]] void refuseWithoutBank(const RunFile& run, bool hasErrors) {
    throw Error(run.path().string() + ": has no " + (hasErrors ? "errors per width for these settings" : "errors per width") +
                " and no full Hessian bank to measure them on; calibrate with --keep full and plan on that run, or let quantize --budget "
                "measure on its way");
}

BitErrors measureOnBank(const RunFile& run, const PlanOptions& options, const QuantizeOptions& solver, JobContext& context) {
    const std::unique_ptr<Model> model = modelOfRun(run, options.model);
    ThreadPool pool(options.machine.threads, beginSingleThreadedMath);
    const ModelSpec& spec = model->spec();
    BitErrors errors{errorSettings(solver), run.linears().empty() ? "untouched" : "quantized", {}};
    Communicator alone;
    std::optional<BlockWeights> weights;
    int loaded = -1;
    double done = 0;
    for (const TagRecord& tag : run.tags()) {
        context.report(
            done++ / static_cast<double>(run.tags().size()),
            "block " + std::to_string(tag.block + 1) + " of " + std::to_string(spec.blocks.size()) + " · trying widths behind " + tag.tag);
        const std::vector<LinearSpec> linears = linearsOf(run, spec.blocks.at(static_cast<std::size_t>(tag.block)), tag.tag);
        if (linears.empty()) continue;
        if (loaded != tag.block) weights = model->block(loaded = tag.block);
        const HessianBank bank = bankOf(run, tag, pool);
        for (LinearWidths& linear : tryWidths({linears, *weights, tag.block, bank, solver, solver.plan.widths}, context, pool, {}, alone))
            errors.linears.push_back(std::move(linear));
    }
    return errors;
}

/// The solver's options of the run, or of the errors that it has, with those changed that were asked for.
QuantizeOptions solverFor(const RunFile& run, const BitErrors& stored, const PlanOptions& options) {
    QuantizeOptions solver;
    const OptionList list = describeOptions(solver);
    for (const std::string& name : planSettingNames()) {
        const auto own = run.provenance().options.find(name);
        if (own != run.provenance().options.end()) list.set(name, own->second);
    }
    if (!stored.linears.empty()) applyErrorSettings(stored.settings, solver);
    QuantizeOptions asked = options.solver;
    const OptionList askedList = describeOptions(asked);
    for (const std::string& name : options.changed) list.set(name, askedList.find(name)->get());
    return solver;
}

bool hasWidths(const BitErrors& errors, const std::vector<int>& widths) {
    return std::all_of(errors.linears.begin(), errors.linears.end(), [&](const LinearWidths& linear) {
        return std::all_of(widths.begin(), widths.end(), [&](int bits) {
            return std::any_of(linear.widths.begin(), linear.widths.end(), [bits](const WidthError& w) { return w.bits == bits; });
        });
    });
}

/// These and the widths measured before.
std::vector<int> withStored(std::vector<int> widths, const BitErrors& stored) {
    if (!stored.linears.empty())
        for (const WidthError& width : stored.linears.front().widths) widths.push_back(width.bits);
    std::sort(widths.begin(), widths.end());
    widths.erase(std::unique(widths.begin(), widths.end()), widths.end());
    return widths;
}

std::shared_ptr<const RunFile> openFinished(const std::string& path) {
    auto run = RunFile::open(path);
    if (!run->finished()) throw Error(path + ": is not finished; let the job end (--resume) and plan then");
    return run;
}

PlanReport reportOf(BitPlanRecord plan, const RunFile& run) {
    PlanReport report;
    report.check = checkBitPlan(plan, run.linears());
    report.plan = std::move(plan);
    return report;
}

PlanReport storedPlan(const RunFile& run) {
    auto plan = run.bitPlan();
    if (!plan)
        throw Error(run.path().string() + ": has no bit plan yet; give --budget BITS or --budget-bytes N to make one", ErrorKind::Usage);
    return reportOf(std::move(*plan), run);
}

}  // namespace

PlanReport runPlan(const PlanOptions& options, JobContext& context) {
    const auto start = std::chrono::steady_clock::now();
    checkBitPlanOptions(options.plan);
    const auto run = openFinished(options.run);
    PlanReport report;
    if (!options.plan.hasBudget()) {
        report = storedPlan(*run);
    } else {
        BitErrors errors = run->bitErrors();
        QuantizeOptions solver = solverFor(*run, errors, options);
        BitPlanOptions wanted = options.plan;
        const bool fits = !errors.linears.empty() && errors.settings == errorSettings(solver);
        if (fits && !options.ownWidths) wanted.widths = withStored({}, errors);
        const bool wantsErrors = !fits || !hasWidths(errors, widthsToMeasure(wanted));
        const bool wantsSensitivities = wanted.objective == Objective::Sensitivity && (wantsErrors || !hasSensitivities(errors));
        const bool measured = wantsErrors || wantsSensitivities;
        if (wantsErrors) {
            if (!hasFullBank(*run)) refuseWithoutBank(*run, !errors.linears.empty());
            solver.plan.widths = withStored(widthsToMeasure(wanted), fits ? errors : BitErrors{});
            context.setWindow(0, wantsSensitivities ? 0.8 : 1, "");
            errors = measureOnBank(*run, options, solver, context);
        }
        if (wantsSensitivities) {
            context.setWindow(wantsErrors ? 0.8 : 0, 1, "");
            const std::unique_ptr<Model> model = modelOfRun(*run, options.model);
            ThreadPool pool(options.machine.threads, beginSingleThreadedMath);
            addSensitivities(errors, *run, *model, {}, context, pool);
        }
        BitPlanRecord plan = makeBitPlan(errors, wanted);
        const auto before = run->bitPlan();
        if (measured || !before || bitPlanJson(*before) != bitPlanJson(plan)) storeBitPlan(options.run, plan, measured ? &errors : nullptr);
        report = reportOf(std::move(plan), *run);
        report.measured = measured;
    }
    if (!options.out.empty()) writeText(options.out, bitPlanJson(report.plan));
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return report;
}

}  // namespace qs
