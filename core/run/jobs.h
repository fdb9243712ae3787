// SPDX-License-Identifier: GPL-3.0-or-later
// The jobs that both front ends run. Every job: options -> run(JobContext&), and estimate() before the start.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/job.h"
#include "run/bit_plan.h"
#include "run/options.h"
#include "run/run_data.h"

namespace qs {

class Communicator;

/// Forecast of a job, with the parts it is made of for display.
struct Estimate {
    Resources total;
    std::vector<std::pair<std::string, double>> memoryParts, diskParts, timeParts;  ///< label -> bytes or seconds
    std::vector<std::string> notes;  ///< "activations exceed the budget: 3.1 GiB go to a file in …"
};

/// Calibrates only: Hessian bank of every input tag behind the untouched weights, written to options.out.
Estimate estimateCalibrate(const CalibrateOptions& options);
void runCalibrate(const CalibrateOptions& options, JobContext& context);
/// Together with the other ranks of `group`; all give the same options. The first rank draws the sequences and writes the run.
Estimate estimateCalibrate(const CalibrateOptions& options, Communicator& group);
void runCalibrate(const CalibrateOptions& options, JobContext& context, Communicator& group);

/// The main job. Throws Error(Stopped) when it ended early and can be resumed.
Estimate estimateQuantize(const QuantizeOptions& options);
void runQuantize(const QuantizeOptions& options, JobContext& context);
/// Together with the other ranks of `group`, likewise.
Estimate estimateQuantize(const QuantizeOptions& options, Communicator& group);
void runQuantize(const QuantizeOptions& options, JobContext& context, Communicator& group);

/// A bit plan from the errors of a run per linear and width. They are taken from the run, or measured on its full Hessian bank and stored
/// in it; the plan is stored as well. Without a budget the plan that is stored. Throws Error with the remedy if neither errors nor a full
/// bank are there.
struct PlanReport {
    BitPlanRecord plan;
    std::optional<BitPlanCheck> check;  ///< if the run was quantized by the plan
    bool measured = false;              ///< now
    double seconds = 0;
};
PlanReport runPlan(const PlanOptions& options, JobContext& context);

/// Perplexity of a model or of a run (its linears dequantised over the model it names). Adds the result to a run file.
EvaluationRecord runPerplexity(const PerplexityOptions& options, JobContext& context);

/// `export`: the run's own integers in a format that loaders read, every other tensor unchanged in value, re-read and compared. `out` must
/// not exist or be empty; it appears when it is complete.
struct ExportOptions {
    std::string run, format = "dequantized", out, model;  ///< model: where the original lies now, if it moved
    std::string ggufType = "auto";                        ///< block type of the linears in GGUF files
    int shardSize = 4096;                                 ///< MiB of a safetensors file
};
struct ExportSummary {
    std::vector<std::string> files;
    std::int64_t bytes = 0;
    int linears = 0;
    bool verified = false;
    std::vector<std::string> warnings = {};  ///< what some loaders will not take
};
ExportSummary runExport(const ExportOptions& options, JobContext& context);

/// Errors per linear and length of a run. With text: fresh bank on that text behind the run's own quantised weights.
struct ErrorsOptions {
    std::string run;
    std::string baseline;
    std::vector<std::string> text;
    std::string textField = "text";
    std::vector<int> lengths;
    std::int64_t tokens = 16384;
    std::int64_t seed = 0;
    bool heldOut = false;  ///< report the run's held-out errors instead of the calibration ones
    std::string model;
    MachineOptions machine;
    void describe(OptionList& list);
};
struct ErrorRow {
    std::string linear;
    int block = 0, length = 0, sequences = 0;
    double error = 0, energy = 0, relative = 0, relativeWithoutFirst = 0;
    std::optional<double> baselineRelative, ratio;  ///< ratio = baseline error / this error (> 1: this run is better)
};
struct ErrorsReport {
    std::vector<ErrorRow> rows;
    std::string text;  ///< "calibration", "held-out" or the files
    double meanRelative = 0;
    std::optional<double> shareBetter;  ///< share of linears × lengths with ratio > 1
};
ErrorsReport runErrors(const ErrorsOptions& options, JobContext& context);

}  // namespace qs
