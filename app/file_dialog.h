// SPDX-License-Identifier: GPL-3.0-or-later
// File dialogs that do not block the window: a job keeps reporting and its buttons keep working.
#pragma once

#include <QString>
#include <QStringList>
#include <functional>

class QWidget;

namespace qs {

enum class FileChoice { Open, OpenMany, Folder, Save };

/// Shows a dialog, where a file is saved with a name to begin with, and calls `chosen` with what was picked; not at all if the person
/// cancels. Returns at once.
void chooseFile(QWidget* parent, FileChoice choice, const QString& title, const QString& filter,
                std::function<void(const QStringList&)> chosen, const QString& name = {});

}  // namespace qs
