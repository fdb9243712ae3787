// SPDX-License-Identifier: GPL-3.0-or-later
// Opens run files away from the window's thread. Requests that come while one is being read wait; of several, only the last one counts.
#pragma once

#include <QObject>
#include <functional>
#include <memory>
#include <optional>

#include "app/job_runner.h"
#include "run/run_file.h"

namespace qs {

class RunLoader : public QObject {
    Q_OBJECT
  public:
    explicit RunLoader(QObject* parent = nullptr);
    void open(const QString& path);
    bool busy() const { return m_runner.running() || m_next.has_value(); }

  signals:
    void opened(const QString& path, std::shared_ptr<const qs::RunFile> run);
    void failed(const QString& path, const QString& message);

  private:
    void begin(const QString& path);

    JobRunner m_runner;
    QString m_path;
    std::shared_ptr<std::shared_ptr<const RunFile>> m_result;  ///< written by the reading thread before it ends
    std::optional<QString> m_next;
};

}  // namespace qs
