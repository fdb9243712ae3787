// SPDX-License-Identifier: GPL-3.0-or-later
// A project: which models, texts and runs belong together, which run is looked at, and the options of the next one. A plain value.
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QList>
#include <QMap>
#include <QString>
#include <QStringList>

#include "views/selection.h"

namespace qs {

struct ProjectRun {
    QString file;  ///< absolute, of the whole run file even while only its parts exist
    QString name;  ///< given by a person; empty: named after its options
    bool operator==(const ProjectRun&) const = default;
};

/// A layer to come back to.
struct Pin {
    int block = -1;
    QString linear;  ///< checkpoint name; empty: the block
    bool operator==(const Pin&) const = default;
};

struct Project {
    QStringList models, texts;  ///< absolute paths
    QList<ProjectRun> runs;
    QString run, baseline;           ///< files of `runs`; empty: none
    QMap<QString, QString> options;  ///< of the next run, where they differ from the default
    QList<Pin> pins;
    QMap<QString, QJsonObject> views;  ///< settings of views by name in the catalogue, where a person changed them
    bool operator==(const Project&) const = default;

    bool empty() const { return *this == Project{}; }
    const ProjectRun* find(const QString& file) const;
    /// Adds what is not there yet; returns the absolute path.
    QString addRun(const QString& file);
    void addModel(const QString& path);
    void addText(const QString& path);
    /// Forgets a run, also as the one looked at and as the baseline. The file stays.
    void removeRun(const QString& file);
};

inline constexpr int kProjectVersion = 2;

/// JSON text of a project stored at `file`; paths below its folder are relative, so that both can be moved together.
QByteArray projectJson(const Project& project, const QString& file);
/// Reads the text of `file`, also of older versions. Throws Error naming the file: not JSON (with the byte), not a project, newer version.
Project readProject(const QByteArray& json, const QString& file);

/// Absolute path of the whole run file, whether `path` names it or its parts.
QString runFileOf(const QString& path);
}  // namespace qs
