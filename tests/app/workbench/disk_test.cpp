// SPDX-License-Identifier: GPL-3.0-or-later
// A disk that fills up and a model that vanishes under the window, with the real engine: a message, nothing lost, a way on.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <functional>

#include "app/jobs/job_panel.h"
#include "app/workbench/real_job.h"
#include "base/error.h"
#include "base/file.h"
#include "support/run_compare.h"
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

using DiskTest = testing::RealJobTest;

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

/// Hands on what a job reports and does something when a block is finished.
struct AtBlock : JobObserver {
    JobContext& outer;
    int block;
    std::function<void()> action;
    AtBlock(JobContext& context, int which, std::function<void()> what) : outer(context), block(which), action(std::move(what)) {}
    void progressed(const Progress& progress) override { outer.report(progress.fraction, progress.stage); }
    void happened(const Event& event) override { outer.event(event); }
    void partFinished(int finished, const std::string& path) override {
        outer.partFinished(finished, path);
        if (finished == block) action();
    }
};

/// Without care the process would be killed by SIGBUS: the weights are mapped.
TEST_F(DiskTest, AModelThatIsCutShortDuringAJobFailsItAndIsResumedWhenItIsBack) {
    const std::string weights = (model() / "model.safetensors").string(), kept = (folder / "kept").string();
    std::function<void()> atBlockTwo;
    MainWindow window({[&](const QuantizeOptions& options, JobContext& context) {
                           beginSingleThreadedMath();
                           AtBlock observer(context, 2, atBlockTwo);
                           JobContext watched(&observer);
                           runQuantize(options, watched);
                       },
                       {}});
    window.show();
    fillInDemo(window);
    const auto whole = std::filesystem::file_size(weights);
    std::filesystem::copy_file(weights, kept);
    for (const std::uintmax_t left : {std::uintmax_t{4096}, whole - 1}) {
        atBlockTwo = [&] { std::filesystem::resize_file(weights, left); };
        window.startJob();
        ASSERT_TRUE(wait([&] { return window.queue().running(); }));
        ASSERT_TRUE(wait([&] { return !window.queue().running() && window.notice().isVisible(); }));
        const QString said = window.notice().details();
        EXPECT_TRUE(said.contains("model.safetensors: was cut short while it was read, from " + QString::number(whole) + " to " +
                                  QString::number(left) + " bytes; put the whole file back and resume"))
            << said.toStdString();
        ASSERT_TRUE(wait([&] { return window.run() && window.layers().model().finishedLinears() >= 21; }));  // three blocks of seven
        std::filesystem::copy_file(kept, weights, std::filesystem::copy_options::overwrite_existing);
        atBlockTwo = [] {};
        ASSERT_NE(button(window, "Resume"), nullptr);
        button(window, "Resume")->click();
        ASSERT_TRUE(wait([&] { return !window.queue().running() && window.run() && window.run()->finished(); }));
        std::filesystem::rename(out().toStdString(), folder / ("cut-" + std::to_string(left)));
    }
    window.startJob();
    ASSERT_TRUE(wait([&] { return std::filesystem::exists(out().toStdString()) && !window.queue().running(); }));
    for (const std::uintmax_t left : {std::uintmax_t{4096}, whole - 1})
        testing::expectSameRun((folder / ("cut-" + std::to_string(left))).string(), out().toStdString());
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
