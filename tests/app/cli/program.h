// SPDX-License-Identifier: GPL-3.0-or-later
// The built quantoscope-cli as a child process.
#pragma once

#include <gtest/gtest.h>
#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support/data.h"

namespace qs::testing {

struct ProgramResult {
    int status = -1;  ///< exit status, or -1 if a signal ended it
    int signal = 0;
    std::string out, err;

    /// Last line of standard error.
    std::string lastLine() const;
    /// Lines of standard error that begin with "error: ".
    int errorLines() const;
    nlohmann::json json() const { return nlohmann::json::parse(out); }
};

struct ProgramOptions {
    std::string input;                       ///< standard input
    std::map<std::string, std::string> env;  ///< added to the environment
    std::string outputFile;                  ///< standard output goes here instead, e.g. /dev/full
    long fileSizeLimit = -1;                 ///< bytes that a file may have; -1 = no limit
    bool closeOutput = false;                ///< the program starts without a standard output
    std::vector<std::string> launcher{};     ///< words before the program, e.g. mpirun -n 2
};

using Words = std::vector<std::string>;
inline Words operator+(Words words, const Words& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

/// Number of entries of a folder.
inline std::size_t filesIn(const std::filesystem::path& folder) {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

/// What most commands are tried on.
inline const std::string kDemoModel = resource("models/demo").string(), kDemoText = resource("text/en.txt").string();

/// Runs the program to its end.
ProgramResult runProgram(const std::vector<std::string>& arguments, const ProgramOptions& options = {});

/// A running program.
class Program {
  public:
    explicit Program(const std::vector<std::string>& arguments, const ProgramOptions& options = {});
    ~Program();
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;
    void send(int signal) const;
    std::string errorSoFar() const;
    /// Waits until standard error holds `text`; false after `seconds`, or when the program has ended.
    bool waitFor(const std::string& text, double seconds = 60);
    bool running();
    ProgramResult wait();

  private:
    TemporaryFolder m_folder;
    pid_t m_pid = -1;
    int m_state = 0;
    bool m_ended = false, m_ownOutput = true;
};

/// Status 1 or 2 with exactly one error line, the last one, that holds `part`.
void expectError(const ProgramResult& result, int status, const std::string& part);

/// For tests that read one run: made once for all of them by the words of Made::words(run).
template <class Made>
class RunOnce : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        s_place = new TemporaryFolder;
        s_result = new ProgramResult(runProgram(Made::words(run())));
    }
    static void TearDownTestSuite() {
        delete s_result;
        delete s_place;
    }
    void SetUp() override { ASSERT_EQ(s_result->status, 0) << s_result->err; }
    static std::string run() { return *s_place / "run.qsrun"; }

    static inline TemporaryFolder* s_place = nullptr;
    static inline ProgramResult* s_result = nullptr;
};

}  // namespace qs::testing
