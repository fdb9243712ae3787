// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluate/generation.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>

#include "base/error.h"

namespace qs {
namespace {

/// Rows of `hidden` elements that hold the keys of one block for `tokens` tokens.
int cacheRows(const ModelSpec& spec, const BlockSpec& block, int tokens) {
    const auto elements = static_cast<std::int64_t>(block.keyValueHeads) * block.headDim * tokens;
    return static_cast<int>((elements + spec.hidden - 1) / spec.hidden);
}

/// Keys and values of every block and prompt: a store of activations has memory on the right device, and two areas wide enough.
class Caches {
  public:
    Caches(const ForwardModel& model, std::span<const int> capacities) : m_blocks(model.spec().blocks.size()) {
        std::vector<int> rows;
        for (const int capacity : capacities)
            for (const BlockSpec& block : model.spec().blocks) rows.push_back(cacheRows(model.spec(), block, capacity));
        m_store = std::make_unique<ActivationStore>(model.executor(), model.spec(), rows, 0, std::string());
    }
    void* keys(std::size_t prompt, int block) { return of(prompt, block).h; }
    void* values(std::size_t prompt, int block) { return of(prompt, block).x; }

  private:
    const SequenceBuffers& of(std::size_t prompt, int block) {
        return m_store->sequences()[prompt * m_blocks + static_cast<std::size_t>(block)];
    }
    std::size_t m_blocks;
    std::unique_ptr<ActivationStore> m_store;
};

class Generator {
  public:
    Generator(ForwardModel& model, std::span<const std::vector<TokenId>> prompts, const GenerationLimits& limits, JobContext& context)
        : m_model(model), m_prompts(prompts), m_limits(limits), m_context(context), m_texts(prompts.size()) {
        for (const auto& prompt : prompts) m_capacities.push_back(static_cast<int>(prompt.size()) + limits.newTokens);
        m_caches = std::make_unique<Caches>(model, m_capacities);
        m_cached.assign(prompts.size(), 0);
    }

    std::vector<std::vector<TokenId>> run(const std::function<void(int, int)>& progress) {
        std::vector<std::size_t> open(m_prompts.size());
        for (std::size_t p = 0; p < open.size(); ++p) open[p] = p;
        for (int step = 0; step < m_limits.newTokens && !open.empty(); ++step) {
            m_isFirst = step == 0;
            const std::vector<TokenId> tokens = m_isFirst ? first(open) : next(open);
            std::vector<std::size_t> going;
            for (std::size_t k = 0; k < open.size(); ++k) {
                if (isEnd(tokens[k])) continue;
                m_texts[open[k]].push_back(tokens[k]);
                going.push_back(open[k]);
            }
            open = std::move(going);
            progress(step + 1, m_limits.newTokens);
        }
        return std::move(m_texts);
    }

  private:
    bool isEnd(TokenId token) const { return std::find(m_limits.ends.begin(), m_limits.ends.end(), token) != m_limits.ends.end(); }

    /// The prompts themselves, one sequence each.
    std::vector<TokenId> first(const std::vector<std::size_t>& prompts) {
        std::vector<std::vector<std::size_t>> groups;
        for (const std::size_t p : prompts) groups.push_back({p});
        return pass(groups, [&](std::size_t p) { return std::span<const TokenId>(m_prompts[p]); });
    }
    /// The last tokens of all, dealt to the workers.
    std::vector<TokenId> next(const std::vector<std::size_t>& prompts) {
        const std::size_t count = std::min(prompts.size(), static_cast<std::size_t>(m_model.pool().size()));
        std::vector<std::vector<std::size_t>> groups(count);
        for (std::size_t k = 0; k < prompts.size(); ++k) groups[k * count / prompts.size()].push_back(prompts[k]);
        return pass(groups, [&](std::size_t p) { return std::span<const TokenId>(m_texts[p]).last(1); });
    }

    /// Sends what `input` gives of every prompt through the model behind its cache; returns the most probable tokens in order.
    template <class Input>
    std::vector<TokenId> pass(const std::vector<std::vector<std::size_t>>& groups, const Input& input) {
        std::vector<int> lengths;
        std::vector<std::vector<TokenId>> ids(groups.size());
        std::vector<std::vector<TextPart>> parts(groups.size());
        for (std::size_t g = 0; g < groups.size(); ++g) {
            for (const std::size_t p : groups[g]) {
                const std::span<const TokenId> tokens = input(p);
                parts[g].push_back({.row = static_cast<int>(ids[g].size()),
                                    .rows = static_cast<int>(tokens.size()),
                                    .position = m_cached[p],
                                    .capacity = m_capacities[p]});
                ids[g].insert(ids[g].end(), tokens.begin(), tokens.end());
                m_cached[p] += static_cast<int>(tokens.size());
            }
            lengths.push_back(static_cast<int>(ids[g].size()));
        }
        ActivationStore store(m_model.executor(), m_model.spec(), lengths, 0, {});
        for (std::size_t g = 0; g < groups.size(); ++g) store.sequences()[g].parts = parts[g];
        m_model.run(store.sequences(), ids, m_context, [&](int block) {
            for (std::size_t g = 0; g < groups.size(); ++g)
                for (std::size_t k = 0; k < groups[g].size(); ++k) {
                    parts[g][k].keys = m_caches->keys(groups[g][k], block);
                    parts[g][k].values = m_caches->values(groups[g][k], block);
                }
        });
        std::vector<TokenId> tokens;
        for (std::size_t g = 0; g < groups.size(); ++g)
            for (const TextPart& part : parts[g]) tokens.push_back(mostProbable(store.sequences()[g], part.row + part.rows - 1));
        return tokens;
    }

    TokenId mostProbable(const SequenceBuffers& buffers, int row) {
        const void* state = m_model.row(buffers, row);
        Matrix<float> logits = m_model.executor().logitsOf(std::span(&state, 1), 0);
        if (m_limits.atLeastOne && m_isFirst)
            for (const TokenId end : m_limits.ends)
                if (end < static_cast<TokenId>(logits.cols())) logits(0, static_cast<std::size_t>(end)) = -INFINITY;
        const float* best = std::max_element(logits.row(0), logits.row(0) + logits.cols());
        if (!std::isfinite(*best)) throw Error("the logits are not finite: the model overflows in this number type; try --compute f32");
        return static_cast<TokenId>(best - logits.row(0));
    }

    ForwardModel& m_model;
    std::span<const std::vector<TokenId>> m_prompts;
    const GenerationLimits& m_limits;
    JobContext& m_context;
    std::vector<std::vector<TokenId>> m_texts;
    std::vector<int> m_capacities, m_cached;
    bool m_isFirst = true;
    std::unique_ptr<Caches> m_caches;
};

}  // namespace

std::size_t promptsAtOnce(const ForwardModel& model, std::span<const int> lengths, int newTokens, std::size_t budgetBytes) {
    constexpr std::size_t kMost = 16;
    std::size_t used = 0;
    for (std::size_t p = 0; p < std::min(kMost, lengths.size()); ++p) {
        for (const BlockSpec& block : model.spec().blocks)
            used += 2 * static_cast<std::size_t>(block.keyValueHeads) * static_cast<std::size_t>(block.headDim) *
                    static_cast<std::size_t>(lengths[p] + newTokens) * model.elementBytes();
        if (used > budgetBytes) return std::max<std::size_t>(1, p);
    }
    return std::min(kMost, lengths.size());
}

std::vector<std::vector<TokenId>> generate(ForwardModel& model, std::span<const std::vector<TokenId>> prompts,
                                           const GenerationLimits& limits, JobContext& context,
                                           const std::function<void(int, int)>& progress) {
    const int positions = model.spec().maxPositions;
    for (const auto& prompt : prompts) {
        if (prompt.empty()) throw Error("a prompt has no tokens");
        const int needed = static_cast<int>(prompt.size()) + limits.newTokens;
        if (positions > 0 && needed > positions)
            throw Error("a prompt of " + std::to_string(prompt.size()) + " tokens leaves no room for " + std::to_string(limits.newTokens) +
                        " new ones within the " + std::to_string(positions) + " positions of the model; use a smaller --max-length");
    }
    return Generator(model, prompts, limits, context).run(progress);
}

}  // namespace qs
