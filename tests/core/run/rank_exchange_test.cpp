// SPDX-License-Identifier: GPL-3.0-or-later
// What ranks, here threads, deal and send each other: sequences, rows, bytes, banks, shares, events.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>

#include "kernels/blas.h"
#include "run/bank_exchange.h"
#include "run/bytes.h"
#include "run/deal.h"
#include "run/rank_messages.h"
#include "support/run_compare.h"
#include "support/thread_ranks.h"

namespace qs {
namespace {

using namespace testing;

TEST(Deal, GivesTheLongestToTheRankWithTheFewestTokens) {
    // 9 → rank 0, 8 → rank 1 (9 : 8), 5 → rank 1 (9 : 13), 4 → rank 0 (13 : 13), 1 → rank 0
    EXPECT_EQ(dealSequences(std::vector<int>{4, 9, 1, 8, 5}, 2), (std::vector<int>{0, 0, 0, 1, 1}));
    EXPECT_EQ(dealSequences(std::vector<int>{7, 7, 7}, 1), (std::vector<int>{0, 0, 0}));
    EXPECT_EQ(dealSequences(std::vector<int>{3}, 4), std::vector<int>{0});
    EXPECT_TRUE(dealSequences(std::vector<int>{}, 3).empty());
}

TEST(Deal, EveryRankGetsEveryLength) {
    std::vector<int> lengths;
    for (int i = 0; i < 8; ++i)
        for (const int length : {512, 1024, 2048}) lengths.push_back(length);
    const std::vector<int> rankOf = dealSequences(lengths, 4);
    std::map<std::pair<int, int>, int> counts;
    for (std::size_t i = 0; i < lengths.size(); ++i) ++counts[{rankOf[i], lengths[i]}];
    EXPECT_EQ(counts.size(), 12u);
    for (const auto& [key, count] : counts) EXPECT_EQ(count, 2) << key.first << " has so many of " << key.second;
}

TEST(Deal, RowsFollowEachOther) {
    for (const std::size_t rows : {std::size_t{1}, std::size_t{3}, std::size_t{40}, std::size_t{257}})
        for (const int ranks : {1, 2, 3, 5}) {
            std::size_t next = 0;
            for (int rank = 0; rank < ranks; ++rank) {
                const RowRange share = shareOfRows(rows, rank, ranks);
                EXPECT_EQ(share.first, next);
                EXPECT_LE(share.size(), rows / static_cast<std::size_t>(ranks) + 8);
                next = share.last;
            }
            EXPECT_EQ(next, rows);
            EXPECT_GT(shareOfRows(rows, 0, ranks).size(), 0u);
        }
    EXPECT_EQ(shareOfRows(40, 0, 2).last, 24u);  // 5 eights: 3 and 2
}

TEST(Bytes, ReadBackWhatWasPut) {
    Matrix<float> matrix(2, 3);
    std::iota(matrix.values().begin(), matrix.values().end(), 1.f);
    ByteWriter writer;
    writer.put(42);
    writer.put(std::string("text"));
    writer.put(std::vector<double>{0.5, -1});
    writer.put(matrix);
    const std::string bytes = writer.take();
    ByteReader reader(bytes);
    EXPECT_EQ(reader.get<int>(), 42);
    EXPECT_EQ(reader.get<std::string>(), "text");
    EXPECT_EQ(reader.get<std::vector<double>>(), (std::vector<double>{0.5, -1}));
    EXPECT_EQ(reader.get<Matrix<float>>(), matrix);
    EXPECT_THROW(reader.get<char>(), Error);
}

struct Sequences {
    std::vector<SequenceRecord> records;
    std::vector<std::vector<float>> inputs;
};

Sequences randomSequences(std::size_t dim) {
    std::mt19937 random(7);
    std::normal_distribution<float> normal;
    Sequences s;
    for (const int length : {3, 17, 17, 3, 17, 5, 17, 3}) {
        SequenceRecord& record = s.records.emplace_back();
        record.length = length;
        record.secondHalf = random() % 2 == 1;
        std::vector<float>& x = s.inputs.emplace_back(static_cast<std::size_t>(length) * dim);
        for (float& value : x) value = normal(random);
        for (std::size_t i = 0; i < dim; ++i) x[i] *= 100;  // the first token
    }
    return s;
}

HessianBank bankOf(const Sequences& s, const std::vector<int>& rankOf, int rank, std::size_t dim, ThreadPool& pool) {
    HessianBank bank(static_cast<int>(dim), DType::F32, {});
    for (const int length : {3, 5, 17}) {
        std::vector<SequenceInput> inputs;
        for (std::size_t i = 0; i < s.records.size(); ++i)
            if (s.records[i].length == length && rankOf[i] == rank) inputs.push_back({s.inputs[i].data(), s.records[i].secondHalf});
        bank.add(length, inputs, pool);
    }
    bank.finish(pool);
    return bank;
}

TEST(BankExchange, TheBankOfAllRanksIsThatOfOneProcess) {
    constexpr std::size_t dim = 150;
    const Sequences s = randomSequences(dim);
    ThreadPool alonePool(1, beginSingleThreadedMath);
    const HessianBank one = bankOf(s, std::vector<int>(s.records.size(), 0), 0, dim, alonePool);
    std::vector<int> lengths;
    for (const SequenceRecord& record : s.records) lengths.push_back(record.length);
    for (const int ranks : {2, 3}) {
        const std::vector<int> rankOf = dealSequences(lengths, ranks);
        runRanks(ranks, [&](Communicator& group) {
            ThreadPool pool(1, beginSingleThreadedMath);
            const HessianBank all = bankOfAllRanks(bankOf(s, rankOf, group.rank(), dim, pool), s.records, rankOf, group, pool);
            ASSERT_EQ(all.buckets().size(), one.buckets().size());
            for (std::size_t b = 0; b < all.buckets().size(); ++b) {
                const LengthBucket &x = all.buckets()[b], &y = one.buckets()[b];
                EXPECT_EQ(x.length, y.length);
                EXPECT_EQ(x.sequences, y.sequences);
                EXPECT_EQ(x.halfSequences, y.halfSequences);
                EXPECT_EQ(x.firstTokens, y.firstTokens);
                for (std::size_t i = 0; i < dim; ++i) {
                    EXPECT_NEAR(x.diagonal[i], y.diagonal[i], 1e-12 * y.diagonal[i]);
                    EXPECT_NEAR(x.firstTokenDiagonal[i], y.firstTokenDiagonal[i], 1e-12 * y.firstTokenDiagonal[i]);
                    for (std::size_t h = 0; h < 2; ++h)
                        EXPECT_NEAR(x.halfDiagonal[h][i], y.halfDiagonal[h][i], 1e-12 * y.halfDiagonal[h][i]);
                    for (std::size_t j = 0; j < dim; ++j) {
                        EXPECT_EQ(x.rest(i, j), x.rest(j, i));
                        EXPECT_NEAR(x.rest(i, j), y.rest(i, j), 1e-6 * std::sqrt(y.rest(i, i) * y.rest(j, j)));
                    }
                }
            }
        });
    }
}

TEST(RankMessages, SharesMakeTheWhole) {
    runRanks(3, [](Communicator& group) {
        LinearShare own;
        if (group.rank() < 2) {  // the third has no rows
            QuantizedLinear& q = own.result.quantized;
            q.bits = 3;
            q.groupSize = 2;
            q.codes = Matrix<std::uint8_t>(1, 4);
            q.codes(0, 3) = static_cast<std::uint8_t>(group.rank() + 1);
            q.scales = Matrix<double>(1, 2);
            q.scales(0, 0) = group.rank() + 0.5;
            q.zeros = Matrix<std::uint8_t>(1, 2);
            q.order = {3, 2, 1, 0};
            own.result.report.loss = 1.5;
            own.result.report.dampingUsed = 0.25;
            own.result.steps = {{"codes", 2, Matrix<float>(1, 2)}, {"joint", 1.5, Matrix<float>(1, 2)}};
            own.result.steps[1].scales(0, 1) = static_cast<float>(group.rank() + 4);
            own.errors = {{{8, 2, 1.0 + group.rank(), 10, 0.5, 5}}};
        } else own.errors.resize(1);
        const LinearShare whole = gatherShares(own, group);
        const QuantizedLinear& q = whole.result.quantized;
        ASSERT_EQ(q.codes.rows(), 2u);
        EXPECT_EQ(q.codes(0, 3), 1);
        EXPECT_EQ(q.codes(1, 3), 2);
        EXPECT_EQ(q.scales(1, 0), 1.5);
        EXPECT_EQ(q.bits, 3);
        EXPECT_EQ(q.groupSize, 2);
        EXPECT_EQ(q.order, (std::vector<std::int32_t>{3, 2, 1, 0}));
        EXPECT_EQ(whole.result.report.loss, 3);
        EXPECT_EQ(whole.result.report.dampingUsed, 0.25);
        ASSERT_EQ(whole.result.steps.size(), 2u);
        EXPECT_EQ(whole.result.steps[1].name, "joint");
        EXPECT_EQ(whole.result.steps[1].loss, 3);
        ASSERT_EQ(whole.result.steps[1].scales.rows(), 2u);
        EXPECT_EQ(whole.result.steps[1].scales(1, 1), 5);
        ASSERT_EQ(whole.errors.size(), 1u);
        ASSERT_EQ(whole.errors[0].size(), 1u);
        const BucketError& e = whole.errors[0][0];
        EXPECT_EQ(e.length, 8);
        EXPECT_EQ(e.sequences, 2);
        EXPECT_EQ(e.error, 3);
        EXPECT_EQ(e.energy, 20);
        EXPECT_EQ(e.errorWithoutFirst, 1);
        EXPECT_EQ(e.energyWithoutFirst, 10);
    });
}

TEST(RankMessages, EventsComeToTheFirst) {
    runRanks(2, [](Communicator& group) {
        Watcher watcher;
        JobContext context(&watcher);
        context.event({Severity::Info, "dead-columns", "block 0", "both"});
        if (group.rank() == 1) context.event({Severity::Warning, "device-fallback", "", "mine"});
        const std::vector<Event> events = eventsOfAllRanks(context, group);
        EXPECT_EQ(events.empty(), !group.isFirst());
        if (!group.isFirst()) return;
        ASSERT_EQ(events.size(), 2u);
        EXPECT_EQ(events[0].message, "both");
        EXPECT_EQ(events[1].message, "process 2 of 2: mine");
        EXPECT_EQ(watcher.events, events);
    });
}

}  // namespace
}  // namespace qs
