// SPDX-License-Identifier: GPL-3.0-or-later
// The program on a real X server with a window manager, worked by mouse and by keyboard alone as a person does. Judged by the files that
// it leaves: the run of the demo, the project that is stored by itself, an exported figure.
#include <gtest/gtest.h>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>
#include <QTest>

#include "support/data.h"

namespace qs {
namespace {

constexpr int kPatience = 90'000;  // ms

class XServerTest : public ::testing::Test {
  protected:
    void SetUp() override {
        for (const char* tool : {"Xvfb", "openbox", "xdotool"})
            if (QStandardPaths::findExecutable(tool).isEmpty()) GTEST_SKIP() << tool << " is not installed (installer/packages.txt)";
        m_environment = QProcessEnvironment::systemEnvironment();
        m_environment.remove("QT_QPA_PLATFORM");
        m_environment.remove("WAYLAND_DISPLAY");
        QDir(path({})).mkpath("run");
        QFile::setPermissions(path("run"), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        for (const auto& [name, folder] :
             {std::pair{"HOME", "home"}, {"XDG_DATA_HOME", "data"}, {"XDG_CONFIG_HOME", "config"}, {"XDG_RUNTIME_DIR", "run"}})
            m_environment.insert(name, path(folder));
        QDir(path({})).mkpath("home");
        // Without -noreset the server starts over when its last client leaves, which may be an xdotool before the others have come, and
        // takes the window manager with it.
        m_server.start("Xvfb", {"-displayfd", "1", "-screen", "0", "1600x900x24", "-nolisten", "tcp", "-noreset"});
        ASSERT_TRUE(m_server.waitForReadyRead(kPatience)) << m_server.readAllStandardError().toStdString();
        m_environment.insert("DISPLAY", ":" + QString::fromLatin1(m_server.readAllStandardOutput()).trimmed());
        start(m_manager, "openbox", {});
        ASSERT_TRUE(QTest::qWaitFor([&] { return xdotool({"get_num_desktops"}).toInt() > 0; }, kPatience))
            << "openbox does not manage windows";
        start(m_program, QString::fromUtf8(QS_WORKBENCH), {});
        ASSERT_TRUE(QTest::qWaitFor([&] { return !(m_window = found("^Quantoscope$")).isEmpty(); }, kPatience));
        xdotool({"windowactivate", "--sync", m_window, "windowsize", "--sync", m_window, "1440", "810"});
        QTest::qWait(1000);
    }

    void TearDown() override {
        for (QProcess* process : {&m_program, &m_manager, &m_server}) {
            if (process->state() == QProcess::NotRunning) continue;
            process->terminate();
            if (!process->waitForFinished(20000)) process->kill(), process->waitForFinished(5000);
        }
    }

    void start(QProcess& process, const QString& program, const QStringList& arguments) {
        process.setProcessEnvironment(m_environment);
        process.start(program, arguments);
        ASSERT_TRUE(process.waitForStarted()) << program.toStdString();
    }

    QString path(const QString& name) const { return QString::fromStdString(m_folder.path().string()) + '/' + name; }
    QString run() const { return path("data/quantoscope/quantoscope/runs/demo.qsrun"); }
    QByteArray project() const {
        QFile file(path("data/quantoscope/quantoscope/session.qsproject"));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    QString xdotool(const QStringList& arguments) {
        QProcess tool;
        start(tool, "xdotool", arguments);
        tool.waitForFinished(kPatience);
        return QString::fromLocal8Bit(tool.readAllStandardOutput()).trimmed();
    }
    /// Id of the visible window with this title.
    QString found(const QString& title) { return xdotool({"search", "--onlyvisible", "--name", title}).section('\n', -1); }
    void key(const QString& keys, int times = 1) {
        for (int i = 0; i < times; ++i) xdotool({"key", "--clearmodifiers", keys}), QTest::qWait(60);
    }
    void point(int x, int y) { xdotool({"mousemove", "--window", m_window, QString::number(x), QString::number(y)}); }

    void waitForDemo() {
        ASSERT_TRUE(QTest::qWaitFor([&] { return QFileInfo::exists(run()); }, kPatience)) << m_program.readAllStandardError().toStdString();
        ASSERT_TRUE(QTest::qWaitFor([&] { return !found("^demo – Quantoscope$").isEmpty(); }, kPatience));
        QTest::qWait(1000);
    }
    /// Exports the first view by its shortcut; the dialog is a window of its own. On a loaded machine keys may come before it has the
    /// focus: then they are typed again.
    void exportTo(const QString& file) {
        const auto written = [&] { return QFileInfo(file).size() > 1000; };
        QString dialog;
        const auto isOpen = [&] { return !(dialog = found("^Export figure$")).isEmpty(); };
        bool done = false;
        for (int tries = 0; tries < 3 && !done; ++tries) {
            if (!isOpen()) xdotool({"windowfocus", m_window}), QTest::qWait(200), key("ctrl+shift+1");
            if (!QTest::qWaitFor(isOpen, kPatience / 3)) continue;
            xdotool({"windowfocus", dialog});
            QTest::qWait(500);
            key("ctrl+a");
            xdotool({"type", file});
            key("Return");
            done = QTest::qWaitFor(written, kPatience / 3);
        }
        EXPECT_TRUE(done) << file.toStdString();
    }
    bool ended(int patience) {
        return QTest::qWaitFor([&] { return m_program.state() == QProcess::NotRunning; }, patience);
    }
    void quit() {
        key("ctrl+q");
        EXPECT_TRUE(ended(kPatience));
        EXPECT_EQ(m_program.exitStatus(), QProcess::NormalExit);
        EXPECT_EQ(m_program.exitCode(), 0) << m_program.readAllStandardError().toStdString();
    }

    testing::TemporaryFolder m_folder;
    QProcessEnvironment m_environment;
    QProcess m_server, m_manager, m_program;
    QString m_window;
};

TEST_F(XServerTest, TheDemoByMouse) {
    point(710, 397);  // "Run the demo"
    xdotool({"click", "1"});
    waitForDemo();
    EXPECT_FALSE(project().contains("\"mix\""));
    point(570, 158);  // the chip of a length
    xdotool({"mousedown", "1"});
    for (int x = 575; x <= 620; x += 5) point(x, 158), QTest::qWait(20);
    xdotool({"mouseup", "1"});
    EXPECT_TRUE(QTest::qWaitFor([&] { return project().contains("\"mix\""); }, kPatience));  // stored by itself
    exportTo(path("diagonal.pdf"));
    quit();
}

TEST_F(XServerTest, TheDemoByKeyboardAlone) {
    key("Return");  // the button of the demo has the focus
    waitForDemo();
    key("ctrl+7");  // length tuner: two choices in its header, four buttons, then the chips
    key("Tab", 7);
    key("Right", 3);  // more weight
    EXPECT_TRUE(QTest::qWaitFor([&] { return project().contains("\"mix\""); }, kPatience));
    exportTo(path("diagonal.svg"));
    key("ctrl+r");  // another run
    QTest::qWait(1000);
    key("ctrl+period");
    QTest::qWait(1000);
    key("ctrl+k");
    xdotool({"type", "5 down"});
    key("Return");
    QTest::qWait(500);
    key("ctrl+q");
    if (!ended(3000)) key("ctrl+q");  // it asks once while a job ends
    EXPECT_TRUE(ended(kPatience));
    EXPECT_EQ(m_program.exitCode(), 0) << m_program.readAllStandardError().toStdString();
}

}  // namespace
}  // namespace qs
