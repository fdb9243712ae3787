// SPDX-License-Identifier: GPL-3.0-or-later
// Ranks as threads of one process, so that what ranks do together can be tested without a launcher.
#pragma once

#include <algorithm>
#include <barrier>
#include <functional>
#include <thread>
#include <vector>

#include "distribute/communicator.h"

namespace qs::testing {

/// What the ranks share. Between two waits every rank only writes its own place or only reads.
struct SharedRanks {
    explicit SharedRanks(int size) : barrier(size), numbers(static_cast<std::size_t>(size)), places(static_cast<std::size_t>(size)) {}
    std::barrier<> barrier;
    std::vector<int> numbers;
    std::vector<const void*> places;
};

class ThreadTransport final : public Transport {
  public:
    ThreadTransport(SharedRanks& shared, int rank) : m_shared(shared), m_rank(rank) {}
    int rank() const override { return m_rank; }
    int size() const override { return static_cast<int>(m_shared.numbers.size()); }
    int least(int value) override {
        m_shared.numbers[static_cast<std::size_t>(m_rank)] = value;
        m_shared.barrier.arrive_and_wait();
        const int result = *std::min_element(m_shared.numbers.begin(), m_shared.numbers.end());
        m_shared.barrier.arrive_and_wait();
        return result;
    }
    void sum(std::span<float> values) override { sumOf(values); }
    void sum(std::span<double> values) override { sumOf(values); }
    void broadcast(std::span<char> bytes, int from) override {
        publish(bytes.data());
        if (m_rank != from) std::copy_n(static_cast<const char*>(placeOf(from)), bytes.size(), bytes.data());
        m_shared.barrier.arrive_and_wait();
    }

  private:
    void publish(const void* place) {
        m_shared.places[static_cast<std::size_t>(m_rank)] = place;
        m_shared.barrier.arrive_and_wait();
    }
    const void* placeOf(int rank) const { return m_shared.places[static_cast<std::size_t>(rank)]; }
    template <class T>
    void sumOf(std::span<T> values) {
        publish(values.data());
        std::vector<T> total(values.size());
        for (int rank = 0; rank < size(); ++rank)
            for (std::size_t i = 0; i < total.size(); ++i) total[i] += static_cast<const T*>(placeOf(rank))[i];
        m_shared.barrier.arrive_and_wait();
        std::copy(total.begin(), total.end(), values.begin());
    }

    SharedRanks& m_shared;
    int m_rank;
};

/// Runs body(communicator) on `size` ranks to their end.
inline void runRanks(int size, const std::function<void(Communicator&)>& body) {
    SharedRanks shared(size);
    std::vector<std::jthread> ranks;
    for (int rank = 0; rank < size; ++rank)
        ranks.emplace_back([&, rank] {
            Communicator group(std::make_unique<ThreadTransport>(shared, rank));
            body(group);
            group.leave();
        });
}

}  // namespace qs::testing
