// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/bank_exchange.h"

#include <algorithm>
#include <map>

#include "kernels/gram.h"
#include "run/bytes.h"

namespace qs {
namespace {

/// Sums the upper triangle over the ranks, some rows at a time, and mirrors it: half of what the whole matrix would take to send.
void sumSymmetric(Matrix<float>& S, Communicator& group, ThreadPool& pool) {
    constexpr std::size_t kValues = std::size_t{1} << 22;
    const std::size_t n = S.rows();
    std::vector<float> packed;
    for (std::size_t first = 0, last = 0; first < n; first = last) {
        packed.clear();
        for (; last < n && (last == first || packed.size() + (n - last) <= kValues); ++last)
            packed.insert(packed.end(), S.row(last) + last, S.row(last) + n);
        group.sum(packed);
        const float* next = packed.data();
        for (std::size_t i = first; i < last; next += n - i, ++i) std::copy_n(next, n - i, S.row(i) + i);
    }
    mirrorUpper(S.data(), n, n, pool);
}

/// Diagonals of all buckets, in one sum.
void sumDiagonals(std::vector<LengthBucket>& buckets, Communicator& group) {
    std::vector<double> packed;
    const auto eachVector = [&](const auto& body) {
        for (LengthBucket& bucket : buckets)
            for (std::vector<double>* values : {&bucket.halfDiagonal[0], &bucket.halfDiagonal[1], &bucket.firstTokenDiagonal})
                body(*values);
    };
    eachVector([&](const std::vector<double>& values) { packed.insert(packed.end(), values.begin(), values.end()); });
    group.sum(packed);
    auto next = packed.cbegin();
    eachVector([&](std::vector<double>& values) {
        std::copy_n(next, values.size(), values.begin());
        next += static_cast<std::ptrdiff_t>(values.size());
    });
    for (LengthBucket& bucket : buckets)
        for (std::size_t i = 0; i < bucket.diagonal.size(); ++i) bucket.diagonal[i] = bucket.halfDiagonal[0][i] + bucket.halfDiagonal[1][i];
}

/// Puts the first-token rows of all ranks into the order of all sequences.
void gatherFirstTokens(std::vector<LengthBucket>& buckets, const std::vector<SequenceRecord>& sequences, const std::vector<int>& rankOf,
                       std::size_t dim, Communicator& group) {
    ByteWriter own;
    for (const LengthBucket& bucket : buckets) own.put(bucket.firstTokens);
    const std::vector<std::string> texts = group.gather(own.take());
    std::vector<ByteReader> readers(texts.begin(), texts.end());
    for (LengthBucket& bucket : buckets) {
        std::vector<Matrix<float>> parts;
        for (ByteReader& reader : readers) parts.push_back(reader.get<Matrix<float>>());
        std::vector<std::size_t> next(parts.size(), 0);
        bucket.firstTokens = Matrix<float>(static_cast<std::size_t>(bucket.sequences), dim);
        std::size_t row = 0;
        for (std::size_t i = 0; i < sequences.size(); ++i) {
            if (sequences[i].length != bucket.length) continue;
            const auto rank = static_cast<std::size_t>(rankOf[i]);
            if (next[rank] >= parts[rank].rows()) throw Error("the processes of the job do not agree on their sequences");
            std::copy_n(parts[rank].row(next[rank]++), dim, bucket.firstTokens.row(row++));
        }
    }
}

LengthBucket emptyBucket(int length, std::size_t dim) {
    LengthBucket bucket;
    bucket.length = length;
    bucket.rest = Matrix<float>(dim, dim);
    bucket.firstTokens = Matrix<float>(0, dim);
    for (std::vector<double>* values : {&bucket.diagonal, &bucket.firstTokenDiagonal, &bucket.halfDiagonal[0], &bucket.halfDiagonal[1]})
        values->assign(dim, 0);
    return bucket;
}

}  // namespace

HessianBank bankOfAllRanks(HessianBank own, const std::vector<SequenceRecord>& sequences, const std::vector<int>& rankOf,
                           Communicator& group, ThreadPool& pool) {
    if (group.isAlone()) return own;
    const int dim = own.dim();
    std::map<int, LengthBucket> byLength;
    for (LengthBucket& bucket : std::move(own).release()) byLength.emplace(bucket.length, std::move(bucket));
    for (const SequenceRecord& sequence : sequences) {
        if (byLength.count(sequence.length) == 0)
            byLength.emplace(sequence.length, emptyBucket(sequence.length, static_cast<std::size_t>(dim)));
        byLength[sequence.length].sequences = 0;
        byLength[sequence.length].halfSequences = {};
    }
    for (const SequenceRecord& sequence : sequences) {
        ++byLength[sequence.length].sequences;
        ++byLength[sequence.length].halfSequences[sequence.secondHalf ? 1 : 0];
    }
    std::vector<LengthBucket> buckets;
    for (auto& [length, bucket] : byLength) buckets.push_back(std::move(bucket));
    for (LengthBucket& bucket : buckets) sumSymmetric(bucket.rest, group, pool);
    sumDiagonals(buckets, group);
    gatherFirstTokens(buckets, sequences, rankOf, static_cast<std::size_t>(dim), group);
    return HessianBank(dim, std::move(buckets));
}

}  // namespace qs
