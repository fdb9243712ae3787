// SPDX-License-Identifier: GPL-3.0-or-later
// Writes figures while the window goes on: numbers are read and pixels painted in another thread, only the plot itself, which is made of
// widgets, is built in that of the window.
#pragma once

#include <QObject>
#include <QThreadPool>

#include "app/figure.h"

namespace qs {

class FigureWriter : public QObject {
    Q_OBJECT
  public:
    explicit FigureWriter(QObject* parent = nullptr);
    /// Waits for what is being written.
    ~FigureWriter() override;

    /// As writeFigureFile(); several are written one after another.
    void write(const ViewEntry& view, const ViewInput& input, const QString& path);

  signals:
    void written(const QString& path);
    void failed(const QString& message);

  private:
    void draw(const Chart& chart, const QString& path);
    /// Runs `work` in the other thread; then `next` in that of this object, or the failure.
    void away(std::function<void()> work, std::function<void()> next);

    QThreadPool m_pool;
};

}  // namespace qs
