// SPDX-License-Identifier: GPL-3.0-or-later
// A disk that fills up and a model that vanishes under the window, with the real engine: a message, nothing lost, a way on.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <QPushButton>
#include <csignal>

#include "app/demo.h"
#include "app/jobs/job_panel.h"
#include "app/notice_bar.h"
#include "app/workbench/window_support.h"
#include "base/error.h"
#include "base/file.h"
#include "kernels/blas.h"
#include "run/jobs.h"
#include "views/layers/layer_model.h"
#include "views/layers/layer_panel.h"

namespace qs {
namespace {

/// Files of this process stop growing at `bytes`, as on a full disk, until the end of the scope.
class FullDisk {
  public:
    explicit FullDisk(rlim_t bytes) : m_handler(std::signal(SIGXFSZ, SIG_IGN)) {
        getrlimit(RLIMIT_FSIZE, &m_before);
        const rlimit limit{bytes, m_before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FullDisk() {
        setrlimit(RLIMIT_FSIZE, &m_before);
        std::signal(SIGXFSZ, m_handler);
    }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;

  private:
    void (*m_handler)(int);
    rlimit m_before{};
};

struct DiskTest : testing::WindowTest {
    std::filesystem::path model() const { return folder / "model"; }
    static Engine realEngine() {
        return {[](const QuantizeOptions& options, JobContext& context) {
                    beginSingleThreadedMath();
                    runQuantize(options, context);
                },
                {}};
    }
    /// Six blocks of the demo model, a copy of it in the folder.
    void fillInDemo(MainWindow& window) {
        std::filesystem::copy(resourcePath("models/demo").toStdString(), model(), std::filesystem::copy_options::recursive);
        for (const auto& [name, value] :
             std::vector<std::pair<const char*, std::string>>{{"model", model().string()},
                                                              {"text", resourcePath("text/en.txt").toStdString()},
                                                              {"lengths", "64,128"},
                                                              {"tokens", "2048"},
                                                              {"keep", "none"},
                                                              {"out", out().toStdString()}})
            window.method().form().setValue(name, value);
    }
    static QPushButton* button(MainWindow& window, const QString& text) {
        for (auto* candidate : window.notice().findChildren<QPushButton*>())
            if (candidate->text() == text && candidate->isVisible()) return candidate;
        return nullptr;
    }
    template <class Done>
    static bool wait(const Done& done) {
        return QTest::qWaitFor(done, 60000);
    }
};

TEST_F(DiskTest, AFullDiskDuringAJobKeepsItsBlocks) {
    MainWindow window(realEngine());
    window.show();
    fillInDemo(window);
    window.startJob();
    ASSERT_TRUE(wait([&] { return window.run() && window.layers().model().finishedLinears() > 0; }));
    {
        const FullDisk disk(4096);
        ASSERT_TRUE(wait([&] { return !window.queue().running(); }));
        ASSERT_TRUE(window.notice().isVisible());
        EXPECT_TRUE(window.notice().details().contains("small.qsrun")) << window.notice().details().toStdString();
        ASSERT_NE(button(window, "Copy details"), nullptr);
    }
    EXPECT_GT(window.layers().model().finishedLinears(), 0);
    EXPECT_FALSE(window.run()->finished());
    ASSERT_NE(button(window, "Resume"), nullptr) << window.notice().details().toStdString();
    button(window, "Resume")->click();
    ASSERT_TRUE(wait([&] { return window.run() && window.run()->finished(); }));
    EXPECT_FALSE(window.notice().isVisible());
}

TEST_F(DiskTest, AFullDiskDuringAnExportLeavesNoHalfFigure) {
    MainWindow window(realEngine());
    window.show();
    window.openRun(written("a.qsrun"));
    ASSERT_TRUE(wait([&] { return window.run() && !window.loading(); }));
    for (const char* ending : {".png", ".pdf", ".svg", ".csv", ".json"}) {
        const std::string file = (folder / "figure").string() + ending;
        {
            const FullDisk disk(64);
            window.writeFigure(0, QString::fromStdString(file));
            ASSERT_TRUE(wait([&] { return window.notice().isVisible(); })) << ending;
        }
        EXPECT_TRUE(window.notice().details().contains(ending)) << window.notice().details().toStdString();
        for (const auto& entry : std::filesystem::directory_iterator(folder / "."))
            EXPECT_FALSE(entry.path().filename().string().starts_with("figure")) << entry.path();
        window.notice().clear();
        window.writeFigure(0, QString::fromStdString(file));
        ASSERT_TRUE(wait([&] { return std::filesystem::exists(file); })) << window.notice().details().toStdString();
        std::filesystem::remove(file);
    }
}

TEST_F(DiskTest, AFullDiskDuringASaveKeepsTheOldProjectAndTriesAgain) {
    MainWindow window(realEngine());
    window.show();
    const std::string file = (folder / "a.qsproject").string();
    window.method().form().setValue("bits", "4");
    window.session().saveAs(QString::fromStdString(file));
    const std::string before = readText(file);
    {
        const FullDisk disk(16);
        window.method().form().setValue("bits", "2");
        window.session().saveNow();
        EXPECT_TRUE(window.notice().isVisible());
        EXPECT_TRUE(window.notice().details().contains("a.qsproject")) << window.notice().details().toStdString();
        EXPECT_FALSE(window.session().saved());
        EXPECT_THROW(window.session().saveAs(QString::fromStdString((folder / "b.qsproject").string())), Error);
    }
    EXPECT_EQ(readText(file), before);
    EXPECT_FALSE(std::filesystem::exists(folder / "b.qsproject"));
    window.session().saveNow();  // as its timer does
    EXPECT_TRUE(window.session().saved());
    EXPECT_NE(readText(file), before);
}

/// What is mapped stays readable; what is opened anew afterwards is missed by name.
TEST_F(DiskTest, AModelThatVanishesDuringAJobIsMissedByName) {
    MainWindow window(realEngine());
    window.show();
    fillInDemo(window);
    window.startJob();
    ASSERT_TRUE(wait([&] { return window.run() && window.layers().model().finishedLinears() > 0; }));
    std::filesystem::remove_all(model());
    ASSERT_TRUE(wait([&] { return !window.queue().running() && !window.loading(); }));
    EXPECT_TRUE(window.run()->finished() || window.notice().details().contains("model")) << window.notice().details().toStdString();
    EXPECT_GT(window.layers().model().finishedLinears(), 0);
    window.notice().clear();
    window.method().form().setValue("out", (folder / "b.qsrun").string());
    window.startJob();
    ASSERT_TRUE(wait([&] { return window.notice().isVisible(); }));
    EXPECT_TRUE(window.notice().details().contains("model")) << window.notice().details().toStdString();
    EXPECT_NE(button(window, "Start anew"), nullptr);
}

}  // namespace
}  // namespace qs
