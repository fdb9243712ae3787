// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/job.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "base/error.h"

namespace qs {
namespace {

struct Recorder : JobObserver {
    std::vector<Progress> reports;
    std::vector<Event> events;
    std::vector<int> parts;
    void progressed(const Progress& progress) override { reports.push_back(progress); }
    void happened(const Event& event) override { events.push_back(event); }
    void partFinished(int block, const std::string&) override { parts.push_back(block); }
};

TEST(JobContext, PassesReportsOnSparinglyButEveryStage) {
    Recorder recorder;
    JobContext context(&recorder);
    for (int i = 0; i < 1000; ++i) context.report(i * 1e-4, "one");
    EXPECT_GE(recorder.reports.size(), 1u);
    EXPECT_LT(recorder.reports.size(), 100u);
    context.report(0.5, "two");
    EXPECT_EQ(recorder.reports.back().stage, "two");
    EXPECT_EQ(recorder.reports.back().fraction, 0.5);
    context.report(1, "two");
    EXPECT_EQ(recorder.reports.back().fraction, 1);
    EXPECT_GE(recorder.reports.back().elapsed, 0);
}

TEST(JobContext, PassesEventsAndPartsOn) {
    Recorder recorder;
    JobContext context(&recorder);
    const Event event{Severity::Warning, "dead-columns", "a", "3 columns"};
    context.event(event);
    context.partFinished(7, "part");
    EXPECT_EQ(recorder.events, std::vector<Event>{event});
    EXPECT_EQ(recorder.parts, std::vector<int>{7});
}

TEST(JobContext, WorksWithoutObserver) {
    JobContext context;
    context.report(0.5, "x");
    context.event({});
    context.partFinished(0, "");
    context.check();
}

TEST(JobContext, StopEndsTheNextCheck) {
    JobContext context;
    EXPECT_FALSE(context.shouldStopAfterPart());
    context.stopNow();
    EXPECT_TRUE(context.shouldStopAfterPart());
    try {
        context.check();
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Stopped);
    }
}

TEST(JobContext, StopAfterPartLetsThePartFinish) {
    JobContext context;
    context.stopAfterPart();
    context.check();
    EXPECT_TRUE(context.shouldStopAfterPart());
}

TEST(JobContext, PauseHoldsTheCheckUntilResumedOrStopped) {
    for (const bool stop : {false, true}) {
        JobContext context;
        context.pause(true);
        std::atomic<int> passed{0};
        std::jthread worker([&] {
            try {
                context.check();
                passed = 1;
            } catch (const Cancelled&) {
                passed = 2;
            }
        });
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        EXPECT_EQ(passed, 0);
        if (stop) context.stopNow();
        else context.pause(false);
        worker.join();
        EXPECT_EQ(passed, stop ? 2 : 1);
    }
}

}  // namespace
}  // namespace qs
