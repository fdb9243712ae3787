// SPDX-License-Identifier: GPL-3.0-or-later
// Interrupted in every way and resumed, with other thread counts and memory budgets: always the same run.
#include "run/jobs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <map>
#include <random>
#include <thread>

#include "base/error.h"
#include "run/run_file.h"
#include "support/data.h"
#include "support/run_compare.h"
#include "support/run_jobs.h"

namespace qs {
namespace {

using testing::expectSameAfterStops;
using testing::expectSameRun;
using testing::expectSameWithOneThread;
using ::testing::HasSubstr;
using testing::quantize;
using testing::smallQuantization;
using testing::TemporaryFolder;
using testing::writeIds;
namespace fs = std::filesystem;

TEST(Quantize, SameSeedGivesTheSameBitsAndSoDoOtherThreadCounts) {
    const TemporaryFolder folder;
    expectSameWithOneThread(smallQuantization(folder), folder);
}

TEST(Quantize, StoppedAfterAnyBlockAndResumedIsTheSameRun) {
    const TemporaryFolder folder;
    expectSameAfterStops(smallQuantization(folder), folder);
}

/// Not a test: the process that KilledAtRandomMoments… kills.
TEST(Child, DISABLED_Quantizes) {
    const char* out = std::getenv("QUANTOSCOPE_TEST_RUN");
    ASSERT_NE(out, nullptr);
    QuantizeOptions options = testing::smallQuantizationOf(fs::path(out).parent_path() / "ids.json");
    options.out = out;
    options.resume = true;
    quantize(options);
}

/// Starts a process that resumes the quantization; a new image, since threads do not survive a fork.
pid_t startChild(const std::string& out) {
    const pid_t child = fork();
    if (child != 0) return child;
    ::setenv("QUANTOSCOPE_TEST_RUN", out.c_str(), 1);
    ::execl("/proc/self/exe", "test_run", "--gtest_filter=Child.DISABLED_Quantizes", "--gtest_also_run_disabled_tests", "--gtest_brief=1",
            static_cast<char*>(nullptr));
    _exit(127);
}

TEST(Quantize, KilledAtRandomMomentsAndResumedIsTheSameRun) {
    const TemporaryFolder folder;
    const QuantizeOptions options = smallQuantization(folder);
    const auto start = std::chrono::steady_clock::now();
    int status = 0;
    ::waitpid(startChild(options.out), &status, 0);
    ASSERT_EQ(status, 0);
    const auto whole = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start).count();
    const std::string killed = (folder / "killed.qsrun").string();
    std::mt19937 random(5);
    int kills = 0, finished = 0;
    std::map<std::size_t, int> partsAtKill;
    while (kills < 24) {
        const pid_t child = startChild(killed);
        std::this_thread::sleep_for(std::chrono::microseconds(random() % static_cast<unsigned>(whole)));
        ::kill(child, SIGKILL);
        ::waitpid(child, &status, 0);
        if (WIFSIGNALED(status)) {
            ++kills;
            std::size_t parts = 0;
            for (int b = 0; b < 6; ++b) parts += fs::exists(killed + ".parts/block-000" + std::to_string(b) + ".h5");
            ++partsAtKill[parts];
            continue;
        }
        ASSERT_EQ(WEXITSTATUS(status), 0);
        expectSameRun(options.out, killed);
        fs::remove(killed);
        ++finished;
    }
    ::waitpid(startChild(killed), &status, 0);
    ASSERT_EQ(status, 0);
    expectSameRun(options.out, killed);
    std::printf("killed %d times, finished %d times in between; parts at the kills:", kills, finished);
    for (const auto& [parts, count] : partsAtKill) std::printf(" %zu×%d", parts, count);
    std::printf("\n");
}

TEST(Quantize, CancelTakesEffectSoonAndCanBeResumed) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallQuantization(folder);
    options.calibration.ids = writeIds(folder / "long.json", {512, 1024}, 12);
    JobContext context;
    std::atomic<std::int64_t> asked{0};
    const auto now = [] {
        return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
    };
    std::jthread stopper([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(400));
        asked = now();
        context.stopNow();
    });
    try {
        runQuantize(options, context);
        GTEST_SKIP() << "this machine finished before it was asked to stop";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Stopped);
        EXPECT_LT(now() - asked.load(), 2000);  // the goal is 200 ms on a quiet machine
        RecordProperty("cancel_ms", static_cast<int>(now() - asked.load()));
        std::printf("cancelled after %ld ms\n", static_cast<long>(now() - asked.load()));
    }
    EXPECT_FALSE(fs::exists(options.out));
}

TEST(Quantize, ActivationsInAFileGiveTheSameRun) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallQuantization(folder);
    options.calibration.ids = writeIds(folder / "more.json", {256, 128}, 6);
    quantize(options);
    QuantizeOptions spilled = options;
    spilled.out = (folder / "spilled.qsrun").string();
    spilled.machine.memoryBudget = 1;
    quantize(spilled);
    const auto run = RunFile::open(spilled.out);
    ASSERT_EQ(run->events().size(), 1u);
    EXPECT_EQ(run->events()[0].kind, "activations-spilled");
    EXPECT_EQ(run->linear("model.layers.5.mlp.down_proj").codes, RunFile::open(options.out)->linear("model.layers.5.mlp.down_proj").codes);
}

TEST(Quantize, AFullDiskLeavesPartsToResume) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallQuantization(folder);
    quantize(options);
    const fs::path disk = folder / "disk";
    fs::create_directory(disk);
    if (mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=3m") != 0) GTEST_SKIP() << "a small file system cannot be mounted here (needs root)";
    QuantizeOptions small = options;
    small.out = (disk / "run.qsrun").string();
    try {
        quantize(small);
        ADD_FAILURE() << "the run fits the small disk";
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("No space left on device"));
    }
    EXPECT_TRUE(fs::exists(small.out + ".parts/block-0000.h5"));
    EXPECT_EQ(mount("tmpfs", disk.c_str(), "tmpfs", MS_REMOUNT, "size=64m"), 0);
    small.resume = true;
    quantize(small);
    expectSameRun(options.out, small.out);
    umount(disk.c_str());
}

}  // namespace
}  // namespace qs
