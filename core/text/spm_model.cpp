// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/spm_model.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "text/byte_tokens.h"

namespace qs {
namespace {

constexpr std::uint32_t notMergeable = std::numeric_limits<std::uint32_t>::max();

/// Position of every score among the different scores, best first.
std::vector<std::uint32_t> ranksOf(const std::vector<double>& scores) {
    std::vector<std::uint32_t> order(scores.size()), ranks(scores.size());
    std::iota(order.begin(), order.end(), 0u);
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return scores[a] > scores[b]; });
    std::uint32_t rank = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (i > 0 && scores[order[i]] < scores[order[i - 1]]) ++rank;
        ranks[order[i]] = rank;
    }
    return ranks;
}

}  // namespace

SpmModel::SpmModel(Vocabulary vocabulary, const std::vector<double>& scores, const std::vector<bool>& mergeable, TokenId unknown)
    : m_vocabulary(std::move(vocabulary)), m_cuts(m_vocabulary), m_ranks(ranksOf(scores)), m_unknown(unknown) {
    for (unsigned b = 0; b < 256; ++b) m_byteIds[b] = m_vocabulary.find(byteToken(static_cast<unsigned char>(b)));
    for (const auto& [token, id] : m_vocabulary.ids()) {
        if (mergeable[static_cast<std::size_t>(id)]) {
            m_cuts.addToken(token);
            m_longest = std::max(m_longest, token.size());
        } else {
            m_ranks[static_cast<std::size_t>(id)] = notMergeable;
        }
    }
}

void SpmModel::encode(std::string_view piece, std::vector<TokenId>& ids) const {
    m_cuts.eachChunk(piece, [&](std::string_view chunk) { encodeChunk(chunk, ids); });
}

void SpmModel::encodeChunk(std::string_view chunk, std::vector<TokenId>& ids) const {
    static thread_local WordCache cache;
    static thread_local SymbolMerger merger;
    cache.take(m_owner);
    if (cache.find(chunk, ids)) return;
    merger.clear();
    for (std::size_t at = 0, length; at < chunk.size(); at += length) {
        length = utf8Length(chunk[at]);
        merger.add(m_cuts.characterId(chunk.substr(at, length)), at, length);
    }
    merger.merge([&](const Symbol& left, const Symbol& right) -> std::optional<Merge> {
        const std::size_t length = left.length + right.length;
        const TokenId id = length > m_longest ? -1 : m_vocabulary.find(chunk.substr(left.start, length));
        if (id < 0 || m_ranks[static_cast<std::size_t>(id)] == notMergeable) return std::nullopt;
        return Merge{m_ranks[static_cast<std::size_t>(id)], id};
    });
    const std::size_t start = ids.size();
    merger.eachSymbol([&](const Symbol& symbol) {
        const bool token = symbol.id >= 0 && m_ranks[static_cast<std::size_t>(symbol.id)] != notMergeable;
        if (token) ids.push_back(symbol.id);
        else addBytes(chunk.substr(symbol.start, symbol.length), ids);
    });
    // A run of unknown characters is one token.
    const auto first = ids.begin() + static_cast<std::ptrdiff_t>(start);
    ids.erase(std::unique(first, ids.end(), [&](TokenId a, TokenId b) { return a == m_unknown && b == m_unknown; }), ids.end());
    cache.store(chunk, std::span(ids).subspan(start));
}

void SpmModel::addBytes(std::string_view text, std::vector<TokenId>& ids) const {
    const bool known = std::all_of(text.begin(), text.end(), [&](char c) { return m_byteIds[static_cast<unsigned char>(c)] >= 0; });
    if (!known) ids.push_back(m_unknown);
    else
        for (const char c : text) ids.push_back(m_byteIds[static_cast<unsigned char>(c)]);
}

}  // namespace qs
