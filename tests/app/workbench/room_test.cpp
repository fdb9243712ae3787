// SPDX-License-Identifier: GPL-3.0-or-later
// Nothing of the option form is cut, whatever is shown of it and in either language.
#include <QLabel>
#include <QScrollArea>
#include <QToolButton>
#include <QTranslator>

#include "window_support.h"

namespace qs {
namespace {

using testing::WindowTest;

struct RoomTest : WindowTest {
    void expectRoom(const char* language) {
        MainWindow window(engineOf(testing::writeSmallRun));
        window.resize(1280, 720);
        window.show();
        ASSERT_TRUE(QTest::qWaitForWindowExposed(&window));
        for (QToolButton* button : window.method().findChildren<QToolButton*>())
            if (button->isCheckable()) button->setChecked(true);
        QTest::qWait(100);
        auto* area = window.method().findChild<QScrollArea*>();
        EXPECT_GE(area->viewport()->width(), area->widget()->minimumSizeHint().width()) << language;
        EXPECT_GE(area->viewport()->width(), area->widget()->width()) << language;
        for (const QLabel* label : area->widget()->findChildren<QLabel*>())
            if (label->isVisible() && !label->wordWrap()) {
                EXPECT_GE(label->width(), label->sizeHint().width()) << language << ": " << label->text().toStdString();
                EXPECT_GE(label->height(), label->sizeHint().height()) << language << ": " << label->text().toStdString();
            }
        EXPECT_LE(window.width(), 1280) << language;
    }
};

TEST_F(RoomTest, AllOptionsFitTheSmallestWindow) { expectRoom("English"); }

TEST_F(RoomTest, AllOptionsFitTheSmallestWindowInGerman) {
    QTranslator german;
    ASSERT_TRUE(german.load(QStringLiteral(":/translations/quantoscope_de.qm")));
    QCoreApplication::installTranslator(&german);
    expectRoom("German");
    QCoreApplication::removeTranslator(&german);
}

}  // namespace
}  // namespace qs
