// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/jobs/job_models.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include "views/number_text.h"
#include "views/theme.h"

namespace qs {
namespace {

const char* iconOf(const Job& job) {
    switch (job.state) {
        case JobState::Waiting: return "clock";
        case JobState::Running:
        case JobState::Stopping: return "play";
        case JobState::Paused: return "pause";
        case JobState::Stopped: return "stop";
        case JobState::Failed: return "failure";
        case JobState::Done: return "done";
    }
    return "clock";
}

}  // namespace

QString stateText(const Job& job) {
    switch (job.state) {
        case JobState::Waiting: return QCoreApplication::translate("JobState", "waiting");
        case JobState::Running: return share(job.progress.fraction);
        case JobState::Stopping: return QCoreApplication::translate("JobState", "stopping");
        case JobState::Paused: return QCoreApplication::translate("JobState", "paused");
        case JobState::Stopped: return QCoreApplication::translate("JobState", "stopped");
        case JobState::Failed: return QCoreApplication::translate("JobState", "failed");
        case JobState::Done: return QCoreApplication::translate("JobState", "done");
    }
    return {};
}

QString trainingStageText(const QString& stage) {
    const auto words = [](const char* source) { return QCoreApplication::translate("TrainingStage", source); };
    static const QRegularExpression step(QStringLiteral("^(.+) · step (\\d+) of (\\d+) · loss (\\S+)(?: · (\\S+) bits)?$"));
    static const QRegularExpression measuring(QStringLiteral("^(.+) · measuring( costs)?$"));
    if (const auto parts = step.match(stage); parts.hasMatch()) {
        const QString bits =
            parts.captured(5).isEmpty() ? QString() : words(QT_TRANSLATE_NOOP("TrainingStage", " · %1 bits")).arg(parts.captured(5));
        return words(QT_TRANSLATE_NOOP("TrainingStage", "step %1 of %2 · loss %3"))
                   .arg(parts.captured(2), parts.captured(3), parts.captured(4)) +
               bits + QStringLiteral(" · ") + parts.captured(1);
    }
    if (const auto parts = measuring.match(stage); parts.hasMatch())
        return (parts.captured(2).isEmpty() ? words(QT_TRANSLATE_NOOP("TrainingStage", "measuring %1"))
                                            : words(QT_TRANSLATE_NOOP("TrainingStage", "measuring the costs of %1")))
            .arg(parts.captured(1));
    if (stage == QLatin1String("opening model and data")) return words(QT_TRANSLATE_NOOP("TrainingStage", "opening model and data"));
    if (stage == QLatin1String("writing the result")) return words(QT_TRANSLATE_NOOP("TrainingStage", "writing the result"));
    return stage;
}

JobListModel::JobListModel(const JobQueue& queue, QObject* parent) : QAbstractListModel(parent), m_queue(queue) {
    connect(&queue, &JobQueue::changed, this, &JobListModel::refresh);
    connect(&queue, &JobQueue::progressed, this, [this] {
        if (!m_ids.empty()) emit dataChanged(index(0), index(rowCount() - 1), {Qt::DisplayRole, StateRole});
    });
    refresh();
}

void JobListModel::refresh() {
    std::vector<int> ids;
    for (const auto& job : m_queue.jobs()) ids.push_back(job->id);
    if (ids != m_ids) {
        beginResetModel();
        m_ids = std::move(ids);
        endResetModel();
    } else if (!m_ids.empty()) {
        emit dataChanged(index(0), index(rowCount() - 1));
    }
}

int JobListModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_ids.size()); }

QVariant JobListModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const Job* job = m_queue.find(m_ids[static_cast<std::size_t>(index.row())]);
    if (!job) return {};
    switch (role) {
        case Qt::DisplayRole: return job->name;
        case Qt::ToolTipRole: return runFileOf(job->options);
        case Qt::AccessibleTextRole: return job->name + ", " + stateText(*job);
        case IdRole: return job->id;
        case IconRole: return QLatin1String(iconOf(*job));
        case StateRole: return stateText(*job);
        default: return {};
    }
}

JobLogModel::JobLogModel(const JobQueue& queue, QObject* parent) : QAbstractListModel(parent), m_queue(queue) {
    connect(&queue, &JobQueue::logged, this, &JobLogModel::refresh);
    connect(&queue, &JobQueue::changed, this, &JobLogModel::refresh);
}

void JobLogModel::refresh() {
    const Job* job = m_queue.current();
    const std::size_t now = job ? job->log.size() : 0;
    const bool grown = job && job->id == m_job && now == m_lines.size() + 1 && now > 0;
    if (job && job->id == m_job && now == m_lines.size() && (now == 0 || m_lines.back().text == job->log.back().text)) return;
    if (grown) {
        beginInsertRows({}, 0, 0);
        m_lines.push_back(job->log.back());
        return endInsertRows();
    }
    beginResetModel();
    m_job = job ? job->id : 0;
    m_lines = job ? job->log : std::vector<JobLogLine>{};
    endResetModel();
}

int JobLogModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_lines.size()); }

QVariant JobLogModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const JobLogLine& line = m_lines[m_lines.size() - 1 - static_cast<std::size_t>(index.row())];
    const int seconds = static_cast<int>(line.seconds);
    switch (role) {
        case Qt::DisplayRole: return QStringLiteral("%1:%2  %3").arg(seconds / 60).arg(seconds % 60, 2, 10, QChar('0')).arg(line.text);
        case Qt::ToolTipRole: return line.text;
        case SeverityRole: return static_cast<int>(line.severity);
        case IconRole:
            return line.severity == Severity::Failure   ? "failure"
                   : line.severity == Severity::Warning ? "warning"
                   : line.block                         ? "done"
                                                        : "information";
        case Qt::DecorationRole: {
            const Theme& t = theme();
            const QColor colour = line.severity == Severity::Failure ? t.failure : line.severity == Severity::Warning ? t.warning : t.ink2;
            return icon(data(index, IconRole).toString(), colour);
        }
        default: return {};
    }
}

}  // namespace qs
