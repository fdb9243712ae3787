// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/gguf_tokenizer.h"

#include <cmath>

#include "base/error.h"
#include "base/gguf_file.h"
#include "text/bpe_model.h"
#include "text/pipeline_tokenizer.h"
#include "text/spm_pipeline.h"
#include "text/utf8.h"

namespace qs {
namespace {

/// tokenizer.ggml.token_type
enum class TokenType { Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, Byte = 6 };

struct TokenTable {
    Vocabulary vocabulary;
    std::vector<TokenType> types;  // by id
    std::vector<AddedToken> added;
};

TokenType typeOf(std::int64_t number, std::size_t id) {
    if (number < 0 || number > 6)
        throw Error("tokenizer.ggml.token_type: token " + std::to_string(id) + " has the type " + std::to_string(number));
    return number == 0 ? TokenType::Normal : static_cast<TokenType>(number);
}

TokenTable readTokens(const GgufFile& file) {
    const std::vector<std::string>& texts = file.texts("tokenizer.ggml.tokens");
    if (texts.empty() || texts.size() > static_cast<std::size_t>(Vocabulary::maxId))
        throw Error("tokenizer.ggml.tokens: " + std::to_string(texts.size()) + " tokens are no vocabulary");
    std::vector<std::int64_t> numbers(texts.size(), 1);
    if (file.has("tokenizer.ggml.token_type")) numbers = file.integers("tokenizer.ggml.token_type");
    if (numbers.size() != texts.size())
        throw Error("tokenizer.ggml.token_type: has " + std::to_string(numbers.size()) + " entries for " + std::to_string(texts.size()) +
                    " tokens");
    TokenTable tokens;
    for (std::size_t id = 0; id < texts.size(); ++id) {
        if (firstInvalidUtf8(texts[id]) != texts[id].size())
            throw Error("tokenizer.ggml.tokens: token " + std::to_string(id) + " is not UTF-8");
        const TokenType type = typeOf(numbers[id], id);
        tokens.types.push_back(type);
        tokens.vocabulary.add(texts[id], static_cast<TokenId>(id));
        if ((type == TokenType::Control || type == TokenType::UserDefined) && !texts[id].empty())
            tokens.added.push_back({.content = texts[id], .id = static_cast<TokenId>(id), .special = type == TokenType::Control});
    }
    return tokens;
}

/// The id under `key`, or `otherwise` if the key is absent; -1 if there is no such token.
TokenId specialId(const GgufFile& file, const std::string& key, TokenId otherwise, std::size_t count) {
    if (!file.has(key)) return otherwise;
    const std::uint64_t id = file.unsignedInteger(key);
    if (id == 0xffffffffu) return -1;
    if (id >= count) throw Error(key + ": " + std::to_string(id) + " is not below the " + std::to_string(count) + " tokens");
    return static_cast<TokenId>(id);
}

bool flagOr(const GgufFile& file, const std::string& key, bool otherwise) { return file.has(key) ? file.flag(key) : otherwise; }

SpecialIds readSpecialIds(const GgufFile& file, bool addBos, TokenId bos, TokenId eos, std::size_t count) {
    SpecialIds ids;
    const auto read = [&](const char* flag, bool otherwise, const char* key, TokenId id, std::vector<TokenId>& out) {
        if (!flagOr(file, flag, otherwise)) return;
        const TokenId found = specialId(file, key, id, count);
        if (found < 0) throw Error(std::string(flag) + " is set, but " + key + " is missing");
        out.push_back(found);
    };
    read("tokenizer.ggml.add_bos_token", addBos, "tokenizer.ggml.bos_token_id", bos, ids.before);
    read("tokenizer.ggml.add_eos_token", false, "tokenizer.ggml.eos_token_id", eos, ids.after);
    return ids;
}

/// Files of the first years do not name their pre-tokenizer; for two architectures there is only one.
GgufPreTokenizer preTokenizerOf(const GgufFile& file) {
    if (file.has("tokenizer.ggml.pre")) return ggufPreTokenizer(file.text("tokenizer.ggml.pre"));
    const std::string architecture = file.has("general.architecture") ? file.text("general.architecture") : "";
    if (architecture != "gpt2" && architecture != "gptneox")
        throw Error("tokenizer.ggml.pre is missing, so that the way to cut text is not known; use the model's tokenizer.json instead");
    GgufPreTokenizer result = ggufPreTokenizer("gpt-2");
    result.nfc = architecture == "gptneox";
    return result;
}

PipelineParts readByteLevel(const GgufFile& file) {
    PipelineParts parts;
    TokenTable tokens = readTokens(file);
    const std::size_t count = tokens.types.size();
    GgufPreTokenizer pre = preTokenizerOf(file);
    std::vector<std::pair<std::string, std::string>> merges;
    for (const std::string& merge : file.texts("tokenizer.ggml.merges")) {
        const std::size_t space = merge.find(' ', 1);
        if (space == std::string::npos) throw Error("tokenizer.ggml.merges: '" + merge + "' is not two tokens and a space between");
        merges.emplace_back(merge.substr(0, space), merge.substr(space + 1));
    }
    parts.kind = "byte-level BPE";
    if (pre.nfc) parts.normalizer = nfcNormalizer();
    parts.preTokenizer = std::move(pre.cut);
    parts.decoder = byteLevelDecoder();
    parts.special = readSpecialIds(file, pre.addBos, -1, -1, count);
    parts.added = AddedTokens(std::move(tokens.added), parts.normalizer);
    BpeOptions options;
    options.ignoreMerges = pre.ignoreMerges;
    try {
        parts.model = std::make_unique<BpeModel>(std::move(tokens.vocabulary), merges, options);
    } catch (const Error& error) {
        throw error.within("tokenizer.ggml.merges");
    }
    return parts;
}

PipelineParts readSentencePiece(const GgufFile& file) {
    TokenTable tokens = readTokens(file);
    const std::size_t count = tokens.types.size();
    SpmTokens spm;
    spm.scores = file.reals("tokenizer.ggml.scores");
    if (spm.scores.size() != count)
        throw Error("tokenizer.ggml.scores: has " + std::to_string(spm.scores.size()) + " entries for " + std::to_string(count) +
                    " tokens");
    for (std::size_t id = 0; id < count; ++id) {
        if (std::isnan(spm.scores[id])) throw Error("tokenizer.ggml.scores: entry " + std::to_string(id) + " is not a number");
        const TokenType type = tokens.types[id];
        spm.mergeable.push_back(type == TokenType::Normal || type == TokenType::UserDefined || type == TokenType::Unused);
    }
    spm.unknown = specialId(file, "tokenizer.ggml.unknown_token_id", 0, count);
    // The unknown token is found in text like the control tokens are.
    if (spm.unknown >= 0 && tokens.types[static_cast<std::size_t>(spm.unknown)] == TokenType::Unknown)
        tokens.added.push_back({.content = *tokens.vocabulary.token(spm.unknown), .id = spm.unknown, .special = true});
    spm.added = std::move(tokens.added);
    spm.vocabulary = std::move(tokens.vocabulary);
    spm.addPrefix = flagOr(file, "tokenizer.ggml.add_space_prefix", true);
    PipelineParts parts = spmPipeline(std::move(spm));
    parts.special = readSpecialIds(file, true, 1, 2, count);
    return parts;
}

}  // namespace

std::unique_ptr<Tokenizer> loadGgufTokenizer(const std::filesystem::path& path) {
    const GgufFile file(path);
    const std::string model = file.text("tokenizer.ggml.model");
    try {
        if (model != "gpt2" && model != "llama")
            throw Error("tokenizer.ggml.model: tokenizer of kind '" + model + "' is not supported; 'gpt2' and 'llama' are");
        PipelineParts parts = model == "gpt2" ? readByteLevel(file) : readSentencePiece(file);
        parts.file = path.filename().string();
        return std::make_unique<PipelineTokenizer>(std::move(parts));
    } catch (const Error& error) {
        if (std::string_view(error.what()).starts_with(path.string())) throw;
        throw error.within(path.string());
    }
}

}  // namespace qs
