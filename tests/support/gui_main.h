// SPDX-License-Identifier: GPL-3.0-or-later
// main() of the tests with widgets: no display, settings and data of the user untouched.
#pragma once

#include <gtest/gtest.h>

#include <QApplication>
#include <QLocale>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>

#include "views/theme.h"

namespace qs::testing {

inline int runGuiTests(int argc, char** argv) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    ::testing::InitGoogleTest(&argc, argv);
    QApplication app(argc, argv);
    QApplication::setOrganizationName("quantoscope-test");
    QApplication::setApplicationName("quantoscope-test");
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    QTemporaryDir settings;  // of this process alone: several test programs may run at the same time
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, settings.path());
    qputenv("XDG_DATA_HOME", settings.path().toUtf8());
    applyTheme(app, ThemeKind::Light);
    return RUN_ALL_TESTS();
}

}  // namespace qs::testing
