// SPDX-License-Identifier: GPL-3.0-or-later
#include "distribute/communicator.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <numeric>

namespace qs {
namespace {

std::string machineName() {
    char name[256] = "";
    ::gethostname(name, sizeof name - 1);
    return name;
}

/// The error of a rank as all report it. What is not rank 0's own may hold on that machine only, so it is named.
Error named(const Error& error, int rank, int size) {
    if (rank == 0 || error.kind() == ErrorKind::Stopped || error.kind() == ErrorKind::Usage) return error;
    return error.within("process " + std::to_string(rank + 1) + " of " + std::to_string(size) + " on " + machineName());
}

}  // namespace

void Communicator::meet() {
    if (!m_transport) return;
    const int failed = m_transport->least(size());
    if (failed < size()) throw receiveFailure(failed, nullptr);
}

void Communicator::sum(std::span<float> values) {
    meet();
    if (m_transport) m_transport->sum(values);
}

void Communicator::sum(std::span<double> values) {
    meet();
    if (m_transport) m_transport->sum(values);
}

std::string Communicator::broadcastFrom(int from, std::string bytes) {
    std::size_t count = bytes.size();
    m_transport->broadcast({reinterpret_cast<char*>(&count), sizeof count}, from);
    bytes.resize(count);
    m_transport->broadcast(bytes, from);
    return bytes;
}

std::vector<std::string> Communicator::gather(const std::string& bytes) {
    if (!m_transport) return {bytes};
    meet();
    std::vector<std::string> all;
    for (int from = 0; from < size(); ++from) all.push_back(broadcastFrom(from, from == rank() ? bytes : std::string()));
    return all;
}

std::string Communicator::broadcast(std::string bytes) {
    meet();
    return m_transport ? broadcastFrom(0, isFirst() ? std::move(bytes) : std::string()) : bytes;
}

bool Communicator::any(bool value) {
    meet();
    return m_transport ? m_transport->least(value ? 0 : 1) == 0 : value;
}

Error Communicator::receiveFailure(int from, const Error* own) {
    m_failed = true;
    std::string bytes;
    if (from == rank()) {
        const Error shown = named(*own, from, size());
        bytes = static_cast<char>(shown.kind()) + std::string(shown.what());
    }
    bytes = broadcastFrom(from, std::move(bytes));
    return Error(bytes.substr(1), static_cast<ErrorKind>(bytes[0]));
}

Error Communicator::fail(const Error& error) {
    if (!m_transport || m_failed) return error;
    return receiveFailure(m_transport->least(rank()), &error);
}

void Communicator::leave() {
    if (!m_transport) return;
    m_transport->least(0);
    m_transport.reset();
}

Neighbours neighboursOf(Communicator& group) {
    cpu_set_t set;
    CPU_ZERO(&set);
    std::string cores;
    if (::sched_getaffinity(0, sizeof set, &set) == 0)
        for (int core = 0; core < CPU_SETSIZE; ++core) cores += CPU_ISSET(core, &set) ? '1' : '0';
    const std::string machine = machineName() + "\n";
    Neighbours neighbours{0, 0};
    for (const std::string& other : group.gather(machine + cores)) {
        neighbours.onMachine += other.starts_with(machine);
        neighbours.onCores += other == machine + cores;
    }
    return neighbours;
}

}  // namespace qs
