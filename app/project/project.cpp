// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/project/project.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>
#include <functional>

#include "base/error.h"

namespace qs {
namespace {

constexpr const char* kKey = "quantoscope-project";

QString absolute(const QString& path) { return QDir::cleanPath(QFileInfo(path).absoluteFilePath()); }

/// Version 1 listed runs as plain paths, without names.
QJsonObject fromVersion1(QJsonObject json) {
    QJsonArray runs;
    for (const auto& run : json["runs"].toArray()) runs.append(QJsonObject{{"file", run}});
    json["runs"] = runs;
    return json;
}

QStringList paths(const QJsonValue& list, const QDir& folder) {
    QStringList result;
    for (const auto& item : list.toArray())
        if (!item.toString().isEmpty()) result << QDir::cleanPath(folder.absoluteFilePath(item.toString()));
    return result;
}

QJsonArray pathList(const QStringList& paths, const std::function<QString(const QString&)>& stored) {
    QJsonArray result;
    for (const QString& path : paths) result.append(stored(path));
    return result;
}

}  // namespace

QString runFileOf(const QString& path) {
    QString whole = absolute(path);
    if (whole.endsWith(".parts")) whole.chop(6);
    return whole;
}

const ProjectRun* Project::find(const QString& file) const {
    const auto found = std::find_if(runs.begin(), runs.end(), [&](const ProjectRun& candidate) { return candidate.file == file; });
    return found == runs.end() ? nullptr : &*found;
}

QString Project::addRun(const QString& file) {
    const QString whole = runFileOf(file);
    if (!find(whole)) runs.append({whole, {}});
    return whole;
}

void Project::addModel(const QString& path) {
    if (!path.isEmpty() && !models.contains(absolute(path))) models << absolute(path);
}

void Project::addText(const QString& path) {
    if (!path.isEmpty() && !texts.contains(absolute(path))) texts << absolute(path);
}

void Project::removeRun(const QString& file) {
    runs.removeIf([&](const ProjectRun& candidate) { return candidate.file == file; });
    if (run == file) run.clear();
    if (baseline == file) baseline.clear();
}

QByteArray projectJson(const Project& project, const QString& file) {
    const QDir folder(QFileInfo(file).absolutePath());
    const auto stored = [&](const QString& path) {
        const QString relative = folder.relativeFilePath(path);
        return path.isEmpty() || relative.startsWith("..") ? path : relative;
    };
    QJsonArray runs, pins;
    for (const ProjectRun& run : project.runs) {
        QJsonObject entry{{"file", stored(run.file)}};
        if (!run.name.isEmpty()) entry["name"] = run.name;
        runs.append(entry);
    }
    for (const Pin& pin : project.pins) pins.append(QJsonObject{{"block", pin.block}, {"linear", pin.linear}});
    QJsonObject options;
    for (auto it = project.options.begin(); it != project.options.end(); ++it) options[it.key()] = it.value();
    QJsonObject views;
    for (auto it = project.views.begin(); it != project.views.end(); ++it) views[it.key()] = it.value();
    const QJsonObject json{{kKey, kProjectVersion},
                           {"models", pathList(project.models, stored)},
                           {"texts", pathList(project.texts, stored)},
                           {"runs", runs},
                           {"run", stored(project.run)},
                           {"baseline", stored(project.baseline)},
                           {"options", options},
                           {"pins", pins},
                           {"views", views}};
    return QJsonDocument(json).toJson();
}

Project readProject(const QByteArray& text, const QString& file) {
    const std::string name = file.toStdString();
    QJsonParseError error;
    QJsonObject json = QJsonDocument::fromJson(text, &error).object();
    if (error.error != QJsonParseError::NoError)
        throw Error(name + ": is not JSON: " + error.errorString().toStdString() + " at byte " + std::to_string(error.offset) +
                    "; open another project or start a new one");
    const int version = json[kKey].toInt();
    if (version < 1) throw Error(name + ": is not a project of Quantoscope (\"" + kKey + "\" is missing)");
    if (version > kProjectVersion)
        throw Error(name + ": was written by a newer program (project version " + std::to_string(version) + ", this program reads up to " +
                    std::to_string(kProjectVersion) + "); update Quantoscope to open it");
    if (version == 1) json = fromVersion1(json);
    const QDir folder(QFileInfo(file).absolutePath());
    Project project;
    project.models = paths(json["models"], folder);
    project.texts = paths(json["texts"], folder);
    for (const auto& value : json["runs"].toArray()) {
        const QJsonObject run = value.toObject();
        if (!run["file"].toString().isEmpty())
            project.runs.append({QDir::cleanPath(folder.absoluteFilePath(run["file"].toString())), run["name"].toString()});
    }
    const auto known = [&](const QString& key) {
        const QString path = json[key].toString();
        const QString whole = path.isEmpty() ? path : QDir::cleanPath(folder.absoluteFilePath(path));
        return project.find(whole) ? whole : QString();
    };
    project.run = known("run");
    project.baseline = known("baseline");
    const QJsonObject options = json["options"].toObject();
    for (auto it = options.begin(); it != options.end(); ++it) project.options[it.key()] = it.value().toString();
    for (const auto& value : json["pins"].toArray()) {
        const QJsonObject pin = value.toObject();
        project.pins.append({pin["block"].toInt(-1), pin["linear"].toString()});
    }
    const QJsonObject views = json["views"].toObject();
    for (auto it = views.begin(); it != views.end(); ++it) project.views[it.key()] = it.value().toObject();
    return project;
}

}  // namespace qs
