// SPDX-License-Identifier: GPL-3.0-or-later
// Work away from the window's thread for a view: of several requests that wait only the latest is done, and its result arrives as a call in
// the thread of this object. What crosses are values.
#pragma once

#include <QObject>
#include <functional>
#include <memory>
#include <string>

#include "base/job.h"

namespace qs {

struct ViewInput;

/// Two inputs with the same key draw the same.
std::string inputKey(const ViewInput& input);

class Background : public QObject {
    Q_OBJECT
  public:
    /// What the work returns runs in the thread of this object, unless a later request or clear() came in between.
    using Deliver = std::function<void()>;
    using Work = std::function<Deliver(JobContext&)>;

    explicit Background(QObject* parent = nullptr);
    /// Stops what runs and waits for it.
    ~Background() override;

    /// Replaces what waits. What runs is finished first, so that results keep coming during a drag; `urgent` stops it.
    void request(Work work, bool urgent = false);
    /// Drops what waits and what runs; nothing of either arrives.
    void clear();
    bool busy() const { return m_pending > 0; }

  signals:
    void busyChanged(bool busy);
    void failed(const QString& message);  ///< the work threw

  private:
    struct Worker;
    void arrived(int number, const Deliver& deliver, const QString& error);

    std::shared_ptr<Worker> m_worker;
    int m_number = 0, m_cleared = 0, m_pending = 0;
};

}  // namespace qs
