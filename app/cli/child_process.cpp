// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/child_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/error.h"

namespace qs::cli {
namespace {

std::vector<char*> pointersTo(std::vector<std::string>& words) {
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    return pointers;
}

std::vector<std::string> environmentWith(const std::map<std::string, std::string>& additions) {
    std::vector<std::string> entries;
    for (char** entry = environ; *entry; ++entry) {
        const std::string text(*entry);
        if (!additions.count(text.substr(0, text.find('=')))) entries.push_back(text);
    }
    for (const auto& [name, value] : additions) entries.push_back(name + "=" + value);
    return entries;
}

std::string readAll(int descriptor) {
    std::string text;
    std::array<char, 4096> chunk{};
    while (true) {
        const ssize_t n = ::read(descriptor, chunk.data(), chunk.size());
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return text;
        text.append(chunk.data(), static_cast<std::size_t>(n));
    }
}

}  // namespace

ChildResult runSelf(const std::vector<std::string>& arguments, const std::map<std::string, std::string>& environment) {
    std::vector<std::string> words{"quantoscope-cli"}, entries = environmentWith(environment);
    words.insert(words.end(), arguments.begin(), arguments.end());
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw Error(std::string("a pipe cannot be made: ") + std::strerror(errno));
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t pid = -1;
    const int code = ::posix_spawn(&pid, "/proc/self/exe", &actions, nullptr, pointersTo(words).data(), pointersTo(entries).data());
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    ChildResult result;
    if (code == 0) result.output = readAll(ends[0]);
    ::close(ends[0]);
    if (code != 0) throw Error(std::string("this program cannot be started again: ") + std::strerror(code));
    int state = 0;
    while (::waitpid(pid, &state, 0) < 0 && errno == EINTR) continue;
    result.status = WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
    return result;
}

}  // namespace qs::cli
