// SPDX-License-Identifier: GPL-3.0-or-later
// The queue of jobs, what of it outlives the program, and the forecast.
#include "app/jobs/job_queue.h"

#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QTest>
#include <atomic>
#include <thread>

#include "app/jobs/forecast.h"
#include "app/jobs/job_models.h"
#include "app/jobs/stored_jobs.h"
#include "app/project/project.h"
#include "base/error.h"
#include "support/data.h"
#include "support/fake_run.h"

namespace qs {
namespace {

using namespace std::chrono_literals;

QuantizeOptions named(const std::string& out) {
    QuantizeOptions options;
    options.out = out;
    return options;
}

/// Jobs that do what their name says.
void play(const QuantizeOptions& options, JobContext& context) {
    if (options.out == "fails") throw Error("block 9, q_proj: not positive definite; raise --damp");
    context.event({Severity::Warning, "damping-retry", "block 0", "damped more"});
    context.partFinished(0, options.out);
    while (options.out == "long") context.check(), std::this_thread::sleep_for(1ms);
}

bool settled(const JobQueue& queue) {
    return QTest::qWaitFor([&] { return !queue.running(); }, 10000);
}

TEST(JobQueue, RunsOneAfterTheOtherAndGoesOnBehindAFailure) {
    JobQueue queue({play, {}});
    JobListModel list(queue);
    JobLogModel log(queue);
    QAbstractItemModelTester one(&list, QAbstractItemModelTester::FailureReportingMode::Fatal);
    QAbstractItemModelTester two(&log, QAbstractItemModelTester::FailureReportingMode::Fatal);
    std::vector<int> order;
    QObject::connect(&queue, &JobQueue::ended, &queue, [&](int id) { order.push_back(id); });
    const int first = queue.add("first", named("a")), bad = queue.add("bad", named("fails")), last = queue.add("last", named("b"));
    EXPECT_EQ(queue.waiting(), 2);
    ASSERT_TRUE(QTest::qWaitFor([&] { return order.size() == 3; }, 60000));
    EXPECT_EQ(order, (std::vector<int>{first, bad, last}));
    EXPECT_EQ(queue.find(bad)->state, JobState::Failed);
    EXPECT_TRUE(queue.find(bad)->outcome.message.contains("block 9"));
    EXPECT_EQ(queue.find(last)->state, JobState::Done);
    EXPECT_EQ(queue.find(last)->blockSeconds.size(), 1U);
    EXPECT_EQ(list.rowCount(), 3);
    EXPECT_EQ(log.rowCount(), 3);  // finished, block, event
    EXPECT_EQ(log.index(2).data(JobLogModel::SeverityRole).toInt(), int(Severity::Warning));
    queue.remove(bad);
    EXPECT_EQ(list.rowCount(), 2);
}

TEST(JobQueue, AStopHoldsWhatWaitsUntilItIsLetGo) {
    JobQueue queue({play, {}});
    const int first = queue.add("first", named("long"));
    const int second = queue.add("second", named("b"));
    queue.pause(true);
    EXPECT_EQ(queue.find(first)->state, JobState::Paused);
    queue.pause(false);
    queue.stopNow();
    ASSERT_TRUE(settled(queue));
    EXPECT_EQ(queue.find(first)->state, JobState::Stopped);
    EXPECT_EQ(queue.find(second)->state, JobState::Waiting);
    EXPECT_TRUE(queue.held());
    queue.goOn();
    ASSERT_TRUE(settled(queue));
    EXPECT_EQ(queue.find(second)->state, JobState::Done);
    queue.restart(second, true);
    EXPECT_TRUE(queue.running());
    ASSERT_TRUE(settled(queue));
    EXPECT_TRUE(resumes(queue.find(second)->options));
}

TEST(JobQueue, ForgetsTheOldestThatEnded) {
    JobQueue queue({[](const QuantizeOptions&, JobContext&) {}, {}});
    JobListModel list(queue);
    QAbstractItemModelTester tester(&list, QAbstractItemModelTester::FailureReportingMode::Fatal);
    int last = 0;
    for (int i = 0; i < 130; ++i) {
        last = queue.add("job", named("a"));
        ASSERT_TRUE(settled(queue));
    }
    EXPECT_EQ(queue.jobs().size(), 102u);  // a hundred, the one before and the new one
    EXPECT_EQ(queue.jobs().front()->id, last - 101);
    EXPECT_EQ(queue.current()->id, last);
    EXPECT_EQ(list.rowCount(), 102);
}

TEST(JobQueue, WaitingJobsAreStoredWithTheirOptions) {
    JobQueue queue({play, {}});
    QuantizeOptions options = named("c");
    options.quant.bits = 3;
    options.calibration.text = {"a, b.txt", "c.txt"};
    queue.add("first", named("long"));
    queue.add("second", options);
    const auto stored = readWaitingJobs(waitingJobsJson(queue));
    ASSERT_EQ(stored.size(), 1U);
    EXPECT_EQ(stored[0].name, "second");
    EXPECT_EQ(std::get<QuantizeOptions>(stored[0].options).quant.bits, 3);
    EXPECT_EQ(std::get<QuantizeOptions>(stored[0].options).calibration.text, options.calibration.text);
    EXPECT_TRUE(readWaitingJobs("nonsense").empty());
    EXPECT_TRUE(readWaitingJobs(R"([{"name": "x", "options": {"bits": "99"}}, 7])").empty());
    EXPECT_TRUE(readWaitingJobs(R"([{"name": "x", "kind": "of later", "options": {"bits": "3"}}])").empty());
    queue.stopNow();
    ASSERT_TRUE(settled(queue));
}

TEST(Unfinished, IsFoundWithItsOptionsUnlessSomebodyWritesIt) {
    testing::TemporaryFolder folder;
    const QString home = QString::fromStdString(folder.path().string()), file = home + "/small.qsrun";
    const auto small = testing::smallRun();
    {
        RunWriter writer(file.toStdString(), small->origin, {}, false);
        writer.writePart(testing::smallPart(*small, 0));
        EXPECT_TRUE(findUnfinished(home, {}).empty());
    }
    std::filesystem::create_directories(folder / "broken.qsrun.parts");
    const auto found = findUnfinished(home, {file, "/gone.qsrun"});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].file, file);
    EXPECT_EQ(found[0].done, 1);
    EXPECT_EQ(found[0].all, 2);
    const auto& again = std::get<QuantizeOptions>(found[0].options);
    EXPECT_EQ(again.quant.bits, 3);
    EXPECT_EQ(again.out, file.toStdString());
    EXPECT_TRUE(again.resume);
}

TEST(Forecaster, AnswersTheNewestQuestionOnly) {
    std::atomic<int> asked{0};
    Forecaster forecaster({{}, [&](const QuantizeOptions& options) {
                               ++asked;
                               std::this_thread::sleep_for(30ms);
                               if (options.quant.bits == 8) throw Error("model: is not there");
                               Estimate estimate;
                               estimate.total.seconds = options.quant.bits;
                               return estimate;
                           }});
    QuantizeOptions options;
    for (options.quant.bits = 2; options.quant.bits < 6; ++options.quant.bits) forecaster.setOptions(options);
    ASSERT_TRUE(QTest::qWaitFor([&] { return forecaster.current().has_value(); }, 60000));
    EXPECT_DOUBLE_EQ(forecaster.current()->total.seconds, 5);
    EXPECT_EQ(asked, 1);
    options.quant.bits = 8;
    forecaster.setOptions(options);
    ASSERT_TRUE(QTest::qWaitFor([&] { return !forecaster.failure().isEmpty(); }, 60000));
    EXPECT_FALSE(forecaster.current());
    forecaster.setOptions(std::nullopt);
    EXPECT_TRUE(forecaster.failure().isEmpty());
}

}  // namespace
}  // namespace qs
