// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/bank_record.h"

#include <numeric>

#include "hessian/spectrum.h"

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

}  // namespace

std::vector<BucketRecord> recordsOf(const HessianBank& bank, Keep keep, bool spectra, JobContext& context, ThreadPool& pool) {
    std::vector<BucketRecord> records;
    const std::size_t count = bank.buckets().size();
    if (keep == Keep::None || count == 0) return records;
    for (std::size_t i = 0; i < count; ++i) records.push_back(smallRecord(bank, i));
    if (!spectra && keep != Keep::Full) return records;

    std::vector<Matrix<float>> sums;
    for (std::size_t i = 0; i < count; ++i) sums.push_back(bank.sum(i, pool));
    if (spectra) {
        // Longest work first is all the same here: the matrices have one size. Copies are made inside, so that only running ones exist.
        pool.run(count, [&](std::size_t i, int) {
            context.check();
            if (records[i].trace > 0) records[i].drift = driftBetween(sums[i].view(), sums.back().view());
            addSpectrum(records[i], sums[i]);
        });
    }
    if (keep != Keep::Full) return records;
    for (std::size_t i = 0; i < count; ++i) {
        records[i].S = std::move(sums[i]);
        records[i].firstTokens = bank.buckets()[i].firstTokens;
    }
    return records;
}

}  // namespace qs
