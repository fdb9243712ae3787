// SPDX-License-Identifier: GPL-3.0-or-later
// What goes wrong outside: damaged files, vanished models, full disks, failures in the middle. Always a message with a way on, nothing
// lost.
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "app/workbench/window_support.h"
#include "base/error.h"
#include "base/file.h"
#include "support/memory.h"
#include "views/layers/layer_model.h"
#include "views/layers/layer_panel.h"

namespace qs {
namespace {

using namespace std::chrono_literals;
using testing::engineOf;
using testing::writeSmallRun;

struct RobustTest : testing::WindowTest {
    std::string file(const std::string& name) const { return (folder / name).string(); }
    /// A whole run whose bytes a test may spoil.
    std::string wholeRun(const std::string& name) const {
        QuantizeOptions options;
        options.out = file(name);
        JobContext context;
        writeSmallRun(options, context);
        return options.out;
    }
};

TEST_F(RobustTest, DamagedForeignAndCutRunFilesAreMessages) {
    writeText(file("empty.qsrun"), "");
    writeText(file("text.qsrun"), "this is not a run");
    const std::string whole = readText(wholeRun("whole.qsrun"));
    writeText(file("cut.qsrun"), whole.substr(0, whole.size() / 2));
    std::string noise = whole;
    for (std::size_t i = 200; i < noise.size(); i += 97) noise[i] = static_cast<char>(noise[i] ^ 0x5a);
    writeText(file("noise.qsrun"), noise);
    std::filesystem::create_directories(folder / "half.qsrun.parts");
    writeText(file("half.qsrun.parts/head.h5"), whole.substr(0, 300));
    MainWindow window(engineOf(writeSmallRun));
    window.show();
    for (const char* name : {"empty.qsrun", "text.qsrun", "cut.qsrun", "noise.qsrun", "half.qsrun"}) {
        window.notice().clear();
        window.openRun(QString::fromStdString(file(name)));
        ASSERT_TRUE(QTest::qWaitFor([&] { return window.notice().isVisible(); }, 60000)) << name;
        EXPECT_TRUE(window.notice().details().contains(name)) << window.notice().details().toStdString();
        ASSERT_NE(button(window, "Remove from the project"), nullptr);
        ASSERT_NE(button(window, "Copy details"), nullptr);
        button(window, "Remove from the project")->click();
        EXPECT_EQ(window.session().project().find(QString::fromStdString(file(name))), nullptr);
    }
    window.openRun(QString::fromStdString(file("whole.qsrun")));
    ASSERT_TRUE(QTest::qWaitFor([&] { return window.run() != nullptr; }, 60000));
    EXPECT_FALSE(window.grab().isNull());
}

TEST_F(RobustTest, ARunThatIsDamagedWhileItIsOpenStaysInView) {
    const std::string path = wholeRun("a.qsrun");
    MainWindow window(engineOf(writeSmallRun));
    window.show();
    window.openRun(QString::fromStdString(path));
    ASSERT_TRUE(QTest::qWaitFor([&] { return window.run() != nullptr; }, 60000));
    const int linears = window.layers().model().finishedLinears();
    std::filesystem::remove(path);
    window.openRun(QString::fromStdString(path));
    ASSERT_TRUE(QTest::qWaitFor([&] { return window.notice().isVisible(); }, 60000));
    EXPECT_TRUE(window.notice().details().contains("stays in view"));
    EXPECT_EQ(window.layers().model().finishedLinears(), linears);
}

/// Ten blocks; block 9 fails as `error` says, until `mended`.
struct TenBlocks {
    Error error;
    bool mended = false;
    void operator()(const QuantizeOptions& options, JobContext& context) const {
        auto small = testing::smallRun(2);
        small->origin.blocks = 10;
        RunWriter writer(options.out, small->origin, {}, options.resume);
        for (int block = static_cast<int>(writer.finishedBlocks().size()); block < 10; ++block) {
            context.report(block / 10.0, "block " + std::to_string(block + 1) + " of 10");
            context.check();
            if (block == 9 && !mended) throw error;
            BlockPart part = testing::smallPart(*testing::smallRun(2), block % 2);
            part.block = block;
            for (LinearRecord& linear : part.linears)
                linear.block = block, linear.name = "model.layers." + std::to_string(block) + ".mlp." + linear.role;
            for (TagRecord& tag : part.tags) tag.block = block;
            writer.writePart(part);
            context.partFinished(block, writer.partPath(block).string());
        }
        writer.finish(1);
    }
};

TEST_F(RobustTest, AFailureInBlockNineKeepsTheOthersAndCanBeResumed) {
    for (const char* message : {"block 9, q_proj: not positive definite at column 812; raise --damp",
                                "run.qsrun.parts: no space left on device; free some and resume",
                                "models/small: cannot be opened: No such file or directory; put the model back and resume"}) {
        TenBlocks job{Error(message)};
        MainWindow window(engineOf([&](const QuantizeOptions& options, JobContext& context) { job(options, context); }));
        window.show();
        fillIn(window);
        window.startJob();
        ASSERT_TRUE(QTest::qWaitFor([&] { return window.notice().isVisible(); }, 60000));
        EXPECT_TRUE(window.notice().details().contains(message));
        ASSERT_TRUE(QTest::qWaitFor([&] { return window.layers().model().finishedLinears() == 18; }, 60000));
        job.mended = true;
        ASSERT_NE(button(window, "Resume"), nullptr);
        button(window, "Resume")->click();
        ASSERT_TRUE(QTest::qWaitFor([&] { return window.run() && window.run()->finished(); }, 60000));
        EXPECT_EQ(window.layers().model().finishedLinears(), 20);
        std::filesystem::remove(out().toStdString());
    }
}

TEST_F(RobustTest, APassBeforeTheRunIsLookedAtUntilTheRunHasBlocks) {
    std::atomic<int> blocks{0};
    MainWindow window(engineOf([&](const QuantizeOptions& options, JobContext& context) {
        const auto small = testing::smallRun();
        {
            Provenance origin = small->origin;
            origin.kind = "measure";
            RunWriter pass(options.out + ".measure", origin, small->drawn, false);
            for (int block = 0; block < 2; ++block) {
                BlockPart part = testing::smallPart(*small, block);
                part.linears.clear();
                pass.writePart(part);
                context.partFinished(block, pass.partPath(block).string());
            }
            while (blocks == 0) context.check(), std::this_thread::sleep_for(1ms);
            pass.finish(1);
        }
        writeSmallRun(options, context);
        std::filesystem::remove(options.out + ".measure");
    }));
    window.show();
    fillIn(window);
    window.startJob();
    ASSERT_TRUE(QTest::qWaitFor([&] { return window.run() && window.run()->provenance().kind == "measure"; }, 60000));
    EXPECT_FALSE(window.notice().isVisible()) << window.notice().details().toStdString();
    blocks = 1;
    ASSERT_TRUE(QTest::qWaitFor([&] { return !window.queue().running() && window.run() && window.run()->finished(); }, 60000));
    EXPECT_EQ(window.session().project().run, out());
    EXPECT_EQ(window.session().project().runs.size(), 1);
    EXPECT_FALSE(window.notice().isVisible()) << window.notice().details().toStdString();
}

TEST_F(RobustTest, AProjectThatCannotBeStoredSaysSo) {
    MainWindow window(engineOf(writeSmallRun));
    window.show();
    std::filesystem::create_directories(folder / "p");
    window.session().saveAs(QString::fromStdString(file("p/a.qsproject")));
    std::filesystem::remove_all(folder / "p");
    window.method().form().setValue("bits", "3");
    window.session().saveNow();
    EXPECT_TRUE(window.notice().isVisible());
    EXPECT_TRUE(window.notice().details().contains("a.qsproject"));
    EXPECT_EQ(window.method().options().quant.bits, 3);
}

/// QS_CYCLES=200 for the long one.
TEST_F(RobustTest, StartCancelResumeAgainAndAgain) {
    const int cycles = qEnvironmentVariableIsSet("QS_CYCLES") ? qEnvironmentVariableIntValue("QS_CYCLES") : 12;
    TenBlocks job{Error("never"), true};
    MainWindow window(engineOf([&](const QuantizeOptions& options, JobContext& context) {
        for (int i = 0; i < 5; ++i) context.check(), std::this_thread::sleep_for(1ms);
        job(options, context);
    }));
    window.show();
    fillIn(window);
    for (int cycle = 0; cycle < cycles; ++cycle) {
        if (cycle % 50 == 10) std::printf("cycle %d: %s\n", cycle, testing::memoryText().c_str());
        window.notice().clear();
        window.startJob();
        QTest::qWait(cycle % 7);
        cycle % 2 ? window.queue().stopNow() : window.queue().stopAfterBlock();
        ASSERT_TRUE(QTest::qWaitFor([&] { return !window.queue().running(); }, 60000));
        const Job* queued = window.queue().current();
        ASSERT_NE(queued, nullptr);
        if (queued->state != JobState::Done) window.queue().restart(queued->id, true);
        ASSERT_TRUE(QTest::qWaitFor([&] { return !window.queue().running(); }, 60000));
        EXPECT_EQ(window.queue().find(queued->id)->state, JobState::Done) << window.queue().find(queued->id)->outcome.message.toStdString();
        EXPECT_FALSE(std::filesystem::exists(out().toStdString() + ".parts"));
        window.queue().remove(queued->id);
    }
    std::printf("%d cycles: %s, event loop: %s\n", cycles, testing::memoryText().c_str(), window.watchdog().text().toStdString().c_str());
}

}  // namespace
}  // namespace qs
