// SPDX-License-Identifier: GPL-3.0-or-later
// Jobs spread over processes by mpirun: the same result, one voice, one end.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "base/file.h"
#include "model/safetensors.h"
#include "program.h"

namespace qs::testing {
namespace {

using nlohmann::json;

/// Whether this build speaks MPI and there is a launcher.
std::string whyNot() {
#ifndef QS_MPI
    return "built without MPI";
#else
    std::istringstream folders(std::getenv("PATH") ? std::getenv("PATH") : "");
    for (std::string folder; std::getline(folders, folder, ':');)
        if (::access((folder + "/mpirun").c_str(), X_OK) == 0) return "";
    return "needs mpirun (openmpi-bin)";
#endif
}

#define QS_NEED_MPI \
    if (const std::string reason = whyNot(); !reason.empty()) GTEST_SKIP() << reason

ProgramOptions processes(int count) {
    ProgramOptions options;
    // --quiet: mpirun adds no words of its own about an exit status
    options.launcher = {"mpirun", "--quiet", "--oversubscribe", "--bind-to", "none", "-n", std::to_string(count)};
    options.env = {{"OMPI_ALLOW_RUN_AS_ROOT", "1"}, {"OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1"}, {"ASAN_OPTIONS", "detect_leaks=0"}};
    return options;
}

Words quantizingSpread(const std::string& out) {
    return {"quantize", kDemoModel,  "--text", kDemoText, "--lengths", "64,128", "--tokens",
            "2048",     "--threads", "1",      "--bits",  "3",         "--out",  out};
}

TEST(Mpi, TwoProcessesMakeTheRunOfOne) {
    QS_NEED_MPI;
    const TemporaryFolder place;
    const std::string one = place / "one.qsrun", two = place / "two.qsrun", again = place / "again.qsrun";
    ASSERT_EQ(runProgram(quantizingSpread(one)).status, 0);
    const ProgramResult result = runProgram(quantizingSpread(two) + Words{"--json"}, processes(2));
    ASSERT_EQ(result.status, 0) << result.err;
    EXPECT_GT(result.json()["linears"], 0) << "one document, from the first process";
    ASSERT_EQ(runProgram(quantizingSpread(again), processes(2)).status, 0);
    EXPECT_EQ(filesIn(place.path()), 3u);

    const json a = runProgram({"errors", one, "--json"}).json()["errors"], b = runProgram({"errors", two, "--json"}).json()["errors"];
    ASSERT_EQ(a.size(), b.size());
    double ofOne = 0, ofTwo = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double x = a[i]["relative"], y = b[i]["relative"];
        ofOne += x;
        ofTwo += y;
        const std::string linear = a[i]["linear"];
        EXPECT_NEAR(y / x, 1, linear.starts_with("model.layers.0.self_attn.q") ? 5e-3 : 0.2) << a[i].dump();
    }
    EXPECT_NEAR(ofTwo / ofOne, 1, 0.01);
    EXPECT_EQ(b, runProgram({"errors", again, "--json"}).json()["errors"]);
}

TEST(Mpi, ThreeProcessesCalibrate) {
    QS_NEED_MPI;
    const TemporaryFolder place;
    const std::string out = place / "bank.qsrun";
    const ProgramResult result = runProgram({"calibrate", kDemoModel, "--text", kDemoText, "--lengths", "64", "--tokens", "256",
                                             "--threads", "1", "--keep", "full", "--json", "--out", out},
                                            processes(3));
    ASSERT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(result.json()["sequences"][0]["count"], 4);
}

TEST(Mpi, OnlyTheFirstSpeaks) {
    QS_NEED_MPI;
    const ProgramResult version = runProgram({"--version"}, processes(2)), alone = runProgram({"--version"});
    EXPECT_EQ(version.status, 0);
    EXPECT_EQ(version.out, alone.out);
    const TemporaryFolder place;
    const std::string out = place / "r.qsrun";
    expectError(runProgram({"quantize", "--bogus"}, processes(2)), 2, "--bogus");
    expectError(runProgram({"inspect", kDemoModel}, processes(2)), 2, "mpirun");
    expectError(runProgram({"quantize", kDemoModel, "--text", "/nonexistent.txt", "--out", out}, processes(2)), 1, "/nonexistent.txt");
    expectError(runProgram({"quantize", kDemoModel, "--text", kDemoText, "--out", place / "none/r.qsrun"}, processes(2)), 1,
                "does not exist");
    EXPECT_EQ(filesIn(place.path()), 0u);
}

TEST(Mpi, AFullDiskEndsAll) {
    QS_NEED_MPI;
    const TemporaryFolder place;
    // 30 kB a file, for the processes only: mpirun itself needs more.
    ProgramOptions options = processes(2);
    options.launcher.insert(options.launcher.end(), {"bash", "-c", "ulimit -f 30; exec \"$0\" \"$@\""});
    expectError(runProgram(quantizingSpread(place / "r.qsrun"), options), 1, "r.qsrun");
    EXPECT_FALSE(std::filesystem::exists(place / "r.qsrun"));
}

TEST(Mpi, ASignalStopsAllAndResumeGoesOn) {
    QS_NEED_MPI;
    const TemporaryFolder place;
    const std::string out = place / "r.qsrun", straight = place / "straight.qsrun";
    Program program(quantizingSpread(out) + Words{"--progress", "json"}, processes(2));
    ASSERT_TRUE(program.waitFor("\"progress\"")) << program.errorSoFar();
    program.send(SIGUSR1);  // mpirun passes it on
    const ProgramResult stopped = program.wait();
    ASSERT_EQ(stopped.status, 3) << stopped.err;
    EXPECT_TRUE(stopped.lastLine().starts_with("stopped: ")) << stopped.err;
    EXPECT_FALSE(std::filesystem::exists(out));
    const ProgramResult resumed = runProgram(quantizingSpread(out) + Words{"--resume"}, processes(2));
    ASSERT_EQ(resumed.status, 0) << resumed.err;
    ASSERT_EQ(runProgram(quantizingSpread(straight), processes(2)).status, 0);
    EXPECT_EQ(runProgram({"errors", out, "--json"}).json()["errors"], runProgram({"errors", straight, "--json"}).json()["errors"]);
}

TEST(Mpi, AKilledProcessEndsAll) {
    QS_NEED_MPI;
    const TemporaryFolder place;
    ProgramOptions options = processes(2);
    options.launcher.insert(options.launcher.end(),
                            {"bash", "-c", "if [ \"$OMPI_COMM_WORLD_RANK\" = 1 ]; then (sleep 3; kill -KILL $$) & fi; exec \"$0\" \"$@\""});
    const ProgramResult result = runProgram({"quantize", kDemoModel, "--text", kDemoText, "--lengths", "512", "--tokens", "400000",
                                             "--threads", "1", "--out", place / "r.qsrun"},
                                            options);
    EXPECT_NE(result.status, 0);
    EXPECT_FALSE(std::filesystem::exists(place / "r.qsrun"));
}

TEST(Mpi, ALaunchByAnotherMpiIsRefused) {
    // As it looks under the mpirun of MPICH, and with a build without MPI.
    ProgramOptions options;
    options.env = {{"PMI_SIZE", "2"}, {"PMI_RANK", "0"}, {"ASAN_OPTIONS", "detect_leaks=0"}};  // Open MPI keeps what its modules read
    expectError(runProgram({"quantize", "--help"}, options), 2, "started as one of 2 processes");
    options.env["PMI_RANK"] = "1";
    EXPECT_EQ(runProgram({"quantize", "--help"}, options).err, "");
}

}  // namespace
}  // namespace qs::testing
