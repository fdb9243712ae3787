// SPDX-License-Identifier: GPL-3.0-or-later
// Start, cancel and resume of a real job through the queue, again and again, at any moment: the result is that of a job left alone.
// QS_CYCLES=200 for the long one.
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <random>

#include "app/workbench/real_job.h"
#include "support/memory.h"
#include "support/run_compare.h"

namespace qs {
namespace {

using CyclesTest = testing::RealJobTest;

TEST_F(CyclesTest, StartCancelResumeARealJob) {
    const int cycles = qEnvironmentVariableIsSet("QS_CYCLES") ? qEnvironmentVariableIntValue("QS_CYCLES") : 3;
    MainWindow window(realEngine());
    window.show();
    fillInDemo(window, "256");
    const std::string undisturbed = (folder / "undisturbed.qsrun").string();
    const auto ended = [&] { return !window.queue().running(); };
    window.startJob();
    ASSERT_TRUE(wait(ended));
    const Job* job = window.queue().current();
    ASSERT_EQ(job->state, JobState::Done) << job->outcome.message.toStdString();
    const int id = job->id, milliseconds = std::max(1, static_cast<int>(1000 * job->seconds));
    std::filesystem::rename(out().toStdString(), undisturbed);
    std::mt19937 random(1);
    int stopped = 0;
    for (int cycle = 0; cycle < cycles; ++cycle) {
        if (cycle % 50 == std::min(10, cycles / 2)) std::printf("cycle %d: %s\n", cycle, testing::memoryText().c_str());
        for (const bool resume : {false, true}) {  // two stops on the way to the end, if it is not there before
            window.queue().restart(id, resume);
            QTest::qWait(static_cast<int>(random() % static_cast<unsigned>(milliseconds)));
            cycle % 2 ? window.queue().stopNow() : window.queue().stopAfterBlock();
            ASSERT_TRUE(wait(ended));
            if (job->state == JobState::Done) break;
            ASSERT_EQ(job->state, JobState::Stopped) << job->outcome.message.toStdString();
            ++stopped;
        }
        if (job->state != JobState::Done) window.queue().restart(id, true);
        ASSERT_TRUE(wait(ended));
        ASSERT_EQ(job->state, JobState::Done) << job->outcome.message.toStdString();
        EXPECT_FALSE(std::filesystem::exists(out().toStdString() + ".parts"));
        // In another thread: what the window is to blame for is measured.
        auto compared = std::async(std::launch::async, [&] { testing::expectSameRun(undisturbed, out().toStdString()); });
        ASSERT_TRUE(wait([&] { return compared.wait_for(std::chrono::seconds(0)) == std::future_status::ready; }));
        std::filesystem::remove(out().toStdString());
        window.notice().clear();
    }
    std::printf("%d cycles, %d stopped on the way: %s, event loop: %s\n", cycles, stopped, testing::memoryText().c_str(),
                window.watchdog().text().toStdString().c_str());
    for (const QString& gap : window.watchdog().longestTexts()) std::printf("  %s\n", gap.toStdString().c_str());
}

}  // namespace
}  // namespace qs
