// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/stream.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "hessian/bank_device.h"
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

std::vector<int> Stream::lengths() const { return lengthsOf(m_records); }

void Stream::run(Stage stage, JobContext& context) {
    std::vector<SequenceBuffers*> sequences;
    for (const std::size_t i : m_longestFirst) sequences.push_back(&buffers()[i]);
    runStage(*m_session.executor, stage, sequences, *m_session.pool, [&] { context.check(); });
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

Matrix<float> Stream::differences(const Stream& untouched, InputTag tag, int dim, const Weighting& weighting,
                                  const std::vector<LengthCount>& counts, JobContext& context) const {
    const auto inputs = inputsByLength(tag), originals = untouched.inputsByLength(tag);
    const std::vector<double> factors = weighting.factors(counts);
    DifferenceSum sum(dim, m_session.executor->dtype(), m_session.device());
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const int length = counts[i].length;
        if (inputs.count(length) > 0)
            sum.add(length, originals.at(length), inputs.at(length), factors[i], weighting.firstTokenWeight, *m_session.pool,
                    [&] { context.check(); });
    }
    return sum.take(*m_session.pool);
}

namespace {

/// sums[c] += Σ_t |x_tc| over rows [first, last) of x [.., dim]; `partial` is workspace [dim].
void addMagnitudes(const float* x, std::size_t tokens, std::size_t dim, std::vector<float>& partial, std::vector<double>& sums) {
    partial.assign(dim, 0);
    for (std::size_t t = 0; t < tokens; ++t)
        for (std::size_t c = 0; c < dim; ++c) partial[c] += std::abs(x[t * dim + c]);
    for (std::size_t c = 0; c < dim; ++c) sums[c] += static_cast<double>(partial[c]);
}

}  // namespace

std::vector<double> Stream::magnitudes(InputTag tag, int dim, const Weighting& weighting, const std::vector<LengthCount>& counts,
                                       JobContext& context) const {
    constexpr std::size_t chunk = 256;
    const auto width = static_cast<std::size_t>(dim), element = byteSize(m_session.executor->dtype());
    const std::vector<double> factors = weighting.factors(counts);
    std::map<int, double> factorOf;
    double total = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        factorOf[counts[i].length] = factors[i];
        total += factors[i] * counts[i].sequences * (counts[i].length - 1 + weighting.firstTokenWeight);
    }
    if (m_session.device().kind == DeviceKind::Cuda) {
        std::vector<double> mean(width);
        for (const auto& [length, inputs] : inputsByLength(tag)) {
            const MagnitudeSums own =
                magnitudesOnDevice(m_session.device(), m_session.executor->dtype(), dim, length, inputs, [&] { context.check(); });
            const double factor = factorOf.at(length) / total;
            for (std::size_t c = 0; c < width; ++c)
                mean[c] += std::max(factor * (own.all[c] + (weighting.firstTokenWeight - 1) * own.first[c]), 0.0);
        }
        return mean;
    }
    const auto buffers = this->buffers();
    std::vector<std::vector<double>> sums(buffers.size(), std::vector<double>(width));
    m_session.pool->run(buffers.size(), [&](std::size_t item, int) {
        const std::size_t s = m_longestFirst[item], length = static_cast<std::size_t>(buffers[s].length);
        const auto* x = static_cast<const char*>(inputOf(tag, buffers[s]));
        std::vector<float> rows(std::min(chunk, length) * width), partial;
        std::vector<double> first(width);
        for (std::size_t t = 0; t < length; t += chunk) {
            context.check();
            const std::size_t tokens = std::min(chunk, length - t);
            m_session.executor->toHost(x + t * width * element, tokens * width, rows.data());
            addMagnitudes(rows.data(), tokens, width, partial, sums[s]);
            if (t == 0) addMagnitudes(rows.data(), 1, width, partial, first);
        }
        const double factor = factorOf.at(buffers[s].length) / total;
        for (std::size_t c = 0; c < width; ++c) sums[s][c] = factor * (sums[s][c] + (weighting.firstTokenWeight - 1) * first[c]);
    });
    std::vector<double> mean(width);
    for (const auto& own : sums)
        for (std::size_t c = 0; c < width; ++c) mean[c] += std::max(own[c], 0.0);
    return mean;
}

}  // namespace qs
