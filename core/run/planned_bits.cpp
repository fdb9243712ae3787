// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/planned_bits.h"

#include <algorithm>
#include <filesystem>

#include "base/error.h"
#include "base/file.h"
#include "kernels/blas.h"
#include "model/model.h"
#include "run/bit_errors.h"
#include "run/bit_plan.h"
#include "run/job_share.h"
#include "run/jobs.h"
#include "run/patterns.h"
#include "run/role_name.h"
#include "run/run_file.h"

namespace qs {
namespace fs = std::filesystem;
namespace {

/// Where the first pass of a run leaves its errors until the run is finished.
std::string measurePath(const std::string& out) { return out + ".measure"; }

/// Widths, sizes and errors of a plan that came from a file, as far as they can be had.
PlannedBits fromPlan(BitPlanRecord plan) {
    PlannedBits planned;
    for (const BitGroupRecord& group : plan.groups)
        for (const std::string& linear : group.linears) planned.bits[linear] = group.bits;
    planned.plan = std::move(plan);
    return planned;
}

/// The plan of the first rank, on all of them.
PlannedBits shared(const std::optional<BitPlanRecord>& own, Communicator& group) {
    return fromPlan(readBitPlanJson(group.broadcast(own ? bitPlanJson(*own) : std::string()), "the bit plan of the first process"));
}

PlannedBits readPlan(const std::string& path, Communicator& group) {
    std::optional<BitPlanRecord> own;
    if (group.isFirst()) own = readBitPlanJson(readText(path), path);
    return shared(own, group);
}

PlannedBits planFrom(const std::string& measured, const QuantizeOptions& options, JobContext& context, Communicator& group) {
    std::optional<BitPlanRecord> own;
    std::optional<BitErrors> errors;
    if (group.isFirst()) {
        const auto run = RunFile::open(measured);
        errors = run->bitErrors();
        if (options.plan.objective == Objective::Sensitivity) {
            const auto model = openModel(options.calibration.model);
            ThreadPool pool(options.machine.threads, beginSingleThreadedMath);
            addSensitivities(*errors, *run, *model, {}, context, pool);
        }
        own = makeBitPlan(*errors, options.plan);
    }
    PlannedBits planned = shared(own, group);
    planned.errors = std::move(errors);
    return planned;
}

/// For messages to the other ranks where a step of the first one fails.
template <class Step>
PlannedBits together(Communicator& group, Step step) {
    try {
        return step();
    } catch (const Error& error) {
        throw group.fail(error);
    }
}

/// Budget, pins and ties depend on the shapes of the linears alone: what no plan can fulfil is refused by a plan without errors, before
/// anything is measured. Throws Error(Usage) as makeBitPlan does.
void requirePossiblePlan(const QuantizeOptions& options) {
    const auto model = openModel(options.calibration.model);
    QuantizeOptions settings = options;
    settings.weighting = "token";  // of no errors
    BitErrors shapes{errorSettings(settings), "untouched", {}};
    const auto chosen = chooseLinears(model->spec(), options.include, options.exclude);
    for (std::size_t block = 0; block < chosen.size(); ++block)
        for (const LinearSpec& linear : chosen[block]) {
            shapes.linears.push_back(
                {linear.name, roleName(linear.role), nameOf(linear.tag), static_cast<int>(block), linear.out, linear.in, {}, {}});
            for (const int bits : widthsToMeasure(options.plan)) shapes.linears.back().widths.push_back({bits, {}});
        }
    BitPlanOptions plan = options.plan;
    plan.objective = Objective::Absolute;
    makeBitPlan(shapes, plan);
}

/// Share of the whole job that the first pass takes.
double measuringShare(const QuantizeOptions& options) {
    const double widths = static_cast<double>(widthsToMeasure(options.plan).size());
    return widths / (widths + 2);
}

void quantizeUnderBudget(const QuantizeOptions& options, JobContext& context, Communicator& group) {
    const std::string measured = measurePath(options.out);
    const double share = measuringShare(options);
    requirePossiblePlan(options);
    context.setWindow(0, share, "errors per width · ");
    measureWidths(options, measured, context, group);
    const double sensitivityEnd = share + (1 - share) / 4;
    context.setWindow(share, sensitivityEnd, "");
    const PlannedBits planned = together(group, [&] {
        if (group.any(context.shouldStopAfterPart()))
            throw Error("stopped after the errors per width were measured; run again with --resume to go on", ErrorKind::Stopped);
        return planFrom(measured, options, context, group);
    });
    context.setWindow(sensitivityEnd, 1, "");
    quantizeBlocks(options, planned, context, group);
    std::error_code ignored;
    if (group.isFirst()) fs::remove(measured, ignored);
}

}  // namespace

void requireKnown(const PlannedBits& planned, const ModelSpec& spec) {
    for (const auto& [name, bits] : planned.bits) {
        const bool known = std::any_of(spec.blocks.begin(), spec.blocks.end(), [&, &wanted = name](const BlockSpec& block) {
            return std::any_of(block.linears.begin(), block.linears.end(), [&](const LinearSpec& l) { return l.name == wanted; });
        });
        if (!known)
            throw Error("the bit plan names " + name + ", which the model does not have; its linears look like " +
                            spec.blocks.at(0).linears.at(0).name,
                        ErrorKind::Usage);
    }
}

BitErrors errorsOfBlock(const BitErrors& errors, int block) {
    BitErrors own{errors.settings, errors.inputs, {}};
    std::copy_if(errors.linears.begin(), errors.linears.end(), std::back_inserter(own.linears),
                 [block](const LinearWidths& linear) { return linear.block == block; });
    return own;
}

void runQuantize(const QuantizeOptions& options, JobContext& context) {
    Communicator alone;
    runQuantize(options, context, alone);
}

void runQuantize(const QuantizeOptions& options, JobContext& context, Communicator& group) {
    checkBitPlanOptions(options.plan);
    if (options.plan.hasBudget() && !options.bitPlan.empty())
        throw Error("--bit-plan and --budget exclude each other: the file has the widths already", ErrorKind::Usage);
    if (options.plan.hasBudget()) return quantizeUnderBudget(options, context, group);
    const PlannedBits planned = options.bitPlan.empty() ? PlannedBits{} : together(group, [&] { return readPlan(options.bitPlan, group); });
    quantizeBlocks(options, planned, context, group);
}

void runQuantize(const QuantizeOptions& options, JobContext& context, const JobShare& share) {
    if (options.plan.hasBudget())
        throw Error("--budget measures the widths in a pass of its own; make the plan first and give it by --bit-plan", ErrorKind::Usage);
    Communicator alone;
    quantizeBlocks(options, options.bitPlan.empty() ? PlannedBits{} : readPlan(options.bitPlan, alone), context, alone, &share);
}

}  // namespace qs
