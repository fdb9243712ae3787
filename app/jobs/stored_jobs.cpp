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
#include "views/run_names.h"

namespace qs {

QStringList setOptions(QuantizeOptions& options, const QMap<QString, QString>& values) {
    QStringList refused;
    const OptionList list = describeOptions(options);
    for (auto it = values.begin(); it != values.end(); ++it) try {
            list.set(it.key().toStdString(), it.value().toStdString());
        } catch (const Error&) {
            refused << it.key();
        }
    return refused;
}

QMap<QString, QString> optionValues(QuantizeOptions options, bool changedOnly) {
    QMap<QString, QString> values;
    QuantizeOptions untouched;
    const OptionList list = describeOptions(options), defaults = describeOptions(untouched);
    for (std::size_t i = 0; i < list.fields().size(); ++i) {
        const OptionField& field = list.fields()[i];
        if (!changedOnly || field.get() != defaults.fields()[i].get())
            values[QString::fromStdString(field.name)] = QString::fromStdString(field.get());
    }
    return values;
}

QByteArray waitingJobsJson(const JobQueue& queue) {
    QJsonArray jobs;
    for (const auto& job : queue.jobs()) {
        if (job->state != JobState::Waiting) continue;
        QJsonObject options;
        const auto values = optionValues(job->options, true);
        for (auto it = values.begin(); it != values.end(); ++it) options[it.key()] = it.value();
        jobs.append(QJsonObject{{"name", job->name}, {"options", options}});
    }
    return QJsonDocument(jobs).toJson();
}

std::vector<StoredJob> readWaitingJobs(const QByteArray& json) {
    std::vector<StoredJob> jobs;
    for (const auto& value : QJsonDocument::fromJson(json).array()) {
        StoredJob job;
        job.name = value.toObject()["name"].toString();
        QMap<QString, QString> values;
        const QJsonObject options = value.toObject()["options"].toObject();
        for (auto it = options.begin(); it != options.end(); ++it) values[it.key()] = it.value().toString();
        const bool understood = setOptions(job.options, values).isEmpty() && !values.isEmpty();
        if (understood) jobs.push_back(std::move(job));
    }
    return jobs;
}

QuantizeOptions optionsToResume(const RunFile& run, const QString& file) {
    QMap<QString, QString> values;
    for (const auto& [name, value] : run.provenance().options) values[QString::fromStdString(name)] = QString::fromStdString(value);
    QuantizeOptions options;
    setOptions(options, values);
    options.out = file.toStdString();
    options.resume = true;
    return options;
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
            if (run->provenance().kind != "quantize") continue;
            Unfinished unfinished;
            unfinished.file = file;
            unfinished.name = runName(*run);
            unfinished.blocks = run->provenance().blocks;
            for (const LinearRecord& linear : run->linears()) unfinished.done = std::max(unfinished.done, linear.block + 1);
            unfinished.options = optionsToResume(*run, file);
            found.push_back(std::move(unfinished));
        } catch (const Error&) {
            continue;  // not whole: it shows as unreadable once it is opened
        }
    }
    return found;
}

}  // namespace qs
