// SPDX-License-Identifier: GPL-3.0-or-later
// What a report of a problem needs: versions, machine, how fluid the window was. Copyable; names no file of the person.
#pragma once

#include <QString>

class QWidget;

namespace qs {

class Watchdog;

/// Lines "name: value".
QString diagnosticsText(const Watchdog& watchdog);
/// A window with the same and a button to copy it; does not block.
QWidget* showAbout(QWidget* parent, const Watchdog& watchdog);

}  // namespace qs
