// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/project/session.h"

#include <QDir>
#include <QFileInfo>
#include <QSettings>
#include <QUndoCommand>
#include <utility>

#include "base/error.h"
#include "base/file.h"

namespace qs {
namespace {

constexpr int kAutosaveMilliseconds = 2000, kAgainMilliseconds = 30000;
constexpr int kUndoSteps = 200, kRecent = 10;
constexpr int kMerging = 1;  // id of steps that may join

}  // namespace

/// From one project to another: both are values, so that undo cannot miss a part.
class ProjectStep : public QUndoCommand {
  public:
    ProjectStep(ProjectSession& session, const QString& text, Project before, Project after, QString key)
        : QUndoCommand(text), m_session(session), m_before(std::move(before)), m_after(std::move(after)), m_key(std::move(key)) {}

    void undo() override { m_session.apply(m_before); }
    void redo() override { m_session.apply(m_after); }
    /// Makes an edit that is not a step of its own part of both states, so that undo keeps it.
    void amend(const std::function<void(Project&)>& edit) const {
        edit(m_before);
        edit(m_after);
    }
    int id() const override { return m_key.isEmpty() ? -1 : kMerging; }
    bool mergeWith(const QUndoCommand* other) override {
        const auto& next = *static_cast<const ProjectStep*>(other);
        if (next.m_key != m_key) return false;
        m_after = next.m_after;
        setObsolete(m_after == m_before);
        return true;
    }

  private:
    ProjectSession& m_session;
    mutable Project m_before, m_after;  ///< amended through the const access of QUndoStack
    QString m_key;
};

ProjectSession::ProjectSession(const QString& folder, QObject* parent) : QObject(parent), m_sessionFile(folder + "/session.qsproject") {
    QDir().mkpath(folder);
    m_lock = std::make_unique<QLockFile>(folder + "/session.lock");
    if (!m_lock->tryLock()) m_sessionFile.clear();
    m_history.setUndoLimit(kUndoSteps);
    m_autosave.setSingleShot(true);
    connect(&m_autosave, &QTimer::timeout, this, &ProjectSession::store);
    connect(&m_keeper, &TextKeeper::written, this, [this] {
        m_lastFailure.clear();
        emit fileChanged();
    });
    connect(&m_keeper, &TextKeeper::failed, this, [this](const QString& message) {
        if (!m_autosave.isActive()) m_autosave.start(kAgainMilliseconds);
        if (std::exchange(m_lastFailure, message) != message) emit failed(message);
    });
}

ProjectSession::~ProjectSession() { saveNow(); }

QString ProjectSession::target() const { return m_file.isEmpty() ? m_sessionFile : m_file; }

void ProjectSession::change(const QString& text, const std::function<void(Project&)>& edit, const QString& key) {
    Project after = m_project;
    edit(after);
    if (after != m_project) m_history.push(new ProjectStep(*this, text, m_project, after, key));
}

void ProjectSession::note(const std::function<void(Project&)>& edit) {
    Project after = m_project;
    edit(after);
    for (int step = 0; step < m_history.count(); ++step) static_cast<const ProjectStep*>(m_history.command(step))->amend(edit);
    if (after != m_project) apply(after);
}

void ProjectSession::apply(const Project& project) {
    m_project = project;
    m_autosave.start(kAutosaveMilliseconds);
    emit changed();
}

void ProjectSession::setFile(const QString& file) {
    m_file = file;
    QSettings settings;
    if (settings.value("session/project").toString() != file) settings.setValue("session/project", file);  // which waits for the disk
    if (!file.isEmpty()) remember(file);
    emit fileChanged();
}

void ProjectSession::startNew() {
    saveNow();
    setFile({});
    m_history.clear();
    apply({});
}

void ProjectSession::open(const QString& file) {
    const QString path = QFileInfo(file).absoluteFilePath();
    const Project project = readProject(QByteArray::fromStdString(readText(path.toStdString())), path);
    saveNow();
    setFile(path);
    m_history.clear();
    apply(project);
}

void ProjectSession::saveAs(const QString& file) {
    const QString path = QFileInfo(file).absoluteFilePath();
    m_keeper.flush();  // an older state must not come behind this one
    writeText(path.toStdString(), projectJson(m_project, path).toStdString());
    m_autosave.stop();
    m_lastFailure.clear();
    setFile(path);
}

void ProjectSession::restore() {
    const QString named = QSettings().value("session/project").toString();
    const QString file = !named.isEmpty() && QFileInfo::exists(named) ? named : m_sessionFile;
    if (file.isEmpty() || !QFileInfo::exists(file)) return;
    try {
        const Project project = readProject(QByteArray::fromStdString(readText(file.toStdString())), file);
        if (file == named) m_file = named;
        apply(project);
        m_autosave.stop();
        emit fileChanged();
    } catch (const Error& error) {
        emit failed(QString::fromStdString(error.what()));
    }
}

void ProjectSession::saveNow() {
    if (m_autosave.isActive()) store();
    m_keeper.flush();
}

/// Called by the timer when it has stopped.
void ProjectSession::store() {
    m_autosave.stop();
    if (target().isEmpty()) return emit fileChanged();
    m_keeper.put(target(), projectJson(m_project, target()).toStdString());
}

QStringList ProjectSession::recent() { return QSettings().value("recent/files").toStringList(); }

void ProjectSession::remember(const QString& file) {
    QStringList files = recent();
    files.removeAll(file);
    files.prepend(file);
    while (files.size() > kRecent) files.removeLast();
    QSettings().setValue("recent/files", files);
}

}  // namespace qs
