// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/jobs/job_options.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>

#include "app/demo.h"
#include "app/project/project.h"
#include "views/number_text.h"

namespace qs {
namespace {

QString partOf(const EvaluationOptions& options) {
    return options.items.empty() ? QString() : QString::fromStdString(options.items) + ".part";
}

/// "acc 0.312 ± 0.033", and beside a baseline "acc −0.021 ± 0.012 against the baseline (p 0.08)".
void log(const EvaluationOptions& options, const EvaluationReport& report, JobContext& context) {
    const auto add = [&](const QString& text) { context.event({Severity::Info, "result", options.task, text.toStdString()}); };
    for (const auto& [name, value] : report.record.metrics)
        add(QStringLiteral("%1 %2 ± %3").arg(QString::fromStdString(name), significant(value.first, 5), significant(value.second)));
    for (const auto& [name, c] : report.comparison)
        add(QCoreApplication::translate("JobOptions", "%1 %2 ± %3 against the baseline (p %4)")
                .arg(QString::fromStdString(name), significant(c.difference), significant(c.standardError), significant(c.pValue, 2)));
}

}  // namespace

void Engine::run(const JobOptions& options, JobContext& context) const {
    if (const auto* run = std::get_if<QuantizeOptions>(&options)) return quantize(*run, context);
    if (const auto* training = std::get_if<TrainOptions>(&options)) return train(*training, context);
    if (const auto* own = std::get_if<ExportOptions>(&options)) {
        const ExportSummary summary = exportRun(*own, context);
        const QString text = QCoreApplication::translate("JobOptions", "%1 linears, %2 written to %3, read back and found equal");
        const QString amount = bytes(static_cast<double>(summary.bytes));
        context.event(
            {Severity::Info, "result", own->format, text.arg(summary.linears).arg(amount, QString::fromStdString(own->out)).toStdString()});
        return;
    }
    const auto& evaluation = std::get<EvaluationOptions>(options);
    log(evaluation, evaluate(evaluation, context), context);
}

bool Engine::forecasts(const JobOptions& options) const {
    return isTraining(options) ? bool(estimateTrain) : !isEvaluation(options) && !isExport(options) && estimate;
}

Estimate Engine::forecast(const JobOptions& options, JobContext& context) const {
    if (const auto* training = std::get_if<TrainOptions>(&options)) return estimateTrain(*training, context);
    return estimate(std::get<QuantizeOptions>(options));
}

bool isEvaluation(const JobOptions& options) { return std::holds_alternative<EvaluationOptions>(options); }
bool isTraining(const JobOptions& options) { return std::holds_alternative<TrainOptions>(options); }
bool isExport(const JobOptions& options) { return std::holds_alternative<ExportOptions>(options); }

QString runFileOf(const JobOptions& options) {
    if (const auto* evaluation = std::get_if<EvaluationOptions>(&options))
        return runFileOf(QString::fromStdString(evaluation->measure.subject));
    if (const auto* own = std::get_if<ExportOptions>(&options)) return runFileOf(QString::fromStdString(own->run));
    const auto* run = std::get_if<QuantizeOptions>(&options);
    return runFileOf(QString::fromStdString(run ? run->out : std::get<TrainOptions>(options).out));
}

bool resumes(const JobOptions& options) {
    return std::visit(
        [](const auto& own) {
            if constexpr (requires { own.resume; }) return own.resume;
            else return false;
        },
        options);
}

void setResumes(JobOptions& options, bool resume) {
    if (auto* run = std::get_if<QuantizeOptions>(&options)) run->resume = resume;
    if (auto* training = std::get_if<TrainOptions>(&options)) training->resume = resume;
    if (auto* own = std::get_if<EvaluationOptions>(&options)) own->resume = resume && !own->items.empty();
}

bool hasFinishedPart(const JobOptions& options) {
    if (isExport(options)) return false;
    if (!isEvaluation(options)) return hasParts(runFileOf(options).toStdString());
    const QString part = partOf(std::get<EvaluationOptions>(options));
    return !part.isEmpty() && QFileInfo::exists(part);
}

void removeFinishedPart(const JobOptions& options) {
    if (isExport(options)) return;  // an export leaves nothing unless it is whole
    if (!isEvaluation(options)) QDir(runFileOf(options) + ".parts").removeRecursively();
    else if (const QString part = partOf(std::get<EvaluationOptions>(options)); !part.isEmpty()) QFile::remove(part);
}

QString automaticItems(const EvaluationOptions& options, const QStringList& taken) {
    if (!hasItems(options.task)) return {};
    const QFileInfo run(runFileOf(JobOptions(options)));
    const QString folder = QFileInfo(run.absolutePath()).isWritable() ? run.absolutePath() : runsFolder();
    const QString name = folder + '/' + run.completeBaseName() + '.' + QString::fromStdString(options.task).replace(':', '-');
    for (int number = 1;; ++number) {
        const QString path = name + (number == 1 ? QString() : '-' + QString::number(number)) + ".jsonl";
        if (!QFileInfo::exists(path) && !QFileInfo::exists(path + ".part") && !taken.contains(path)) return path;
    }
}

}  // namespace qs
