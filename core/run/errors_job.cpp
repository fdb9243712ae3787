// SPDX-License-Identifier: GPL-3.0-or-later
// Errors per linear and length: of a run as recorded, or on other text behind the run's own quantised weights; and ratios to a baseline.
#include <algorithm>
#include <map>

#include "base/error.h"
#include "hessian/errors.h"
#include "run/calibration_set.h"
#include "run/jobs.h"
#include "run/length_errors.h"
#include "run/run_file.h"
#include "run/run_weights.h"
#include "run/stream.h"

namespace qs {
namespace {

ErrorRow rowOf(const LinearRecord& linear, const LengthError& e) {
    ErrorRow row;
    row.linear = linear.name;
    row.block = linear.block;
    row.length = e.length;
    row.sequences = e.sequences;
    row.error = e.error;
    row.energy = e.energy;
    row.relative = e.relative();
    row.relativeWithoutFirst = e.relativeWithoutFirst();
    return row;
}

std::vector<ErrorRow> recordedRows(const RunFile& run, bool heldOut) {
    std::vector<ErrorRow> rows;
    for (const LinearRecord& linear : run.linears())
        for (const LengthError& e : heldOut ? linear.heldOutErrors : linear.calibrationErrors) rows.push_back(rowOf(linear, e));
    if (rows.empty() && run.provenance().kind == "train")
        throw Error(run.path().string() + ": a training records no errors per length; give --text FILE and --lengths to measure them");
    if (rows.empty() && heldOut)
        throw Error(run.path().string() + ": has no held-out errors; quantize with --held-out FILE, or give text with --text");
    return rows;
}

/// Sequences for fresh errors: lengths as asked for, else those of the run.
CalibrationOptions drawOptions(const ErrorsOptions& options, const RunFile& run, const Model& model) {
    CalibrationOptions draw;
    draw.model = model.path().string();
    draw.text = options.text;
    draw.textField = options.textField;
    draw.tokens = options.tokens;
    draw.seed = options.seed;
    draw.lengths = options.lengths;
    if (draw.lengths.empty())
        for (const SequenceRecord& s : run.sequences())
            if (!s.heldOut && std::find(draw.lengths.begin(), draw.lengths.end(), s.length) == draw.lengths.end())
                draw.lengths.push_back(s.length);
    std::sort(draw.lengths.begin(), draw.lengths.end());
    return draw;
}

std::vector<ErrorRow> freshRows(const ErrorsOptions& options, const RunFile& run, JobContext& context) {
    const auto original = modelOfRun(run, options.model);
    Session session = openSession(original->path().string(), options.machine, context);
    const ModelSpec& spec = session.model->spec();
    const CalibrationSet set = drawCalibrationSet(drawOptions(options, run, *session.model), spec, session.threads(), context);
    Stream stream(set.calibration, session, activationBudget(options.machine), ".", context);
    std::vector<ErrorRow> rows;
    const double steps = static_cast<double>(spec.blocks.size() * kInputTags.size());
    double step = 0;
    for (std::size_t b = 0; b < spec.blocks.size(); ++b) {
        const BlockWeights exact = session.model->block(static_cast<int>(b)),
                           quantized = replacedBlock(*session.model, run, static_cast<int>(b));
        session.executor->setBlock(spec.blocks[b], quantized);
        for (const InputTag tag : kInputTags) {
            context.check();
            context.report(step++ / steps, "block " + std::to_string(b + 1) + " of " + std::to_string(spec.blocks.size()) +
                                               " · errors behind " + nameOf(tag));
            stream.run(stageOf(tag), context);
            const HessianBank bank = stream.bank(tag, widthOf(tag, spec.blocks[b]), context);
            for (const LinearRecord& linear : run.linears()) {
                if (linear.block != static_cast<int>(b) || linear.tag != nameOf(tag)) continue;
                const auto role = std::find_if(spec.blocks[b].linears.begin(), spec.blocks[b].linears.end(), [&](const LinearSpec& l) {
                                      return l.name == linear.name;
                                  })->role;
                for (const LengthError& e :
                     lengthErrorsOf(lengthErrors(bank, exact[role].W.view(), quantized[role].W.view(), *session.pool)))
                    rows.push_back(rowOf(linear, e));
            }
        }
        stream.run(Stage::Finish, context);
    }
    return rows;
}

std::vector<ErrorRow> rowsOf(const ErrorsOptions& options, const std::string& path, JobContext& context) {
    const auto run = openQuantization(path);
    return options.text.empty() ? recordedRows(*run, options.heldOut) : freshRows(options, *run, context);
}

void compare(ErrorsReport& report, const std::vector<ErrorRow>& baseline) {
    std::map<std::pair<std::string, int>, double> relative;
    for (const ErrorRow& row : baseline) relative[{row.linear, row.length}] = row.relative;
    int compared = 0, better = 0;
    for (ErrorRow& row : report.rows) {
        const auto other = relative.find({row.linear, row.length});
        if (other == relative.end()) continue;
        row.baselineRelative = other->second;
        if (row.relative <= 0) continue;
        row.ratio = other->second / row.relative;
        ++compared;
        better += *row.ratio > 1;
    }
    if (compared == 0) throw Error("the two runs have no linear and length in common; give runs of the same model and lengths");
    report.shareBetter = static_cast<double>(better) / compared;
}

}  // namespace

void ErrorsOptions::describe(OptionList& list) {
    list.group("Errors");
    list.text("run", run, "Run file of a quantization");
    list.text("baseline", baseline, "Another run of the same model: ratios baseline / run are shown");
    list.texts("text", text, "Text on which errors are measured anew, behind the run's own quantized weights");
    list.text("text-field", textField, "Field of JSON lines that holds the text");
    list.integers("lengths", lengths, 2, 1 << 20, "tokens", "Lengths of the sequences; without it those of the run");
    list.integer("tokens", tokens, 2, std::int64_t{1} << 40, "tokens", "Token budget of the text");
    list.integer("seed", seed, 0, std::int64_t{1} << 53, "", "Seed of the draw");
    list.flag("held-out", heldOut, "The held-out errors of the run instead of those on the calibration text");
    list.text("model", model, "Where the original model lies now, if it has moved since the run");
    machine.describe(list);
}

ErrorsReport runErrors(const ErrorsOptions& options, JobContext& context) {
    ErrorsReport report;
    report.rows = rowsOf(options, options.run, context);
    report.text = options.heldOut ? "held-out" : "calibration";
    if (!options.text.empty()) {
        report.text.clear();
        for (const std::string& file : options.text) report.text += (report.text.empty() ? "" : ", ") + file;
    }
    double sum = 0;
    for (const ErrorRow& row : report.rows) sum += row.relative;
    report.meanRelative = report.rows.empty() ? 0 : sum / static_cast<double>(report.rows.size());
    if (!options.baseline.empty()) compare(report, rowsOf(options, options.baseline, context));
    return report;
}

}  // namespace qs
