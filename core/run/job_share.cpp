// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/job_share.h"

#include <algorithm>
#include <chrono>
#include <limits>

#include "base/clock.h"

namespace qs {
namespace {

constexpr auto kGlance = std::chrono::milliseconds(50);  // how often one who waits looks whether to stop
constexpr long kNothingMore = std::numeric_limits<long>::max();

}  // namespace

void Cores::acquire() {
    std::unique_lock lock(m_mutex);
    ++m_waiting;
    m_freed.wait(lock, [&] { return m_free > 0; });
    --m_waiting;
    --m_free;
}

bool Cores::tryAcquire() {
    const std::lock_guard lock(m_mutex);
    if (m_free <= m_waiting) return false;
    --m_free;
    return true;
}

void Cores::release() {
    {
        const std::lock_guard lock(m_mutex);
        ++m_free;
    }
    m_freed.notify_one();
}

UntouchedChain::UntouchedChain(std::shared_ptr<const Model> model, const MachineOptions& machine, std::shared_ptr<const CalibrationSet> set,
                               int members, std::string spillFolder, Cores& cores)
    : m_model(std::move(model)),
      m_machine(machine),
      m_set(std::move(set)),
      m_spillFolder(std::move(spillFolder)),
      m_cores(cores),
      m_spent(static_cast<std::size_t>(members), 0),
      m_next(static_cast<std::size_t>(members), 0) {}

long UntouchedChain::stepOf(int block, InputTag tag) {
    return static_cast<long>(block) * static_cast<long>(kInputTags.size()) + static_cast<long>(stageOf(tag));
}

bool UntouchedChain::mayAdvance() const {
    return !m_moving && std::all_of(m_next.begin(), m_next.end(), [&](long next) { return next > m_step; });
}

void UntouchedChain::waitWithoutCore(std::unique_lock<std::mutex>& lock, long wanted, JobContext& context) {
    m_cores.release();
    std::exception_ptr stopped;
    while (m_step < wanted && !m_failure && !mayAdvance() && !stopped) {
        m_moved.wait_for(lock, kGlance);
        try {
            context.check();
        } catch (...) {
            stopped = std::current_exception();
        }
    }
    lock.unlock();
    m_cores.acquire();
    lock.lock();
    if (stopped) std::rethrow_exception(stopped);
}

const Stream& UntouchedChain::at(int member, int block, InputTag tag, JobContext& context) {
    const long wanted = stepOf(block, tag);
    const auto start = Clock::now();
    std::unique_lock lock(m_mutex);
    m_next[static_cast<std::size_t>(member)] = wanted;
    m_moved.notify_all();
    while (m_step < wanted && !m_failure) {
        if (mayAdvance()) {
            m_moving = true;
            lock.unlock();
            std::exception_ptr failure;
            const auto moveStart = Clock::now();
            try {
                advance(context);
            } catch (...) {
                failure = std::current_exception();
            }
            lock.lock();
            m_moving = false;
            m_moveSeconds += secondsSince(moveStart);
            m_failure = failure;
            m_step += failure ? 0 : 1;
            m_moved.notify_all();
            continue;
        }
        waitWithoutCore(lock, wanted, context);
    }
    m_spent[static_cast<std::size_t>(member)] += secondsSince(start);
    if (m_failure) std::rethrow_exception(m_failure);
    return *m_stream;
}

void UntouchedChain::advance(JobContext& context) {
    const int tags = static_cast<int>(kInputTags.size()), step = static_cast<int>(m_step + 1), block = step / tags;
    if (!m_stream) {
        m_session = openSession(m_model, m_machine, context);
        m_stream = std::make_unique<Stream>(m_set->calibration, m_session, activationBudget(m_machine), m_spillFolder, context);
    }
    if (step % tags == 0) {
        if (block > 0) m_stream->run(Stage::Finish, context);
        m_session.executor->setBlock(m_model->spec().blocks[static_cast<std::size_t>(block)], m_model->block(block));
    }
    m_stream->run(kStages[static_cast<std::size_t>(step % tags)], context);
}

void UntouchedChain::done(int member, int block, InputTag tag) {
    const std::lock_guard lock(m_mutex);
    m_next[static_cast<std::size_t>(member)] = stepOf(block, tag) + 1;
    m_moved.notify_all();
}

void UntouchedChain::leave(int member) {
    const std::lock_guard lock(m_mutex);
    m_next[static_cast<std::size_t>(member)] = kNothingMore;
    m_moved.notify_all();
}

double UntouchedChain::excessSeconds(int member) const {
    const std::lock_guard lock(m_mutex);
    return m_spent[static_cast<std::size_t>(member)] - m_moveSeconds / static_cast<double>(m_spent.size());
}

std::shared_ptr<const HessianBank> FirstBanks::get(bool heldOut, const std::function<HessianBank()>& make) {
    const std::lock_guard lock(m_mutex);
    auto& bank = m_banks[heldOut ? 1 : 0];
    if (!bank) bank = std::make_shared<const HessianBank>(make());
    return bank;
}

}  // namespace qs
