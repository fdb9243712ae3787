// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/bpe_model.h"

#include "base/error.h"
#include "text/byte_tokens.h"

namespace qs {

BpeModel::BpeModel(Vocabulary vocabulary, const std::vector<std::pair<std::string, std::string>>& merges, BpeOptions options)
    : m_vocabulary(std::move(vocabulary)), m_options(std::move(options)), m_merges(merges.size()), m_cuts(m_vocabulary) {
    for (unsigned b = 0; b < 256; ++b)
        m_byteIds[b] = m_options.byteFallback ? m_vocabulary.find(byteToken(static_cast<unsigned char>(b))) : -1;
    const auto idOf = [&](std::size_t rank, const std::string& token) {
        const TokenId id = m_vocabulary.find(token);
        if (id < 0) {
            const auto& [a, b] = merges[rank];
            throw Error("merge " + std::to_string(rank) + " ('" + a + "' + '" + b + "') needs the token '" + token +
                        "', which the vocabulary lacks");
        }
        return id;
    };
    for (std::size_t rank = 0; rank < merges.size(); ++rank) {
        const auto& [a, b] = merges[rank];
        const TokenId left = idOf(rank, a), right = idOf(rank, b);
        if (b.size() < m_options.prefix.size())
            throw Error("merge " + std::to_string(rank) + ": '" + b + "' lacks the prefix of parts within a word");
        const std::string result = a + b.substr(m_options.prefix.size());
        const TokenId id = idOf(rank, result);
        m_merges.set(static_cast<std::uint32_t>(left), static_cast<std::uint32_t>(right), {static_cast<std::uint32_t>(rank), id});
        m_cuts.addToken(result);
        // Merges of byte tokens and of the unknown token join characters that the text of the result does not show.
        if (left == m_options.unknown || right == m_options.unknown || (m_options.byteFallback && (byteOfToken(a) || byteOfToken(b))))
            m_cut = false;
    }
    if (!m_options.prefix.empty() || !m_options.suffix.empty()) m_cut = false;
}

void BpeModel::encode(std::string_view piece, std::vector<TokenId>& ids) const {
    if (m_options.ignoreMerges)
        if (const TokenId id = m_vocabulary.find(piece); id >= 0) {
            ids.push_back(id);
            return;
        }
    if (m_cut) m_cuts.eachChunk(piece, [&](std::string_view chunk) { encodeChunk(chunk, ids); });
    else encodeChunk(piece, ids);
}

void BpeModel::encodeChunk(std::string_view chunk, std::vector<TokenId>& ids) const {
    static thread_local WordCache cache;
    static thread_local SymbolMerger merger;
    cache.take(m_owner);
    if (cache.find(chunk, ids)) return;
    merger.clear();
    addSymbols(chunk, merger);
    merger.merge([&](const Symbol& left, const Symbol& right) -> std::optional<Merge> {
        const Merge* merge = m_merges.find(static_cast<std::uint32_t>(left.id), static_cast<std::uint32_t>(right.id));
        return merge ? std::optional<Merge>(*merge) : std::nullopt;
    });
    const std::size_t start = ids.size();
    merger.eachSymbol([&](const Symbol& symbol) { ids.push_back(symbol.id); });
    cache.store(chunk, std::span(ids).subspan(start));
}

void BpeModel::addSymbols(std::string_view chunk, SymbolMerger& merger) const {
    std::size_t unknownStart = 0, unknownLength = 0;  // a run of unknown characters that is not added yet
    const auto flush = [&] {
        if (unknownLength > 0) merger.add(m_options.unknown, unknownStart, unknownLength);
        unknownLength = 0;
    };
    std::string decorated;
    for (std::size_t at = 0, next; at < chunk.size(); at = next) {
        next = at + utf8Length(chunk[at]);
        std::string_view character = chunk.substr(at, next - at);
        TokenId id;
        if (m_options.prefix.empty() && m_options.suffix.empty()) {
            id = m_cuts.characterId(character);
        } else {
            decorated = (at > 0 ? m_options.prefix : "") + std::string(character) + (next == chunk.size() ? m_options.suffix : "");
            character = decorated;
            id = m_vocabulary.find(character);
        }
        if (id >= 0) {
            flush();
            merger.add(id, at, next - at);
        } else if (m_options.byteFallback && addBytes(character, at, merger)) {
            // The reference implementation leaves a pending unknown character pending here.
        } else if (m_options.unknown >= 0) {
            if (unknownLength > 0 && !m_options.fuseUnknown) flush();
            if (unknownLength == 0) unknownStart = at;
            unknownLength += next - at;
        }
    }
    flush();
}

bool BpeModel::addBytes(std::string_view character, std::size_t start, SymbolMerger& merger) const {
    for (const char c : character)
        if (m_byteIds[static_cast<unsigned char>(c)] < 0) return false;
    for (const char c : character) merger.add(m_byteIds[static_cast<unsigned char>(c)], start++, 1);
    return true;
}

}  // namespace qs
