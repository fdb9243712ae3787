// SPDX-License-Identifier: GPL-3.0-or-later
// A monkey at the window: random keys, clicks, drags, wheels and actions while jobs run, fail and end. Nothing may crash or hang.
// QS_MONKEY_SECONDS=1800 for the long one; QS_MONKEY_SEED repeats one.
#include <gtest/gtest.h>

#include <QAction>
#include <QApplication>
#include <QDialog>
#include <QElapsedTimer>
#include <QMenu>
#include <QPushButton>
#include <QTimer>
#include <QWheelEvent>
#include <random>
#include <string>
#include <thread>

#include "app/workbench/window_support.h"
#include "base/error.h"
#include "support/memory.h"

namespace qs {
namespace {

using namespace std::chrono_literals;
using testing::writeSmallRun;

/// Actions that would end the test or leave the program.
bool tame(const QString& text) {
    for (const char* word : {"Quit", "Choose", "Open &", "Save project", "Export", "&Close", "recent"})
        if (text.contains(word)) return false;
    return true;
}

struct Monkey {
    MainWindow& window;
    std::mt19937 random;
    int below(int n) { return n > 0 ? static_cast<int>(random() % static_cast<unsigned>(n)) : 0; }

    QWidget* somewhere() {
        const auto all = window.findChildren<QWidget*>();
        QWidget* widget = all[below(static_cast<int>(all.size()))];
        const bool chooser = qobject_cast<QPushButton*>(widget) && !tame(static_cast<QPushButton*>(widget)->text());
        return widget->isVisible() && !chooser && widget->window() == &window ? widget : nullptr;
    }
    void act() {
        const auto actions = window.findChildren<QAction*>();
        QAction* action = actions[below(static_cast<int>(actions.size()))];
        if (!action->isEnabled() || action->menu() || !tame(action->text())) return;
        window.watchdog().note("action " + action->text());
        action->trigger();
    }
    void step() {
        QWidget* widget = somewhere();
        if (!widget) return;
        const QPoint at(below(widget->width()), below(widget->height()));
        const int kind = below(8);
        window.watchdog().note(
            QStringLiteral("input %1 at %2 %3").arg(kind).arg(widget->metaObject()->className(), widget->accessibleName()));
        switch (kind) {
            case 0:
            case 1: QTest::mouseClick(widget, Qt::LeftButton, {}, at); break;
            case 2: QTest::mouseDClick(widget, Qt::LeftButton, {}, at); break;
            case 3: {
                QTest::mousePress(widget, Qt::LeftButton, {}, at);
                QTest::mouseMove(widget, QPoint(below(widget->width()), below(widget->height())));
                QTest::mouseRelease(widget, Qt::LeftButton, {}, QPoint(below(widget->width()), below(widget->height())));
                break;
            }
            case 4: {
                QWheelEvent wheel(at, widget->mapToGlobal(at), {}, QPoint(0, below(2) ? 120 : -120), {}, {}, Qt::NoScrollPhase, false);
                QCoreApplication::sendEvent(widget, &wheel);
                break;
            }
            case 5: {
                static constexpr Qt::Key keys[] = {Qt::Key_Tab,       Qt::Key_Down,  Qt::Key_Up,     Qt::Key_Left, Qt::Key_Right,
                                                   Qt::Key_Escape,    Qt::Key_Plus,  Qt::Key_0,      Qt::Key_9,    Qt::Key_A,
                                                   Qt::Key_Backspace, Qt::Key_Space, Qt::Key_Delete, Qt::Key_F2};
                QTest::keyClick(widget, keys[below(std::size(keys))]);
                break;
            }
            case 6: act(); break;
            default: window.resize(1000 + below(1200), 640 + below(700));
        }
        if (QWidget* popup = QApplication::activePopupWidget()) popup->close();
        for (QWidget* other : QApplication::topLevelWidgets())
            if (qobject_cast<QDialog*>(other) && other->isVisible()) other->close();
    }
};

/// At one size of the window: the pictures of a larger one are no leak.
std::string memoryAtRest(MainWindow& window) {
    window.resize(1280, 800);
    for (int i = 0; i < 5; ++i) QTest::qWait(20);
    malloc_trim(0);
    return testing::memoryText() + ", " + std::to_string(window.findChildren<QObject*>().size()) + " objects";
}

using MonkeyTest = testing::WindowTest;

TEST_F(MonkeyTest, RandomInputBreaksNothing) {
    const int seconds = qEnvironmentVariableIsSet("QS_MONKEY_SECONDS") ? qEnvironmentVariableIntValue("QS_MONKEY_SECONDS") : 4;
    const auto seed = static_cast<unsigned>(qEnvironmentVariableIntValue("QS_MONKEY_SEED"));
    std::atomic<int> jobs{0};
    Engine engine = testing::engineOf([&](const QuantizeOptions& options, JobContext& context) {
        const int job = ++jobs;
        for (int i = 0; i < 20; ++i) context.check(), std::this_thread::sleep_for(2ms);
        if (job % 4 == 0) throw Error("block 1, up_proj: not positive definite; raise --damp");
        QuantizeOptions anew = options;
        anew.resume = false;
        writeSmallRun(anew, context);
    });
    engine.train = [&](const TrainOptions& options, JobContext& context) {
        ++jobs;
        testing::writeTrainingCourse(options, context);
    };
    MainWindow window(engine);
    window.show();
    fillIn(window);
    window.startJob();
    Monkey monkey{window, std::mt19937(seed)};
    QTimer closer;  // menus of tool buttons run an event loop of their own until something closes them
    QObject::connect(&closer, &QTimer::timeout, [] {
        if (QWidget* popup = QApplication::activePopupWidget()) popup->close();
        else if (QWidget* modal = QApplication::activeModalWidget()) modal->close();
    });
    closer.start(20);
    QElapsedTimer clock;
    clock.start();
    int steps = 0, minutes = 0;
    for (; clock.elapsed() < 1000 * seconds; ++steps) {
        monkey.step();
        QCoreApplication::processEvents(QEventLoop::AllEvents, 5);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);  // else closed dialogs stay until an event loop runs
        if (!window.isVisible()) window.show();
        if (clock.elapsed() >= 60000 * minutes) {
            std::printf("minute %d: %s\n", minutes++, memoryAtRest(window).c_str());
            std::fflush(stdout);
        }
        if (steps % 200 == 0) fillIn(window), window.startJob();
        if (steps % 250 == 100) {
            TrainOptions options;
            options.out = (folder / "training.qsrun").string();
            window.queue().add("training", options);
        }
    }
    window.queue().stopNow();
    ASSERT_TRUE(QTest::qWaitFor([&] { return !window.queue().running(); }, 60000));
    std::printf("at the end: %s\n", memoryAtRest(window).c_str());
    window.session().startNew();
    std::printf("with nothing open: %s\n", memoryAtRest(window).c_str());
    std::printf("%d steps, %d jobs; gaps that the window is to blame for: worst %.0f ms, %lld above %.0f ms; since the last job: %s\n",
                steps, jobs.load(), window.watchdog().worstOwn(), static_cast<long long>(window.watchdog().ownStalls()),
                Watchdog::kStallMilliseconds, window.watchdog().text().toStdString().c_str());
    for (const QString& gap : window.watchdog().longestTexts()) std::printf("  %s\n", gap.toStdString().c_str());
    EXPECT_GT(steps, 20);
    EXPECT_FALSE(window.grab().isNull());
}

}  // namespace
}  // namespace qs
