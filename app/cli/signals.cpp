// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/signals.h"

#include <pthread.h>

#include <csignal>
#include <mutex>
#include <thread>

#include "cli/console.h"

namespace qs::cli {
namespace {

struct Target {
    std::mutex mutex;
    JobContext* context = nullptr;
    bool stopsNow = false;  // what the next signal does
    bool spent = false;     // "stop now" was sent
};

Target& target() {
    static Target& one = *new Target;  // never destroyed: the thread outlives main
    return one;
}

sigset_t stopSignals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) sigaddset(&set, number);
    return set;
}

[[noreturn]] void endAsBySignal(int number) {
    std::signal(number, SIG_DFL);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, number);
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    std::raise(number);
    std::_Exit(128 + number);
}

void obey(int number) {
    const std::lock_guard lock(target().mutex);
    if (!target().context || target().spent) endAsBySignal(number);
    if (target().stopsNow) {
        target().context->stopNow();
        target().spent = true;
        say("stopping now");
    } else {
        target().context->stopAfterPart();
        target().stopsNow = true;
        say("stopping after the part in progress; a second signal stops at once");
    }
}

}  // namespace

void startSignalThread() {
    for (const int number : {SIGINT, SIGTERM}) std::signal(number, SIG_DFL);  // shells let background jobs ignore SIGINT
    const sigset_t set = stopSignals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::thread([set] {
        for (int number = 0; sigwait(&set, &number) == 0;) obey(number);
    }).detach();
}

StopTarget::StopTarget(JobContext& context, FirstSignal first) {
    const std::lock_guard lock(target().mutex);
    target().context = &context;
    target().stopsNow = first == FirstSignal::Now;
    target().spent = false;
}

StopTarget::~StopTarget() {
    const std::lock_guard lock(target().mutex);
    target().context = nullptr;
}

}  // namespace qs::cli
