// SPDX-License-Identifier: GPL-3.0-or-later
// The program itself: it ends in order on SIGTERM, also with a job, and loses nothing.
#include <gtest/gtest.h>
#include <signal.h>

#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QProcess>
#include <QTest>

#include "support/data.h"

namespace qs {
namespace {

struct ProgramTest : ::testing::Test {
    testing::TemporaryFolder home;
    QProcess program;

    void start(const QStringList& arguments) {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        const QString folder = QString::fromStdString(home.path().string());
        environment.insert("QT_QPA_PLATFORM", "offscreen");
        environment.insert("XDG_DATA_HOME", folder + "/data");
        environment.insert("XDG_CONFIG_HOME", folder + "/config");
        program.setProcessEnvironment(environment);
        program.start(QString::fromUtf8(QS_WORKBENCH), arguments);
        ASSERT_TRUE(program.waitForStarted());
    }
    /// Milliseconds from SIGTERM to the end; −1 if it did not end.
    qint64 terminate() {
        QElapsedTimer clock;
        clock.start();
        ::kill(static_cast<pid_t>(program.processId()), SIGTERM);
        return program.waitForFinished(10000) ? clock.elapsed() : -1;
    }
    QString runs() const { return QString::fromStdString((home / "data/quantoscope/quantoscope/runs").string()); }
};

TEST_F(ProgramTest, EndsOnSigtermWithStatusZero) {
    start({});
    const auto open = [&] { return QFileInfo::exists(runs() + "/../session.lock"); };
    ASSERT_TRUE(QTest::qWaitFor(open, 60000));
    const qint64 took = terminate();
    EXPECT_GE(took, 0);
    EXPECT_LT(took, 5000);
    EXPECT_EQ(program.exitStatus(), QProcess::NormalExit);
    EXPECT_EQ(program.exitCode(), 0) << program.readAllStandardError().toStdString();
}

TEST_F(ProgramTest, TheDemoStopsInOrderAndItsBlocksStay) {
    start({"--demo"});
    const auto begun = [&] {
        return QFileInfo::exists(runs() + "/demo.qsrun") || !QDir(runs() + "/demo.qsrun.parts").entryList({"block-*.h5"}).isEmpty();
    };
    ASSERT_TRUE(QTest::qWaitFor(begun, 60000)) << program.readAllStandardError().toStdString();
    const qint64 took = terminate();
    EXPECT_GE(took, 0);
    EXPECT_LT(took, 5000);
    EXPECT_EQ(program.exitCode(), 0) << program.readAllStandardError().toStdString();
    EXPECT_TRUE(begun());
    EXPECT_TRUE(QFileInfo::exists(QString::fromStdString((home / "data/quantoscope/quantoscope/session.qsproject").string())));
}

}  // namespace
}  // namespace qs
