// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/project/project_model.h"

#include <QDir>
#include <QFileInfo>
#include <QLocale>
#include <algorithm>

#include "app/project/run_store.h"
#include "views/number_text.h"
#include "views/run_names.h"
#include "views/theme.h"

namespace qs {
namespace {

QString lastPart(QString path) {
    while (path.endsWith('/')) path.chop(1);
    return QFileInfo(path).fileName();
}

}  // namespace

QString displayName(const ProjectRun& run, const RunStore& store) {
    if (!run.name.isEmpty()) return run.name;
    const auto open = store.run(run.file);
    return open ? runName(*open) : QFileInfo(run.file).completeBaseName();
}

QString distinctName(const Project& project, const ProjectRun& run, const RunStore& store) {
    const QString name = displayName(run, store), base = QFileInfo(run.file).completeBaseName();
    bool twice = false, sameBase = false;
    for (const ProjectRun& other : project.runs) {
        if (other.file == run.file || displayName(other, store) != name) continue;
        twice = true;
        sameBase |= QFileInfo(other.file).completeBaseName() == base;
    }
    if (!twice) return name;
    return QStringLiteral("%1 (%2)").arg(name, sameBase ? QFileInfo(run.file).dir().dirName() + '/' + base : base);
}

ProjectModel::ProjectModel(RunStore& store, QObject* parent) : QAbstractItemModel(parent), m_store(store) {
    connect(&store, &RunStore::opened, this, [this] { refresh(); });
    connect(&store, &RunStore::failed, this, [this] { refresh(); });
    for (int g = 0; g < GroupCount; ++g) m_rows[g] = rowsOf(Group(g));
}

void ProjectModel::setProject(const Project& project) {
    m_project = project;
    refresh();
}

void ProjectModel::setJob(const QString& runFile, double fraction) {
    m_jobFile = runFile;
    m_jobFraction = fraction;
    refresh();
}

ProjectModel::Row ProjectModel::runRow(const ProjectRun& run) const {
    const RunStore::Entry entry = m_store.entry(run.file);
    Row row;
    row.name = distinctName(m_project, run, m_store);
    row.given = displayName(run, m_store);
    row.path = run.file;
    row.tip = run.file;
    row.icon = "curve";
    row.current = run.file == m_project.run;
    if (run.file == m_jobFile) {
        row.icon = "play";
        row.state = share(m_jobFraction);
    } else if (!entry.run) {
        row.state = entry.failure.isEmpty() ? tr("opening…") : tr("unreadable");
        if (!entry.failure.isEmpty()) row.icon = "failure", row.severity = 2, row.tip += '\n' + entry.failure;
    } else if (!entry.run->finished()) {
        int done = 0;
        for (const LinearRecord& linear : entry.run->linears()) done = std::max(done, linear.block + 1);
        for (const TagRecord& tag : entry.run->tags()) done = std::max(done, tag.block + 1);
        row.icon = entry.written ? "play" : "clock";
        row.state = tr("%1 of %2").arg(done).arg(entry.run->provenance().blocks);
        if (entry.run->provenance().kind == "train") row.state = entry.written ? tr("training") : tr("not finished");
        row.tip += '\n' + (entry.written ? tr("Another process is writing it; it is followed.") : tr("Not finished; it can be resumed."));
    } else {
        const auto& linears = entry.run->linears();
        const auto failed = std::count_if(linears.begin(), linears.end(), [](const LinearRecord& linear) { return linear.failed; });
        row.state = failed > 0 ? tr("%n failed", nullptr, static_cast<int>(failed)) : tr("finished");
        if (failed > 0) row.icon = "failure", row.severity = 2;
    }
    if (run.file == m_project.baseline) row.icon = "pin", row.state = tr("baseline");
    return row;
}

std::vector<ProjectModel::Row> ProjectModel::rowsOf(Group group) const {
    std::vector<Row> rows;
    const auto add = [&](const QString& path, const char* iconName) {
        Row row;
        row.name = lastPart(path), row.path = path, row.icon = QLatin1String(iconName), row.tip = path;
        if (!QFileInfo::exists(path)) row.state = tr("missing"), row.severity = 1, row.icon = "warning";
        row.current = m_project.options.value("model") == path || m_project.options.value("text") == path;
        rows.push_back(row);
    };
    if (group == Models)
        for (const QString& path : m_project.models) add(path, "model");
    if (group == Texts)
        for (const QString& path : m_project.texts) add(path, "text");
    if (group == Runs)
        for (const ProjectRun& run : m_project.runs) rows.push_back(runRow(run));
    if (group == Pins)
        for (const Pin& pin : m_project.pins) {
            Row row;
            row.name = pin.linear.isEmpty() ? tr("Block %1").arg(pin.block)
                                            : tr("Block %1, %2").arg(pin.block).arg(linearName(pin.linear.toStdString()));
            row.icon = "pin";
            rows.push_back(row);
        }
    if (rows.empty()) {
        Row none;
        none.name = group == Models ? tr("None open") : tr("None yet");
        none.placeholder = true;
        rows.push_back(none);
    }
    return rows;
}

/// Rows that stay keep their index; a group grows and shrinks at its end.
void ProjectModel::refresh() {
    for (int g = 0; g < GroupCount; ++g) {
        std::vector<Row> rows = rowsOf(Group(g));
        if (rows == m_rows[g]) continue;
        const QModelIndex group = index(g, 0);
        const int before = static_cast<int>(m_rows[g].size()), now = static_cast<int>(rows.size());
        if (now > before) {
            beginInsertRows(group, before, now - 1);
            m_rows[g].insert(m_rows[g].end(), rows.begin() + before, rows.end());
            endInsertRows();
        } else if (now < before) {
            beginRemoveRows(group, now, before - 1);
            m_rows[g].resize(rows.size());
            endRemoveRows();
        }
        m_rows[g] = std::move(rows);
        emit dataChanged(index(0, 0, group), index(now - 1, ColumnCount - 1, group));
    }
}

Pin ProjectModel::pinAt(const QModelIndex& index) const {
    const bool pinned = index.isValid() && index.internalId() == Pins + 1 && index.row() < m_project.pins.size();
    return pinned ? m_project.pins[index.row()] : Pin{};
}

QModelIndex ProjectModel::indexOf(const QString& runFile) const {
    for (std::size_t i = 0; i < m_rows[Runs].size(); ++i)
        if (!m_rows[Runs][i].placeholder && m_rows[Runs][i].path == runFile) return index(static_cast<int>(i), 0, index(Runs, 0));
    return {};
}

QModelIndex ProjectModel::index(int row, int column, const QModelIndex& parent) const {
    if (!hasIndex(row, column, parent)) return {};
    return createIndex(row, column, parent.isValid() ? quintptr(parent.row()) + 1 : quintptr(0));
}

QModelIndex ProjectModel::parent(const QModelIndex& child) const {
    if (!child.isValid() || child.internalId() == 0) return {};
    return createIndex(static_cast<int>(child.internalId()) - 1, 0, quintptr(0));
}

int ProjectModel::rowCount(const QModelIndex& parent) const {
    if (!parent.isValid()) return GroupCount;
    if (parent.internalId() != 0 || parent.column() > 0) return 0;
    return static_cast<int>(m_rows[parent.row()].size());
}

int ProjectModel::columnCount(const QModelIndex&) const { return ColumnCount; }

const ProjectModel::Row* ProjectModel::rowAt(const QModelIndex& index) const {
    if (!index.isValid() || index.internalId() == 0) return nullptr;
    const auto& rows = m_rows[index.internalId() - 1];
    return static_cast<std::size_t>(index.row()) < rows.size() ? &rows[static_cast<std::size_t>(index.row())] : nullptr;
}

QVariant ProjectModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const Row* row = rowAt(index);
    if (role == GroupRole) return row ? static_cast<int>(index.internalId()) - 1 : index.row();
    if (!row) {
        static const char* titles[] = {QT_TR_NOOP("Models"), QT_TR_NOOP("Calibration sets"), QT_TR_NOOP("Runs"),
                                       QT_TR_NOOP("Pinned layers")};
        if (role == Qt::DisplayRole && index.column() == NameColumn) return tr(titles[index.row()]);
        return {};
    }
    switch (role) {
        case Qt::DisplayRole: return index.column() == NameColumn ? row->name : row->state;
        case Qt::EditRole: return index.column() != NameColumn ? row->state : row->given.isEmpty() ? row->name : row->given;
        case Qt::ToolTipRole: return row->tip;
        case Qt::AccessibleTextRole:
            return index.column() == NameColumn && !row->state.isEmpty() ? row->name + ", " + row->state : row->name;
        case Qt::TextAlignmentRole: return int((index.column() == NameColumn ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
        case PathRole: return row->placeholder ? QString() : row->path;
        case IconRole: return row->icon;
        case SeverityRole: return row->severity;
        case CurrentRole: return row->current;
        default: return {};
    }
}

bool ProjectModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (role != Qt::EditRole || !(flags(index) & Qt::ItemIsEditable)) return false;
    emit renamed(rowAt(index)->path, value.toString().trimmed());
    return true;
}

Qt::ItemFlags ProjectModel::flags(const QModelIndex& index) const {
    if (!index.isValid()) return Qt::NoItemFlags;
    const Row* row = rowAt(index);
    if (!row) return Qt::ItemIsEnabled | Qt::ItemIsSelectable;
    if (row->placeholder) return Qt::ItemNeverHasChildren;
    Qt::ItemFlags flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
    if (index.internalId() == Runs + 1 && index.column() == NameColumn) flags |= Qt::ItemIsEditable;
    return flags;
}

}  // namespace qs
