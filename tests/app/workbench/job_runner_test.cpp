// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/jobs/job_runner.h"

#include <gtest/gtest.h>

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QThread>
#include <atomic>
#include <thread>

#include "app/project/run_store.h"
#include "app/workbench/window_support.h"

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

/// A thread that lingers, as one of low priority does on busy processors, holds nobody up.
TEST(JobRunner, TheEndIsToldBeforeTheThreadIsGone) {
    static std::atomic<bool> release, gone;
    struct Lingers {
        ~Lingers() {
            for (int i = 0; i < 10000 && !release; ++i) std::this_thread::sleep_for(1ms);
            gone = true;
        }
        void touch() {}
    };
    release = gone = false;
    {
        Watched w;
        w.runner.start([](JobContext&) {
            thread_local Lingers lingers;
            lingers.touch();
        });
        ASSERT_TRUE(w.wait());
        EXPECT_FALSE(gone);
        EXPECT_EQ(w.runner.leaving(), 1u);
        w.ended.clear();
        ASSERT_GT(w.runner.start([](JobContext&) {}), 1);
        ASSERT_TRUE(w.wait());
        EXPECT_FALSE(gone);
        release = true;
        while (!gone) std::this_thread::sleep_for(1ms);
        for (int i = 0; i < 1000 && w.runner.leaving() > 1; ++i) {  // those that are gone are let go with the next ones
            w.ended.clear();
            w.runner.start([](JobContext&) {});
            ASSERT_TRUE(w.wait());
        }
        EXPECT_LE(w.runner.leaving(), 1u);
        release = false, gone = false;
        w.ended.clear();
        w.runner.start([](JobContext&) {
            thread_local Lingers lingers;
            lingers.touch();
        });
        ASSERT_TRUE(w.wait());
        release = true;
    }
    EXPECT_TRUE(gone);  // but no thread outlives its runner
}

TEST(JobRunner, WhatAJobHeldIsGoneWhenItsEndIsTold) {
    Watched w;
    auto held = std::make_shared<int>(1);
    const std::weak_ptr<int> seen = held;
    bool goneAtTheEnd = false;
    QObject::connect(&w.runner, &JobRunner::ended, &w.runner, [&] { goneAtTheEnd = seen.expired(); });
    w.runner.start([own = std::move(held)](JobContext&) { EXPECT_EQ(*own, 1); });
    ASSERT_TRUE(w.wait());
    EXPECT_TRUE(goneAtTheEnd);
}

struct StoreTest : testing::WindowTest {
    RunStore store;
    QSignalSpy opened{&store, &RunStore::opened};
};

/// Views ask in the window's thread: they must wait neither for the disk nor for a job that writes.
TEST_F(StoreTest, WhatViewsShowIsInMemoryWhenARunIsOpen) {
    const QString file = written("a.qsrun");
    appendEvaluation(file.toStdString(), {"perplexity", "text.txt", "quantized", {{"window", 10}}, {{"perplexity", {20, 1}}}});
    store.open(file);
    ASSERT_TRUE(opened.wait(60000));
    std::filesystem::remove(file.toStdString());
    EXPECT_EQ(store.run(file)->evaluations().size(), 1u);
    EXPECT_TRUE(store.run(file)->bitErrors().linears.empty());
    EXPECT_FALSE(store.run(file)->bitPlan());
}

TEST_F(StoreTest, AnEvaluationOfAnotherProcessIsSeen) {
    const QString file = written("a.qsrun");
    store.open(file);
    ASSERT_TRUE(opened.wait(60000));
    EXPECT_TRUE(store.run(file)->evaluations().empty());
    appendEvaluation(file.toStdString(), {"perplexity", "text.txt", "quantized", {{"window", 10}}, {{"perplexity", {20, 1}}}});
    ASSERT_TRUE(opened.wait(60000));
    EXPECT_EQ(store.run(file)->evaluations().size(), 1u);
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
