// SPDX-License-Identifier: GPL-3.0-or-later
// The open project with its history (undo, redo) and its file. Every change is one undoable step and is on disk two seconds later:
// in the project's file, or in the session file of the program while it has none.
#pragma once

#include <QLockFile>
#include <QObject>
#include <QTimer>
#include <QUndoStack>
#include <functional>
#include <memory>

#include "app/project/project.h"
#include "app/project/text_keeper.h"

namespace qs {

class ProjectSession : public QObject {
    Q_OBJECT
  public:
    /// `folder` holds the session file; created if missing. Another program that uses the folder keeps it: this session is not stored then.
    explicit ProjectSession(const QString& folder, QObject* parent = nullptr);
    ~ProjectSession() override;

    const Project& project() const { return m_project; }
    const QString& file() const { return m_file; }  ///< empty: not saved under a name
    QUndoStack& history() { return m_history; }
    bool keeps() const { return !target().isEmpty(); }  ///< false: another program keeps the session, and this one has no file
    bool saved() const { return !m_autosave.isActive() && !m_keeper.busy(); }  ///< not after a failure: it is tried again

    /// One undoable step. Steps with the same `key` in a row become one (typing into a field).
    void change(const QString& text, const std::function<void(Project&)>& edit, const QString& key = {});
    /// What a job or the start adds: no step of its own, and undoing others keeps it. `edit` must be harmless when repeated.
    void note(const std::function<void(Project&)>& edit);

    void startNew();
    /// Throws Error naming the file and the cause; the open project stays.
    void open(const QString& file);
    /// Throws Error if it cannot be written; the project stays open under its old name.
    void saveAs(const QString& file);
    /// What was open when the program ended; nothing if that cannot be read (failed() says why).
    void restore();
    /// On disk when this returns; else failed() said why.
    void saveNow();

    static QStringList recent();
    static void remember(const QString& file);

  signals:
    void changed();
    void fileChanged();
    void failed(const QString& message);

  private:
    friend class ProjectStep;
    void apply(const Project& project);
    void setFile(const QString& file);
    QString target() const;
    void store();

    QString m_sessionFile, m_file;
    std::unique_ptr<QLockFile> m_lock;
    Project m_project;
    QUndoStack m_history;
    QTimer m_autosave;
    TextKeeper m_keeper;
    QString m_lastFailure;  ///< said once, not at every try
};

}  // namespace qs
