// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/jobs/job_runner.h"

#include <gtest/gtest.h>

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QThread>
#include <atomic>
#include <thread>

#include "app/project/run_store.h"

namespace qs {
namespace {

using namespace std::chrono_literals;

struct Watched {
    JobRunner runner;
    QSignalSpy ended{&runner, &JobRunner::ended};
    JobOutcome outcome;

    Watched() {
        QObject::connect(&runner, &JobRunner::ended, &runner, [this](const JobOutcome& o) { outcome = o; });
    }
    bool wait() { return ended.count() > 0 || ended.wait(10000); }
};

TEST(JobRunner, RunsElsewhereAndReportsHere) {
    Watched w;
    std::atomic<QThread*> where{nullptr};
    QThread* reportedIn = nullptr;
    QObject::connect(&w.runner, &JobRunner::happened, &w.runner, [&](const Event& event) {
        reportedIn = QThread::currentThread();
        EXPECT_EQ(event.kind, "note");
    });
    QSignalSpy parts(&w.runner, &JobRunner::partFinished);
    EXPECT_EQ(w.runner.start([&](JobContext& context) {
        where = QThread::currentThread();
        context.event({Severity::Info, "note", "", "hello"});
        context.partFinished(3, "x.parts/block-0003.h5");
    }),
              1);
    EXPECT_TRUE(w.runner.running());
    EXPECT_EQ(w.runner.start([](JobContext&) {}), 0);  // one at a time
    ASSERT_TRUE(w.wait());
    EXPECT_TRUE(w.outcome.done);
    EXPECT_NE(where.load(), QThread::currentThread());
    EXPECT_EQ(reportedIn, QThread::currentThread());
    ASSERT_EQ(parts.count(), 1);
    EXPECT_EQ(parts[0][0].toInt(), 3);
    EXPECT_FALSE(w.runner.running());
}

TEST(JobRunner, ProgressComesAtMostTwentyTimesASecondAndTheLastOneArrives) {
    Watched w;
    int reports = 0;
    double last = 0;
    QObject::connect(&w.runner, &JobRunner::progressed, &w.runner, [&](const Progress& progress) { ++reports, last = progress.fraction; });
    QElapsedTimer clock;
    clock.start();
    w.runner.start([](JobContext& context) {
        for (int i = 0; i <= 300; ++i) {
            context.report(i / 300.0, "stage " + std::to_string(i));  // every report with another stage, so none is held back below
            std::this_thread::sleep_for(1ms);
        }
    });
    ASSERT_TRUE(w.wait());
    EXPECT_LE(reports, static_cast<int>(clock.elapsed() / 50) + 2);
    EXPECT_GE(reports, 3);
    EXPECT_DOUBLE_EQ(last, 1);
}

TEST(JobRunner, ErrorsArriveAsValues) {
    Watched w;
    w.runner.start([](JobContext&) { throw Error("model.safetensors: is cut short", ErrorKind::Failed); });
    ASSERT_TRUE(w.wait());
    EXPECT_FALSE(w.outcome.done);
    EXPECT_EQ(w.outcome.kind, ErrorKind::Failed);
    EXPECT_EQ(w.outcome.message, "model.safetensors: is cut short");
    Watched other;
    other.runner.start([](JobContext&) { throw std::bad_alloc(); });
    ASSERT_TRUE(other.wait());
    EXPECT_FALSE(other.outcome.message.isEmpty());
}

TEST(JobRunner, StopNowEndsAtTheNextCheck) {
    Watched w;
    w.runner.start([](JobContext& context) {
        for (;;) context.check(), std::this_thread::sleep_for(1ms);
    });
    w.runner.stopNow();
    ASSERT_TRUE(w.wait());
    EXPECT_EQ(w.outcome.kind, ErrorKind::Stopped);
}

TEST(JobRunner, PausedJobsGoOnOrStop) {
    Watched w;
    std::atomic<int> steps{0};
    w.runner.start([&](JobContext& context) {
        for (;; ++steps) context.check(), std::this_thread::sleep_for(1ms);
    });
    while (steps == 0) std::this_thread::yield();
    w.runner.pause(true);
    EXPECT_TRUE(w.runner.paused());
    w.runner.stopNow();  // also out of a pause
    ASSERT_TRUE(w.wait());
    EXPECT_EQ(w.outcome.kind, ErrorKind::Stopped);
    EXPECT_FALSE(w.runner.paused());
}

TEST(JobRunner, StopAfterPartLetsThePartEnd) {
    Watched w;
    std::atomic<bool> begun{false};
    w.runner.start([&](JobContext& context) {
        for (int part = 0; part < 1000; ++part) {
            begun = true;
            std::this_thread::sleep_for(5ms);
            context.check();  // does not throw: only stopNow() does
            context.partFinished(part, "p");
            if (context.shouldStopAfterPart()) throw Error("stopped after block " + std::to_string(part), ErrorKind::Stopped);
        }
    });
    while (!begun) std::this_thread::yield();
    w.runner.stopAfterPart();
    ASSERT_TRUE(w.wait());
    EXPECT_EQ(w.outcome.kind, ErrorKind::Stopped);
    EXPECT_TRUE(w.outcome.message.startsWith("stopped after block"));
}

TEST(JobRunner, DestructionStopsAndWaits) {
    std::atomic<bool> left{false};
    {
        JobRunner runner;
        runner.start([&](JobContext& context) {
            try {
                for (;;) context.check(), std::this_thread::sleep_for(1ms);
            } catch (...) {
                left = true;
                throw;
            }
        });
    }
    EXPECT_TRUE(left);
}

TEST(RunStore, AFileThatIsNotThereIsAMessage) {
    RunStore loader;
    QSignalSpy failed(&loader, &RunStore::failed);
    loader.open("not-there.qsrun");
    ASSERT_TRUE(failed.wait(60000));
    EXPECT_TRUE(failed[0][1].toString().contains("not-there.qsrun"));
    EXPECT_FALSE(loader.loading());
}

}  // namespace
}  // namespace qs
