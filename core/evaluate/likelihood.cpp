// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluate/likelihood.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "base/error.h"

namespace qs {
namespace {

constexpr std::size_t kPackTokens = 512;      // of a sequence of several items: the linears read their weights once for it
constexpr std::size_t kBatchTokens = 4096;    // between two moments at which items are finished, if blocks need not be converted again
constexpr std::size_t kStreamTokens = 32768;  // likewise if they must

/// An item laid out in rows: the common start, then what each request adds.
struct Layout {
    int common = 0;
    std::vector<int> own;  // rows of each request behind the common start
    std::size_t tokens = 0;
};

/// The tokens that the model sees of a request.
std::span<const TokenId> inputOf(const TokenRequest& request) { return std::span(request.ids).first(request.ids.size() - 1); }

Layout layoutOf(const std::vector<TokenRequest>& requests) {
    std::size_t common = inputOf(requests.front()).size();
    for (const TokenRequest& request : requests) {
        const std::span<const TokenId> first = inputOf(requests.front()), other = inputOf(request);
        const auto end = std::mismatch(first.begin(), first.end(), other.begin(), other.end()).first;
        common = std::min(common, static_cast<std::size_t>(end - first.begin()));
    }
    Layout layout{static_cast<int>(common), {}, common};
    for (const TokenRequest& request : requests) {
        layout.own.push_back(static_cast<int>(inputOf(request).size() - common));
        layout.tokens += static_cast<std::size_t>(layout.own.back());
    }
    return layout;
}

/// Items side by side in one sequence.
struct Pack {
    std::vector<std::size_t> items;
    std::vector<TokenId> ids;
    std::vector<TextPart> parts;
    std::vector<int> rows;  // from which the targets are predicted, request after request
    std::vector<TokenId> targets;

    void add(std::size_t item, const std::vector<TokenRequest>& requests, const Layout& layout) {
        items.push_back(item);
        const int start = static_cast<int>(ids.size());
        const std::span<const TokenId> first = inputOf(requests.front());
        ids.insert(ids.end(), first.begin(), first.begin() + layout.common);
        if (layout.common > 0) parts.push_back({.row = start, .rows = layout.common});
        for (std::size_t r = 0; r < requests.size(); ++r) {
            const int row = static_cast<int>(ids.size());
            const std::span<const TokenId> input = inputOf(requests[r]);
            ids.insert(ids.end(), input.begin() + layout.common, input.end());
            if (layout.own[r] > 0) parts.push_back({.row = row, .rows = layout.own[r], .position = layout.common, .start = start});
            const int end = static_cast<int>(requests[r].ids.size());
            for (int t = end - requests[r].scored; t < end; ++t) {
                rows.push_back(t - 1 < layout.common ? start + t - 1 : row + t - 1 - layout.common);
                targets.push_back(requests[r].ids[static_cast<std::size_t>(t)]);
            }
        }
    }
};

struct Plan {
    std::vector<Layout> layouts;
    std::vector<std::size_t> order;  // of items, by length
    std::size_t tokens = 0;
};

Plan planOf(std::span<const std::vector<TokenRequest>> items) {
    Plan plan;
    for (const auto& requests : items) {
        plan.layouts.push_back(layoutOf(requests));
        plan.tokens += plan.layouts.back().tokens;
    }
    plan.order.resize(items.size());
    std::iota(plan.order.begin(), plan.order.end(), std::size_t{0});
    std::stable_sort(plan.order.begin(), plan.order.end(),
                     [&](std::size_t a, std::size_t b) { return plan.layouts[a].tokens > plan.layouts[b].tokens; });
    return plan;
}

/// The next packs, of at least `tokens` tokens if so many are left; moves `next` on.
std::vector<Pack> nextPacks(std::span<const std::vector<TokenRequest>> items, const Plan& plan, std::size_t tokens, std::size_t& next) {
    std::vector<Pack> packs;
    std::size_t sum = 0;
    for (; next < plan.order.size() && sum < tokens; ++next) {
        const std::size_t item = plan.order[next];
        if (packs.empty() || packs.back().ids.size() + plan.layouts[item].tokens > kPackTokens) packs.emplace_back();
        packs.back().add(item, items[item], plan.layouts[item]);
        sum += plan.layouts[item].tokens;
    }
    return packs;
}

std::vector<std::vector<TokenScore>> scoresOf(ForwardModel& model, std::span<const Pack> packs, JobContext& context) {
    std::vector<int> lengths;
    std::vector<std::vector<TokenId>> ids;
    for (const Pack& pack : packs) {
        lengths.push_back(static_cast<int>(pack.ids.size()));
        ids.push_back(pack.ids);
    }
    ActivationStore store(model.executor(), model.spec(), lengths, 0, {});
    const std::span<SequenceBuffers> buffers = store.sequences();
    for (std::size_t k = 0; k < packs.size(); ++k) buffers[k].parts = packs[k].parts;
    model.run(buffers, ids, context);
    std::vector<std::vector<TokenScore>> scores(packs.size());
    model.pool().run(packs.size(), [&](std::size_t k, int worker) {
        context.check();
        std::vector<const void*> rows;
        for (const int row : packs[k].rows) rows.push_back(model.row(buffers[k], row));
        scores[k] = model.executor().tokenScores(rows, packs[k].targets, worker);
    });
    return scores;
}

std::vector<RequestScore> sumsOf(const std::vector<TokenRequest>& requests, const TokenScore*& next) {
    std::vector<RequestScore> sums;
    for (const TokenRequest& request : requests) {
        RequestScore sum;
        for (int t = 0; t < request.scored; ++t, ++next) {
            sum.logLikelihood += next->logProbability;
            sum.greedy = sum.greedy && next->greedy;
        }
        if (!std::isfinite(sum.logLikelihood))
            throw Error("a log-likelihood is not finite: the model overflows in this number type; try --compute f32");
        sums.push_back(sum);
    }
    return sums;
}

void requireInVocabulary(std::span<const std::vector<TokenRequest>> items, int vocabulary) {
    for (const auto& requests : items)
        for (const TokenRequest& request : requests)
            for (const TokenId id : request.ids)
                if (id < 0 || id >= vocabulary)
                    throw Error("a text has token " + std::to_string(id) + ", outside of the model's vocabulary of " +
                                std::to_string(vocabulary) + "; use the tokenizer of this model");
}

}  // namespace

void scoreItems(ForwardModel& model, std::span<const std::vector<TokenRequest>> items, const std::string& label, double done,
                JobContext& context, const std::function<void(std::size_t, const std::vector<RequestScore>&)>& finished) {
    requireInVocabulary(items, model.spec().vocabulary);
    const Plan plan = planOf(items);
    const std::size_t least = static_cast<std::size_t>(model.pool().size()) * 2 * kPackTokens;
    const std::size_t batch = std::max(model.keepsBlocks() ? kBatchTokens : kStreamTokens, least);
    std::size_t tokens = 0;
    for (std::size_t next = 0; next < items.size();) {
        context.report(done + (1 - done) * static_cast<double>(tokens) / static_cast<double>(plan.tokens),
                       label + ", " + std::to_string(next) + " of " + std::to_string(items.size()));
        const std::vector<Pack> packs = nextPacks(items, plan, batch, next);
        const auto scores = scoresOf(model, packs, context);
        for (std::size_t k = 0; k < packs.size(); ++k) {
            tokens += packs[k].ids.size();
            const TokenScore* score = scores[k].data();
            for (const std::size_t item : packs[k].items) finished(item, sumsOf(items[item], score));
        }
        if (next < items.size() && context.shouldStopAfterPart()) throw Cancelled();
    }
}

}  // namespace qs
