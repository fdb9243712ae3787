// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/vocabulary.h"

#include "base/error.h"

namespace qs {

void Vocabulary::add(const std::string& token, TokenId id) {
    if (id < 0 || id > maxId) throw Error("token '" + token + "' has the id " + std::to_string(id) + ", which is out of range");
    const auto [place, isNew] = m_ids.emplace(token, id);
    if (!isNew) throw Error("token '" + token + "' occurs twice");
    const auto index = static_cast<std::size_t>(id);
    if (index >= m_tokens.size()) m_tokens.resize(index + 1);
    if (m_tokens[index]) throw Error("tokens '" + *m_tokens[index] + "' and '" + token + "' have the same id " + std::to_string(id));
    m_tokens[index] = &place->first;
}

}  // namespace qs
