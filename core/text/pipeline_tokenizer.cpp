// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/pipeline_tokenizer.h"

#include <algorithm>

#include "base/error.h"
#include "text/utf8.h"

namespace qs {

PipelineTokenizer::PipelineTokenizer(PipelineParts parts)
    : m_parts(std::move(parts)),
      m_size(std::max(m_parts.model->vocabulary().idLimit(), static_cast<std::size_t>(m_parts.added.largestId() + 1))) {
    for (const auto* ids : {&m_parts.special.before, &m_parts.special.after})
        for (const TokenId id : *ids)
            if (!m_parts.added.find(id) && !m_parts.model->vocabulary().token(id))
                throw Error("the post-processor adds the id " + std::to_string(id) + ", which is no token");
}

std::vector<TokenId> PipelineTokenizer::encode(std::string_view text, bool addSpecial) const {
    std::string repaired;
    if (firstInvalidUtf8(text) != text.size()) text = repaired = repairedUtf8(text);
    std::vector<TokenId> ids;
    if (addSpecial) ids = m_parts.special.before;
    m_parts.added.splitRaw(text, [&](std::string_view part, TokenId id) {
        if (id >= 0) return ids.push_back(id);
        const bool first = part.data() == text.data();
        if (m_parts.normalizer) encodeNormalized(m_parts.normalizer(std::string(part)), first, ids);
        else encodeNormalized(part, first, ids);
    });
    if (addSpecial) ids.insert(ids.end(), m_parts.special.after.begin(), m_parts.special.after.end());
    return ids;
}

void PipelineTokenizer::encodeNormalized(std::string_view text, bool first, std::vector<TokenId>& ids) const {
    const TokenModel& model = *m_parts.model;
    m_parts.added.splitNormalized(text, [&](std::string_view part, TokenId id) {
        if (id >= 0) return ids.push_back(id);
        if (!m_parts.preTokenizer) return model.encode(part, ids);
        m_parts.preTokenizer({part, first && part.data() == text.data()}, [&](Piece piece) { model.encode(piece.text, ids); });
    });
}

std::string PipelineTokenizer::decode(std::span<const TokenId> ids, bool skipSpecial) const {
    std::vector<std::string> tokens;
    tokens.reserve(ids.size());
    for (const TokenId id : ids) {
        const AddedToken* added = m_parts.added.find(id);
        const std::string* token = added ? &added->written : m_parts.model->vocabulary().token(id);
        if (!token) throw Error("the id " + std::to_string(id) + " is not in the vocabulary of " + m_parts.file);
        if (!skipSpecial || !m_parts.added.isSpecial(*token)) tokens.push_back(*token);
    }
    if (m_parts.decoder) tokens = m_parts.decoder(std::move(tokens));
    std::string text;
    for (std::size_t i = 0; i < tokens.size(); ++i) text += (i > 0 && !m_parts.decoder ? " " : "") + tokens[i];
    return text;
}

std::optional<TokenId> PipelineTokenizer::idOf(std::string_view token) const {
    if (const AddedToken* added = m_parts.added.find(token)) return added->id;
    const TokenId id = m_parts.model->vocabulary().find(token);
    return id >= 0 ? std::optional<TokenId>(id) : std::nullopt;
}

std::string PipelineTokenizer::description() const {
    return m_parts.kind + ", " + groupedNumber(m_size) + " tokens, " + m_parts.file +
           (m_parts.note.empty() ? "" : " (" + m_parts.note + ")");
}

std::string groupedNumber(std::size_t number) {
    std::string text = std::to_string(number);
    for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, " ");
    return text;
}

}  // namespace qs
