// SPDX-License-Identifier: GPL-3.0-or-later
// Run files of other versions of the program, HDF5 files that are no runs, and runs that were cut off: the window says what they are.
#include <gtest/gtest.h>
#include <hdf5.h>

#include <memory>

#include "app/project/events.h"
#include "app/workbench/window_support.h"
#include "base/file.h"
#include "run/schema.h"
#include "views/layers/layer_model.h"
#include "views/layers/layer_panel.h"

namespace qs {
namespace {

using testing::engineOf;
using testing::writeSmallRun;

struct ForeignRunTest : testing::WindowTest {
    std::unique_ptr<MainWindow> shown;  // made after nothing is remembered any more
    void SetUp() override {
        WindowTest::SetUp();
        shown = std::make_unique<MainWindow>(engineOf(writeSmallRun));
        shown->show();
    }
    MainWindow& window() { return *shown; }

    static void setSchema(const QString& file, const char* name, std::int64_t value) {
        const hid_t run = H5Fopen(file.toUtf8().constData(), H5F_ACC_RDWR, H5P_DEFAULT), attribute = H5Aopen(run, name, H5P_DEFAULT);
        EXPECT_GE(H5Awrite(attribute, H5T_NATIVE_INT64, &value), 0);
        H5Aclose(attribute);
        H5Fclose(run);
    }
    /// What the notice says about `file`.
    QString noticeOf(const QString& file) {
        window().openPath(file);
        EXPECT_TRUE(QTest::qWaitFor([&] { return window().notice().isVisible() && !window().loading(); }, 60000)) << file.toStdString();
        return window().notice().details();
    }
};

TEST_F(ForeignRunTest, ANewerMinorVersionOpensWithANotice) {
    const QString file = written("later.qsrun");
    setSchema(file, "schema_minor", schema::kMinor + 3);
    const QString said = noticeOf(file);
    EXPECT_TRUE(said.contains("later.qsrun was written by a newer version")) << said.toStdString();
    EXPECT_TRUE(said.contains("update to see all of it")) << said.toStdString();
    ASSERT_TRUE(shows(window(), file));
    EXPECT_EQ(window().layers().model().finishedLinears(), 4);
    window().notice().clear();
    window().openRun(written("other.qsrun"));
    window().openRun(file);  // told once
    ASSERT_TRUE(shows(window(), file));
    EXPECT_FALSE(window().notice().isVisible()) << window().notice().details().toStdString();
    EXPECT_EQ(window().run()->events().front().kind, schema::kNewerSchema);
}

TEST_F(ForeignRunTest, ANewerMajorVersionIsRefusedInOneSentence) {
    const QString file = written("future.qsrun");
    setSchema(file, "schema_major", schema::kMajor + 1);
    const QString said = noticeOf(file);
    EXPECT_TRUE(said.contains("future.qsrun: was written by a newer Quantoscope (schema 2.")) << said.toStdString();
    EXPECT_TRUE(said.contains("update to open it")) << said.toStdString();
    EXPECT_EQ(window().run(), nullptr);
    ASSERT_NE(button(window(), "Remove from the project"), nullptr);
}

TEST_F(ForeignRunTest, AnHdf5FileThatIsNoRunIsSaidToBeThat) {
    const QString file = QString::fromStdString((folder / "measurements.qsrun").string());
    const hid_t foreign = H5Fcreate(file.toUtf8().constData(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    H5Gclose(H5Gcreate2(foreign, "measurements", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    H5Fclose(foreign);
    const QString said = noticeOf(file);
    EXPECT_TRUE(said.contains("measurements.qsrun: is an HDF5 file, but not a run file")) << said.toStdString();
    EXPECT_EQ(window().run(), nullptr);
}

/// A copy that broke off, at every tenth of the file: refused by name, never half shown.
TEST_F(ForeignRunTest, ACutRunIsRefusedWhereverItWasCut) {
    const std::string whole = readText(written("whole.qsrun").toStdString());
    for (std::size_t tenth = 0; tenth < 10; ++tenth) {
        const std::string name = "cut-" + std::to_string(tenth) + ".qsrun";
        writeText(folder / name, std::string_view(whole).substr(0, whole.size() * tenth / 10));
        const QString said = noticeOf(QString::fromStdString((folder / name).string()));
        EXPECT_TRUE(said.contains(QString::fromStdString(name))) << said.toStdString();
        ASSERT_NE(button(window(), "Remove from the project"), nullptr) << said.toStdString();
        button(window(), "Remove from the project")->click();
        EXPECT_EQ(window().run(), nullptr);
    }
}

}  // namespace
}  // namespace qs
