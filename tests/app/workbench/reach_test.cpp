// SPDX-License-Identifier: GPL-3.0-or-later
// Reach: names for screen readers, keyboard, themes, sizes, a complete German translation.
#include <gtest/gtest.h>

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAccessible>
#include <QApplication>
#include <QCheckBox>
#include <QDockWidget>
#include <QFile>
#include <QMenuBar>
#include <QProcess>
#include <QPushButton>
#include <QTranslator>
#include <cmath>

#include "app/language.h"
#include "app/notice_bar.h"
#include "app/settings_dialog.h"
#include "app/training_dialog.h"
#include "app/workbench/window_support.h"
#include "run/export_choice.h"

namespace qs {
namespace {

using testing::engineOf;
using testing::writeSmallRun;

struct ReachTest : testing::WindowTest {
    /// Every focusable widget below `root` has a name that a screen reader can say.
    static void expectNames(QWidget& root) {
        int seen = 0;
        for (QWidget* widget : root.findChildren<QWidget*>()) {
            if (!(widget->focusPolicy() & Qt::TabFocus) || !widget->isVisible()) continue;
            ++seen;
            QAccessibleInterface* face = QAccessible::queryAccessibleInterface(widget);
            ASSERT_NE(face, nullptr);
            EXPECT_FALSE(face->text(QAccessible::Name).isEmpty())
                << widget->metaObject()->className() << " in " << widget->parentWidget()->metaObject()->className();
            if (const auto* view = qobject_cast<QAbstractItemView*>(widget); view && view->model() && view->model()->rowCount() > 0) {
                EXPECT_FALSE(view->model()->index(0, 0).data(Qt::DisplayRole).toString().isEmpty())
                    << widget->accessibleName().toStdString();
            }
        }
        EXPECT_GT(seen, 0);
    }
    /// Names of values (gptq, f32) are the same in all languages.
    template <class Options>
    static void expectOptions(const QTranslator& words) {
        Options options;
        const OptionList list = describeOptions(options);
        for (const OptionField& field : list.fields())
            for (const std::string& text : {field.help, field.group, field.unit}) {
                EXPECT_TRUE(text.empty() || text == "%" || !words.translate("Options", text.c_str()).isEmpty())
                    << field.name << ": " << text;
            }
    }
    static double luminance(const QColor& c) {
        const auto linear = [](double v) { return v <= 0.03928 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
        return 0.2126 * linear(c.redF()) + 0.7152 * linear(c.greenF()) + 0.0722 * linear(c.blueF());
    }
    static double contrast(const QColor& a, const QColor& b) {
        const double x = luminance(a), y = luminance(b);
        return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
    }
};

TEST_F(ReachTest, EverythingThatTakesTheFocusHasAName) {
    MainWindow window(engineOf(writeSmallRun));
    window.show();
    expectNames(window);  // welcome
    fillIn(window);
    window.startJob();
    ASSERT_TRUE(QTest::qWaitFor([&] { return window.run() && window.run()->finished(); }, 60000));
    for (QDockWidget* dock : window.findChildren<QDockWidget*>()) dock->show(), dock->raise(), expectNames(*dock);
    window.notice().showFailure("Something failed", "why", {{"Do it", true, [] {}}});
    window.openPalette();
    expectNames(window);
    SettingsDialog dialog;
    dialog.setAttribute(Qt::WA_DeleteOnClose, false);
    dialog.show();
    expectNames(dialog);
    window.trainModel();
    auto* training = window.findChild<TrainingDialog*>();
    ASSERT_NE(training, nullptr);
    training->allOptions().click();
    expectNames(*training);
}

TEST_F(ReachTest, TheTabKeyReachesEveryPartAndComesBack) {
    MainWindow window(engineOf(writeSmallRun));
    window.show();
    window.activateWindow();
    QSet<QWidget*> reached;
    QWidget* at = &window;
    for (int step = 0; step < 5000; ++step) {
        at = at->nextInFocusChain();
        if (at == &window) break;
        if ((at->focusPolicy() & Qt::TabFocus) && at->isVisible()) reached << at;
    }
    for (const char* dock : {"dock-project", "dock-layers", "dock-method"}) {
        const QWidget* part = window.findChild<QDockWidget*>(dock);
        EXPECT_TRUE(std::any_of(reached.begin(), reached.end(), [&](QWidget* w) { return part->isAncestorOf(w); })) << dock;
    }
}

TEST_F(ReachTest, TextIsReadableInEveryTheme) {
    MainWindow window(engineOf(writeSmallRun));
    window.show();
    for (const auto& [kind, name] : EnumNames<ThemeKind>::values) {
        Settings settings;
        settings.theme = kind;
        window.applySettings(settings);
        const Theme& t = theme();
        for (const QColor& ground : {t.surface, t.raised, t.field}) {
            EXPECT_GE(contrast(t.ink, ground), 4.5) << name;
            EXPECT_GE(contrast(t.ink2, ground), 4.5) << name;
            EXPECT_GE(contrast(t.ink3, ground), 4.5) << name;
        }
        EXPECT_GE(contrast(t.onAccent, t.accent), 4.5) << name;
        EXPECT_GE(contrast(t.failure, t.surface), 4.5) << name;
        EXPECT_GE(contrast(t.warning, t.surface), 4.5) << name;
        if (t.highContrast) {
            EXPECT_GE(contrast(t.ink2, t.surface), 15) << name;
        }
    }
    window.applySettings({});
}

TEST_F(ReachTest, FitsFromSmallToLarge) {
    MainWindow window(engineOf(writeSmallRun));
    window.show();
    for (const QSize size : {QSize(1280, 720), QSize(1920, 1080), QSize(3840, 2160)}) {
        window.resize(size);
        window.resetLayout();
        QCoreApplication::processEvents();
        EXPECT_EQ(window.size(), size);
        EXPECT_EQ(window.grab().size(), size * window.devicePixelRatio());
    }
}

/// Brings a copy of the catalogue up to date with the sources: every text is in it, translated.
TEST_F(ReachTest, EveryTextOfTheSourcesHasAGermanOne) {
    const QString copy = QString::fromStdString((folder / "de.ts").string()), source = QStringLiteral(QS_SOURCE_DIR);
    ASSERT_TRUE(QFile::copy(source + "/resources/translations/quantoscope_de.ts", copy));
    ASSERT_TRUE(QFile::setPermissions(copy, QFile::ReadOwner | QFile::WriteOwner));
    QProcess update;
    update.setProcessChannelMode(QProcess::MergedChannels);
    update.start(QStringLiteral(QS_CMAKE),
                 {"-DLUPDATE=" QS_LUPDATE, "-DSOURCE=" + source, "-DWORK=" + QString::fromStdString((folder / "sources").string()),
                  "-DTS=" + copy, "-P", source + "/app/update_translations.cmake"});
    ASSERT_TRUE(update.waitForFinished(120000));
    ASSERT_EQ(update.exitCode(), 0) << update.readAll().toStdString();
    QFile file(copy);
    ASSERT_TRUE(file.open(QIODevice::ReadOnly));
    const QString words = QString::fromUtf8(file.readAll());
    EXPECT_GT(words.count("<message"), 600);
    EXPECT_TRUE(words.contains("<source>Options that differ</source>"));  // of a chart, inside text()
    for (const QString& message : words.split("<message"))
        EXPECT_FALSE(message.contains("type=\"unfinished\""))
            << "no German for <message" << message.toStdString() << "run the target update-translations and fill it in";
}

TEST_F(ReachTest, GermanIsCompleteAndUsed) {
    QTranslator words;
    ASSERT_TRUE(words.load(":/translations/quantoscope_de.qm"));
    expectOptions<Settings>(words);
    expectOptions<QuantizeOptions>(words);
    expectOptions<EvaluationOptions>(words);
    expectOptions<TrainOptions>(words);
    expectOptions<ExportChoice>(words);
    EXPECT_EQ(words.translate("Options", "full", "keep"), "alles");
    EXPECT_EQ(words.translate("Options", "full", "method"), "full");
    EXPECT_EQ(words.translate("Compare", "Options that differ"), "Optionen, die sich unterscheiden");
    QCoreApplication::installTranslator(&words);
    {
        MainWindow window(engineOf(writeSmallRun));
        EXPECT_EQ(window.menuBar()->actions().first()->text(), "&Datei");
        EXPECT_EQ(window.findChild<QDockWidget*>("dock-job")->windowTitle(), "Auftrag");
        EXPECT_EQ(window.method().form().editorOf("damp")->accessibleName(), QString::fromUtf8("Dämpfung"));
        window.show();
        EXPECT_EQ(window.method().startButton().text(), "Lauf starten");
    }
    QCoreApplication::removeTranslator(&words);
}

}  // namespace
}  // namespace qs
