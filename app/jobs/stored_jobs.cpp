// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/jobs/stored_jobs.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>

#include "app/demo.h"
#include "app/project/project.h"
#include "app/project/run_store.h"
#include "base/error.h"
#include "run/export_choice.h"
#include "views/run_names.h"

namespace qs {
namespace {

constexpr const char *kEvaluate = "evaluate", *kTrain = "train", *kQuantize = "quantize", *kExport = "export";

QJsonObject jsonOf(const QMap<QString, QString>& values) {
    QJsonObject json;
    for (auto it = values.begin(); it != values.end(); ++it) json[it.key()] = it.value();
    return json;
}

/// Versions before there were other kinds stored no kind.
QJsonObject jsonOf(const Job& job) {
    if (const auto* run = std::get_if<QuantizeOptions>(&job.options))
        return {{"name", job.name}, {"options", jsonOf(optionValues(*run, true))}};
    if (const auto* training = std::get_if<TrainOptions>(&job.options))
        return {{"name", job.name}, {"kind", kTrain}, {"options", jsonOf(optionValues(*training, true))}};
    if (const auto* own = std::get_if<ExportOptions>(&job.options))
        return {{"name", job.name},
                {"kind", kExport},
                {"run", QString::fromStdString(own->run)},
                {"options", QJsonObject{{"format", QString::fromStdString(own->format)},
                                        {"out", QString::fromStdString(own->out)},
                                        {"gguf-type", QString::fromStdString(own->ggufType)},
                                        {"shard-size", QString::number(own->shardSize)},
                                        {"model", QString::fromStdString(own->model)}}}};
    auto evaluation = std::get<EvaluationOptions>(job.options);
    evaluation.resume = !evaluation.items.empty();
    return {{"name", job.name},
            {"kind", kEvaluate},
            {"run", QString::fromStdString(evaluation.measure.subject)},
            {"options", jsonOf(optionValues(evaluation, true))}};
}

/// The part of a training that is done: steps of the run's own model, which comes first.
void countSteps(const RunFile& run, Unfinished& unfinished) {
    const auto record = run.training();
    unfinished.all = record ? record->steps : 0;
    const TrainingCurve* curve = record && !record->variants.empty() ? record->curveOf(record->variants.front().name) : nullptr;
    unfinished.done = curve && !curve->steps.empty() ? curve->steps.back().step : 0;
}

bool goesOn(const Job& job) { return job.state == JobState::Waiting || (isEvaluation(job.options) && !job.ended()); }

}  // namespace

template <class Options>
QStringList setOptions(Options& options, const QMap<QString, QString>& values) {
    QStringList refused;
    const OptionList list = describeOptions(options);
    for (auto it = values.begin(); it != values.end(); ++it) try {
            list.set(it.key().toStdString(), it.value().toStdString());
        } catch (const Error&) {
            refused << it.key();
        }
    return refused;
}

template <class Options>
QMap<QString, QString> optionValues(Options options, bool changedOnly) {
    QMap<QString, QString> values;
    Options untouched;
    const OptionList list = describeOptions(options), defaults = describeOptions(untouched);
    for (std::size_t i = 0; i < list.fields().size(); ++i) {
        const OptionField& field = list.fields()[i];
        if (!changedOnly || field.get() != defaults.fields()[i].get())
            values[QString::fromStdString(field.name)] = QString::fromStdString(field.get());
    }
    return values;
}

template QStringList setOptions(QuantizeOptions&, const QMap<QString, QString>&);
template QStringList setOptions(EvaluationOptions&, const QMap<QString, QString>&);
template QStringList setOptions(TrainOptions&, const QMap<QString, QString>&);
template QMap<QString, QString> optionValues(QuantizeOptions, bool);
template QMap<QString, QString> optionValues(EvaluationOptions, bool);
template QMap<QString, QString> optionValues(TrainOptions, bool);

QByteArray waitingJobsJson(const JobQueue& queue) {
    QJsonArray jobs;
    for (const auto& job : queue.jobs())
        if (goesOn(*job)) jobs.append(jsonOf(*job));
    return jobs.isEmpty() ? QByteArray() : QJsonDocument(jobs).toJson();
}

std::vector<StoredJob> readWaitingJobs(const QByteArray& json) {
    std::vector<StoredJob> jobs;
    for (const auto& value : QJsonDocument::fromJson(json).array()) {
        const QJsonObject stored = value.toObject(), options = stored["options"].toObject();
        QMap<QString, QString> values;
        for (auto it = options.begin(); it != options.end(); ++it) values[it.key()] = it.value().toString();
        StoredJob job;
        job.name = stored["name"].toString();
        if (stored["kind"].toString() == kExport) {
            ExportChoice choice;
            if (!setOptions(choice, values).isEmpty()) continue;
            job.options = choice.of(stored["run"].toString().toStdString());
            jobs.push_back(std::move(job));
            continue;
        }
        if (stored["kind"].toString() == kEvaluate) {
            EvaluationOptions evaluation;
            evaluation.measure.subject = stored["run"].toString().toStdString();
            job.options = evaluation;
        } else if (stored["kind"].toString() == kTrain) {
            job.options = TrainOptions();
        } else if (stored.contains("kind")) {
            continue;  // of a newer version
        }
        const QStringList refused = std::visit(
            [&](auto& own) {
                if constexpr (requires(OptionList list) { own.describe(list); }) return setOptions(own, values);
                else return QStringList();
            },
            job.options);
        if (refused.isEmpty() && !values.isEmpty()) jobs.push_back(std::move(job));
    }
    return jobs;
}

std::optional<JobOptions> optionsToResume(const RunFile& run, const QString& file) {
    QMap<QString, QString> values;
    for (const auto& [name, value] : run.provenance().options) values[QString::fromStdString(name)] = QString::fromStdString(value);
    const auto asStarted = [&](auto options) {
        setOptions(options, values);
        options.out = file.toStdString();
        options.resume = true;
        return JobOptions(options);
    };
    const std::string& kind = run.provenance().kind;
    if (kind == kTrain) return asStarted(TrainOptions());
    if (kind == kQuantize) return asStarted(QuantizeOptions());
    return std::nullopt;
}

std::vector<Unfinished> findUnfinished(const QString& folder, const QStringList& files) {
    QStringList candidates = files;
    for (const QFileInfo& parts : QDir(folder).entryInfoList({"*.qsrun.parts"}, QDir::Dirs, QDir::Time))
        candidates << runFileOf(parts.absoluteFilePath());
    candidates.removeDuplicates();
    std::vector<Unfinished> found;
    for (const QString& file : candidates) {
        if (QFileInfo::exists(file) || !hasParts(file.toStdString()) || isBeingWritten(file)) continue;
        try {
            const auto run = RunFile::open(file.toStdString());
            const auto options = optionsToResume(*run, file);
            if (!options) continue;
            Unfinished unfinished{file, runName(*run), 0, run->provenance().blocks, *options};
            for (const LinearRecord& linear : run->linears()) unfinished.done = std::max<std::int64_t>(unfinished.done, linear.block + 1);
            if (isTraining(*options)) countSteps(*run, unfinished);
            found.push_back(std::move(unfinished));
        } catch (const Error&) {
            continue;  // not whole: it shows as unreadable once it is opened
        }
    }
    return found;
}

}  // namespace qs
