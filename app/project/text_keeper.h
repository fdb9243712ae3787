// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps a text in a file: written in another thread, because a disk that a job writes to may let a window wait for long. Of several
// texts that wait only the newest is written; none is lost at the end.
#pragma once

#include <QObject>
#include <QString>
#include <memory>
#include <string>

#include "app/jobs/job_runner.h"

namespace qs {

class TextKeeper : public QObject {
    Q_OBJECT
  public:
    explicit TextKeeper(QObject* parent = nullptr);
    /// Writes what waits.
    ~TextKeeper() override;

    /// Puts `text` into `file` soon: written() or failed() follows. An empty text removes the file.
    void put(const QString& file, const std::string& text);
    /// Does here and now what put() left to do; written() or failed() has come when it returns.
    void flush();
    bool busy() const { return m_told != m_newest.number; }

  signals:
    void written();
    void failed(const QString& message);

  private:
    struct Text {
        int number = 0;
        std::string file, text;
    };
    struct Disk;
    static void write(Disk& disk, const Text& text);
    void begin();
    void tell();

    Text m_newest;
    int m_told = 0;  ///< number of the text whose end was told last
    std::shared_ptr<Disk> m_disk;
    JobRunner m_writer;
};

}  // namespace qs
