// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/stream.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "run/calibration_set.h"

namespace qs {

Stream::Stream(const std::vector<SequenceRecord>& sequences, Session& session, std::size_t budgetBytes, const std::string& spillFolder,
               JobContext& context)
    : m_records(sequences), m_session(session), m_longestFirst(sequences.size()) {
    if (sequences.empty()) return;
    const std::vector<int> lengths = lengthsOf(sequences);
    m_tokens = std::accumulate(lengths.begin(), lengths.end(), std::int64_t{0});
    std::iota(m_longestFirst.begin(), m_longestFirst.end(), std::size_t{0});
    std::stable_sort(m_longestFirst.begin(), m_longestFirst.end(), [&](std::size_t a, std::size_t b) { return lengths[a] > lengths[b]; });
    m_store = std::make_unique<ActivationStore>(*session.executor, session.model->spec(), lengths, budgetBytes, spillFolder);
    for (std::size_t i = 0; i < sequences.size(); ++i) {
        context.check();
        session.executor->embed(sequences[i].ids, buffers()[i]);
    }
}

void Stream::run(Stage stage, JobContext& context) {
    m_session.pool->run(m_records.size(), [&](std::size_t item, int worker) {
        context.check();
        m_session.executor->run(stage, buffers()[m_longestFirst[item]], worker);
    });
}

std::map<int, std::vector<SequenceInput>> Stream::inputsByLength(InputTag tag) const {
    std::map<int, std::vector<SequenceInput>> byLength;
    const auto sequences = m_store ? m_store->sequences() : std::span<SequenceBuffers>();
    for (std::size_t i = 0; i < m_records.size(); ++i)
        byLength[m_records[i].length].push_back({inputOf(tag, sequences[i]), m_records[i].secondHalf});
    return byLength;
}

HessianBank Stream::bank(InputTag tag, int dim, JobContext& context) const {
    HessianBank bank(dim, m_session.executor->dtype(), m_session.device());
    for (const auto& [length, inputs] : inputsByLength(tag)) bank.add(length, inputs, *m_session.pool, [&] { context.check(); });
    bank.finish(*m_session.pool);
    return bank;
}

Matrix<float> Stream::cross(const Stream& untouched, InputTag tag, int dim, const Weighting& weighting,
                            const std::vector<LengthCount>& counts, CrossPart part, JobContext& context) const {
    const auto inputs = inputsByLength(tag), originals = untouched.inputsByLength(tag);
    const std::vector<double> factors = weighting.factors(counts);
    CrossSum sum(dim, m_session.executor->dtype(), m_session.device(), part);
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const int length = counts[i].length;
        if (inputs.count(length) == 0) continue;
        sum.add(length, originals.at(length), inputs.at(length), factors[i], weighting.firstTokenWeight, *m_session.pool,
                [&] { context.check(); });
    }
    return sum.take();
}

}  // namespace qs
