// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/screenshot.h"

#include <QApplication>
#include <QPixmap>
#include <QTimer>

#include "app/main_window.h"

namespace qs {

void takeScreenshot(MainWindow& window, const ScreenshotRequest& request) {
    const QStringList size = QString::fromStdString(request.size).split('x');
    if (size.size() == 2) window.resize(size[0].toInt(), size[1].toInt());
    window.resetLayout();
    auto* timer = new QTimer(&window);
    QObject::connect(timer, &QTimer::timeout, &window, [timer, &window, request] {
        if (window.loading() || window.runner().running()) return;
        timer->stop();
        QTimer::singleShot(request.delay, &window, [&window, request] {
            if (QWidget* focused = window.focusWidget()) focused->clearFocus();
            const bool saved = window.grab().save(QString::fromStdString(request.file), "PNG");
            QApplication::exit(saved ? 0 : 1);
        });
    });
    timer->start(100);
}

}  // namespace qs
