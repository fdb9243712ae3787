// SPDX-License-Identifier: GPL-3.0-or-later
#include "program.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <thread>

namespace qs::testing {
namespace {

std::string contents(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::vector<std::string> linesOf(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

/// In the child: connects a descriptor with a file.
void connect(int descriptor, const std::string& path, int flags) {
    const int file = ::open(path.c_str(), flags, 0600);
    if (file < 0 || ::dup2(file, descriptor) < 0) _exit(126);
    ::close(file);
}

}  // namespace

std::string ProgramResult::lastLine() const {
    const auto lines = linesOf(err);
    return lines.empty() ? "" : lines.back();
}

int ProgramResult::errorLines() const {
    int count = 0;
    for (const std::string& line : linesOf(err)) count += line.starts_with("error: ");
    return count;
}

Program::Program(const std::vector<std::string>& arguments, const ProgramOptions& options) : m_ownOutput(options.outputFile.empty()) {
    std::ofstream(m_folder / "in", std::ios::binary) << options.input;
    std::vector<std::string> words = options.launcher;
    words.emplace_back(QS_CLI);
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    const std::string in = m_folder / "in", err = m_folder / "err";
    const std::string out = m_ownOutput ? (m_folder / "out").string() : options.outputFile;
    m_pid = ::fork();
    if (m_pid != 0) return;
    for (const auto& [name, value] : options.env) ::setenv(name.c_str(), value.c_str(), 1);
    connect(0, in, O_RDONLY);
    connect(1, out, O_WRONLY | O_CREAT | O_TRUNC);
    connect(2, err, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND);
    if (options.closeOutput) ::close(1);
    const rlimit limit{static_cast<rlim_t>(options.fileSizeLimit), static_cast<rlim_t>(options.fileSizeLimit)};
    if (options.fileSizeLimit >= 0 && ::setrlimit(RLIMIT_FSIZE, &limit) != 0) _exit(126);
    ::execvp(argv[0], argv.data());
    _exit(127);
}

Program::~Program() {
    if (running()) {
        send(SIGKILL);
        wait();
    }
}

void Program::send(int signal) const { ::kill(m_pid, signal); }

std::string Program::errorSoFar() const { return contents(m_folder / "err"); }

bool Program::running() {
    if (!m_ended && ::waitpid(m_pid, &m_state, WNOHANG) == m_pid) m_ended = true;
    return !m_ended;
}

bool Program::waitFor(const std::string& text, double seconds) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    while (std::chrono::steady_clock::now() < end) {
        const bool alive = running();
        if (errorSoFar().find(text) != std::string::npos) return true;
        if (!alive) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
}

ProgramResult Program::wait() {
    if (!m_ended) ::waitpid(m_pid, &m_state, 0);
    m_ended = true;
    ProgramResult result;
    if (WIFEXITED(m_state)) result.status = WEXITSTATUS(m_state);
    else result.signal = WTERMSIG(m_state);
    if (m_ownOutput) result.out = contents(m_folder / "out");
    result.err = errorSoFar();
    return result;
}

ProgramResult runProgram(const std::vector<std::string>& arguments, const ProgramOptions& options) {
    return Program(arguments, options).wait();
}

void expectError(const ProgramResult& result, int status, const std::string& part) {
    EXPECT_EQ(result.status, status) << result.err;
    EXPECT_EQ(result.errorLines(), 1) << result.err;
    EXPECT_TRUE(result.lastLine().starts_with("error: ")) << result.err;
    EXPECT_NE(result.lastLine().find(part), std::string::npos) << result.lastLine() << "\ndoes not hold: " << part;
}

}  // namespace qs::testing
