// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/bank_record.h"

#include <array>
#include <numeric>

#include "hessian/spectrum.h"
#include "run/bytes.h"

namespace qs {
namespace {

BucketRecord smallRecord(const HessianBank& bank, std::size_t index) {
    const LengthBucket& bucket = bank.buckets()[index];
    BucketRecord record;
    record.length = bucket.length;
    record.sequences = bucket.sequences;
    record.halfSequences = bucket.halfSequences;
    record.diagonal = bucket.diagonal;
    record.halfDiagonal = bucket.halfDiagonal;
    record.firstTokenDiagonal = bucket.firstTokenDiagonal;
    record.trace = std::accumulate(bucket.diagonal.begin(), bucket.diagonal.end(), 0.0);
    return record;
}

/// Eigenvalues of S_L / (n_L L): the mean over tokens, so that lengths compare.
void addSpectrum(BucketRecord& record, Matrix<float> S) {
    const float scale = 1.0f / (static_cast<float>(record.sequences) * static_cast<float>(record.length));
    for (float& value : S.values()) value *= scale;
    Spectrum spectrum = spectrumOf(S.view());
    record.eigenvalues = std::move(spectrum.eigenvalues);
    record.conditionNumber = spectrum.conditionNumber;
    record.effectiveRank = spectrum.effectiveRank;
    record.topShare = spectrum.topShare;
}

/// Every rank's spectra to every rank; `rankOf` says who made which.
void gatherSpectra(std::vector<BucketRecord>& records, const std::vector<int>& rankOf, Communicator& group) {
    if (group.isAlone()) return;
    ByteWriter own;
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (rankOf[i] != group.rank()) continue;
        own.put(records[i].eigenvalues);
        own.put(std::array{records[i].conditionNumber, records[i].effectiveRank, records[i].topShare, records[i].drift});
    }
    const std::vector<std::string> texts = group.gather(own.take());
    std::vector<ByteReader> readers(texts.begin(), texts.end());
    for (std::size_t i = 0; i < records.size(); ++i) {
        ByteReader& reader = readers[static_cast<std::size_t>(rankOf[i])];
        records[i].eigenvalues = reader.get<std::vector<float>>();
        const auto values = reader.get<std::array<double, 4>>();
        records[i].conditionNumber = values[0];
        records[i].effectiveRank = values[1];
        records[i].topShare = values[2];
        records[i].drift = values[3];
    }
}

}  // namespace

std::vector<BucketRecord> recordsOf(const HessianBank& bank, Keep keep, bool spectra, JobContext& context, ThreadPool& pool,
                                    Communicator& group) {
    std::vector<BucketRecord> records;
    const std::size_t count = bank.buckets().size();
    if (keep == Keep::None || count == 0) return records;
    for (std::size_t i = 0; i < count; ++i) records.push_back(smallRecord(bank, i));
    if (!spectra && keep != Keep::Full) return records;

    std::vector<int> rankOf;
    std::vector<std::size_t> mine;
    for (std::size_t i = 0; i < count; ++i) {
        rankOf.push_back(static_cast<int>(i) % group.size());
        if (spectra && rankOf[i] == group.rank()) mine.push_back(i);
    }
    const bool full = keep == Keep::Full && group.isFirst();
    std::vector<Matrix<float>> sums(count);
    for (std::size_t i = 0; i < count; ++i)
        if (full || (!mine.empty() && (rankOf[i] == group.rank() || i + 1 == count))) sums[i] = bank.sum(i, pool);
    // Longest work first is all the same here: the matrices have one size. Copies are made inside, so that only running ones exist.
    pool.run(mine.size(), [&](std::size_t item, int) {
        context.check();
        const std::size_t i = mine[item];
        if (records[i].trace > 0) records[i].drift = driftBetween(sums[i].view(), sums.back().view());
        addSpectrum(records[i], sums[i]);
    });
    if (spectra) gatherSpectra(records, rankOf, group);
    if (!full) return records;
    for (std::size_t i = 0; i < count; ++i) {
        records[i].S = std::move(sums[i]);
        records[i].firstTokens = bank.buckets()[i].firstTokens;
    }
    return records;
}

}  // namespace qs
