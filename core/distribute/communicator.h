// SPDX-License-Identifier: GPL-3.0-or-later
// Ranks: the processes that do one job together. All ranks run the same program and make the same calls in the same order; a call returns
// when every rank has made it.
//
// No rank waits in vain for one that failed: every call begins with a meeting at which each rank says whether it can go on. One that cannot
// says so with fail(), and all others get its error out of the call that they are in.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"

namespace qs {

/// How values get from rank to rank. Every function is called by all ranks in the same order.
class Transport {
  public:
    virtual ~Transport() = default;
    virtual int rank() const = 0;
    virtual int size() const = 0;
    /// The least of the ranks' values; the ranks wait for each other here.
    virtual int least(int value) = 0;
    /// values[i] = Σ over ranks, the same bits on every rank and in every repetition with the same number of ranks.
    virtual void sum(std::span<float> values) = 0;
    virtual void sum(std::span<double> values) = 0;
    /// Bytes of rank `from` to all; spans of equal size.
    virtual void broadcast(std::span<char> bytes, int from) = 0;
};

class Communicator {
  public:
    /// One rank, alone: every call returns what it was given.
    Communicator() = default;
    explicit Communicator(std::unique_ptr<Transport> transport) : m_transport(std::move(transport)) {}

    int rank() const { return m_transport ? m_transport->rank() : 0; }
    int size() const { return m_transport ? m_transport->size() : 1; }
    bool isFirst() const { return rank() == 0; }
    bool isAlone() const { return size() == 1; }

    // All of these throw the Error of a rank that failed, on every other rank.
    /// values[i] = Σ over ranks, in place. Any size.
    void sum(std::span<float> values);
    void sum(std::span<double> values);
    /// Every rank's bytes, by rank, on every rank. Any size, also different ones.
    std::vector<std::string> gather(const std::string& bytes);
    /// The bytes of rank 0, on every rank.
    std::string broadcast(std::string bytes);
    /// Whether `value` holds on any rank.
    bool any(bool value);
    /// Waits for all ranks.
    void meet();

    /// Tells the others that this rank cannot go on. Returns the error to report: of the lowest rank that failed, the same on all; an
    /// error that came from another rank is returned as it is. Call it once, outside of other calls.
    Error fail(const Error& error);
    /// The last call: afterwards ranks may end. Also after a failure.
    void leave();

  private:
    std::string broadcastFrom(int from, std::string bytes);
    Error receiveFailure(int from, const Error* own);

    std::unique_ptr<Transport> m_transport;
    bool m_failed = false;
};

/// How many ranks, this one included, share this rank's machine, and how many of these its very cores.
struct Neighbours {
    int onMachine = 1, onCores = 1;
};
Neighbours neighboursOf(Communicator& group);

}  // namespace qs
