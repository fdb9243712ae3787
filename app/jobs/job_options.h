// SPDX-License-Identifier: GPL-3.0-or-later
// What a job does: quantize a model, evaluate a run, train a model, or export a run. A plain value; queue, panel and window ask these
// functions for what differs.
#pragma once

#include <QMap>
#include <QString>
#include <QStringList>
#include <functional>
#include <variant>

#include "run/evaluation.h"
#include "run/jobs.h"
#include "run/options.h"
#include "run/train_options.h"

namespace qs {

using JobOptions = std::variant<QuantizeOptions, EvaluationOptions, TrainOptions, ExportOptions>;

/// What the workbench asks of the engine; tests put stand-ins here.
struct Engine {
    std::function<void(const QuantizeOptions&, JobContext&)> quantize;
    std::function<Estimate(const QuantizeOptions&)> estimate;
    std::function<EvaluationReport(const EvaluationOptions&, JobContext&)> evaluate = {};
    std::function<void(const TrainOptions&, JobContext&)> train = {};
    std::function<Estimate(const TrainOptions&, JobContext&)> estimateTrain = {};
    std::function<ExportSummary(const ExportOptions&, JobContext&)> exportRun = {};

    /// Does the job in this thread. The numbers of an evaluation are events too, so that the log of the job shows them.
    void run(const JobOptions& options, JobContext& context) const;
    /// Whether there is a forecast of such a job; those of an evaluation and of an export are made by nobody.
    bool forecasts(const JobOptions& options) const;
    Estimate forecast(const JobOptions& options, JobContext& context) const;
};

bool isEvaluation(const JobOptions& options);
bool isTraining(const JobOptions& options);
bool isExport(const JobOptions& options);
/// Absolute path of the run file that the job writes, adds its result to, or exports.
QString runFileOf(const JobOptions& options);
bool resumes(const JobOptions& options);
/// A task without items and an export cannot go on where they were: they stay a start anew.
void setResumes(JobOptions& options, bool resume);
/// True if blocks, items or a checkpoint that an interrupted job of these options finished lie on the disk.
bool hasFinishedPart(const JobOptions& options);
void removeFinishedPart(const JobOptions& options);

/// A file for the items of a task, beside the run, or in the folder of runs where that cannot be written; empty for a task without items.
/// Neither there nor in `taken`.
QString automaticItems(const EvaluationOptions& options, const QStringList& taken = {});

}  // namespace qs
