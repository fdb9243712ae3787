// SPDX-License-Identifier: GPL-3.0-or-later
// The project as a tree: models, calibration sets, runs with their state, pinned layers.
#pragma once

#include <QAbstractItemModel>
#include <vector>

#include "app/project/project.h"

namespace qs {

class RunStore;

class ProjectModel : public QAbstractItemModel {
    Q_OBJECT
  public:
    enum Group { Models, Texts, Runs, Pins, GroupCount };
    enum Column { NameColumn, StateColumn, ColumnCount };
    enum Role { PathRole = Qt::UserRole, GroupRole, IconRole, SeverityRole, CurrentRole };

    explicit ProjectModel(RunStore& store, QObject* parent = nullptr);
    void setProject(const Project& project);
    /// Of the job that is running now, shown at its run; empty file: none.
    void setJob(const QString& runFile, double fraction);
    /// The pin of a row of pinned layers.
    Pin pinAt(const QModelIndex& index) const;
    QModelIndex indexOf(const QString& runFile) const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& child) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

  signals:
    /// A person gave a run another name; the model shows it once the project says so.
    void renamed(const QString& runFile, const QString& name);

  private:
    struct Row {
        QString name, state, icon, path, tip;
        QString given = {};  ///< what a person edits, where `name` tells runs of one name apart
        int severity = 0;
        bool current = false, placeholder = false;
        bool operator==(const Row&) const = default;
    };
    std::vector<Row> rowsOf(Group group) const;
    Row runRow(const ProjectRun& run) const;
    void refresh();
    const Row* rowAt(const QModelIndex& index) const;

    RunStore& m_store;
    Project m_project;
    QString m_jobFile;
    double m_jobFraction = 0;
    std::vector<Row> m_rows[GroupCount];
};

/// Name of a run of the project: the given one, else after its options, else the file's.
QString displayName(const ProjectRun& run, const RunStore& store);
/// The same, with the file (and its folder) behind it where another run of the project has the same name.
QString distinctName(const Project& project, const ProjectRun& run, const RunStore& store);

}  // namespace qs
