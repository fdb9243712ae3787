// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/figure_writer.h"

#include <QFileInfo>
#include <functional>
#include <memory>

#include "views/plot/figure_export.h"

namespace qs {

FigureWriter::FigureWriter(QObject* parent) : QObject(parent) { m_pool.setMaxThreadCount(1); }

FigureWriter::~FigureWriter() { m_pool.waitForDone(); }

void FigureWriter::write(const ViewEntry& view, const ViewInput& input, const QString& path) {
    auto figure = std::make_shared<std::optional<Figure>>();
    away([figure, &view, input, path] { *figure = prepareFigureFile(view, input, path); },
         [this, figure, path] { *figure ? draw((*figure)->chart, path) : emit written(path); });
}

void FigureWriter::draw(const Chart& chart, const QString& path) {
    if (QFileInfo(path).suffix().toLower() == "png")
        return away([record = recordFigure(chart), path] { writeFigure(record, path, figureScale(path)); },
                    [this, path] { emit written(path); });
    try {
        writeFigure(chart, path);
        emit written(path);
    } catch (const std::exception& error) {
        emit failed(QString::fromStdString(error.what()));
    }
}

void FigureWriter::away(std::function<void()> work, std::function<void()> next) {
    m_pool.start([this, work = std::move(work), next = std::move(next)] {
        QString failure;
        try {
            work();
        } catch (const std::exception& error) {
            failure = QString::fromStdString(error.what());
        }
        QMetaObject::invokeMethod(
            this, [this, next, failure] { failure.isEmpty() ? next() : emit failed(failure); }, Qt::QueuedConnection);
    });
}

}  // namespace qs
