// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluate/requests.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "evaluate/python_text.h"

namespace qs {
namespace {

using Json = nlohmann::json;

/// A JSON file beside the model, or null.
Json jsonBeside(const std::filesystem::path& model, const char* name) {
    const auto file = model / name;
    if (!std::filesystem::is_regular_file(file)) return {};
    const Json json = Json::parse(readText(file), nullptr, false);
    return json.is_object() ? json : Json();
}

/// tokenizer_config.json names tokens by text, or {"content": text}.
std::optional<TokenId> namedToken(const Tokenizer& tokenizer, const Json& config, const char* key) {
    if (!config.is_object() || !config.contains(key)) return std::nullopt;
    const Json& value = config[key];
    const Json& text = value.is_object() && value.contains("content") ? value["content"] : value;
    return text.is_string() ? tokenizer.idOf(text.get<std::string>()) : std::nullopt;
}

/// config.json names them by id, or a list of ids.
std::vector<TokenId> numberedTokens(const Json& config, const char* key) {
    std::vector<TokenId> ids;
    if (!config.is_object() || !config.contains(key)) return ids;
    for (const Json& id : config[key].is_array() ? config[key] : Json::array({config[key]}))
        if (id.is_number_integer() && id >= 0 && id < (1 << 30)) ids.push_back(id.get<TokenId>());
    return ids;
}

}  // namespace

RequestEncoder::RequestEncoder(const Tokenizer& tokenizer, bool special, std::optional<TokenId> prefix, int maxLength)
    : m_tokenizer(tokenizer), m_special(special), m_prefix(prefix), m_maxLength(maxLength) {
    const std::vector<TokenId> added = special ? tokenizer.encode("", true) : std::vector<TokenId>{};
    if (!added.empty()) m_bos = tokenizer.decode(std::span(added).first(1), false);
}

std::vector<TokenId> RequestEncoder::encode(std::string_view text) const {
    const bool hasBos = !m_bos.empty() && text.starts_with(m_bos);
    return m_tokenizer.encode(text, m_special && !hasBos);
}

TokenId RequestEncoder::prefix() const {
    if (!m_prefix) throw Error("an empty context needs the model's BOS or EOS token, and neither is known; give tokenizer_config.json");
    return *m_prefix;
}

TokenRequest RequestEncoder::encode(const ChoiceRequest& request) const {
    std::vector<TokenId> ids;
    std::size_t contextTokens = 0;
    if (request.context.empty()) {
        ids = m_tokenizer.encode(request.continuation, false);
        if (ids.empty() || ids.front() != prefix()) ids.insert(ids.begin(), prefix());
        contextTokens = 1;
    } else {
        const std::string_view context = strippedRight(request.context);
        ids = encode(request.context + request.continuation);
        const std::vector<TokenId> alone = encode(context);
        contextTokens = alone.size();
        if (contextTokens == 0) {  // nothing but blanks, and no BOS: something must be there to predict from
            ids.insert(ids.begin(), prefix());
            contextTokens = 1;
        }
        std::copy_n(alone.begin(), std::min(alone.size(), ids.size()), ids.begin());  // as there: the border's merge is ignored
    }
    if (ids.size() <= contextTokens) throw Error("the continuation '" + request.continuation + "' has no tokens of its own");
    const std::size_t scored = ids.size() - contextTokens, longest = static_cast<std::size_t>(m_maxLength) + 1;
    if (scored >= longest)
        throw Error("a continuation has " + std::to_string(scored) + " tokens, the model takes " + std::to_string(m_maxLength) +
                    "; use a larger --max-length");
    const std::size_t cut = ids.size() > longest ? ids.size() - longest : 0;
    ids.erase(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(cut));
    return {std::move(ids), static_cast<int>(scored), static_cast<int>(contextTokens), static_cast<int>(cut)};
}

std::optional<TokenId> prefixToken(const Tokenizer& tokenizer, const std::filesystem::path& model, const std::string& config) {
    const Json own = jsonBeside(model, "tokenizer_config.json");
    if (const auto bos = namedToken(tokenizer, own, "bos_token")) return bos;
    if (const std::vector<TokenId> added = tokenizer.encode("", true); !added.empty()) return added.front();
    const Json numbers = Json::parse(config, nullptr, false);
    if (!own.is_object() || !own.contains("bos_token"))  // null there means that the tokenizer has none
        if (const std::vector<TokenId> bos = numberedTokens(numbers, "bos_token_id"); !bos.empty()) return bos.front();
    if (const auto eos = namedToken(tokenizer, own, "eos_token")) return eos;
    const std::vector<TokenId> eos = numberedTokens(numbers, "eos_token_id");
    return eos.empty() ? std::nullopt : std::optional(eos.front());
}

std::vector<TokenId> endTokens(const Tokenizer& tokenizer, const std::filesystem::path& model, const std::string& config) {
    std::vector<TokenId> ids = numberedTokens(jsonBeside(model, "generation_config.json"), "eos_token_id");
    for (const TokenId id : numberedTokens(Json::parse(config, nullptr, false), "eos_token_id")) ids.push_back(id);
    if (const auto named = namedToken(tokenizer, jsonBeside(model, "tokenizer_config.json"), "eos_token")) ids.push_back(*named);
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return ids;
}

}  // namespace qs
