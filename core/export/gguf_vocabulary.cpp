// SPDX-License-Identifier: GPL-3.0-or-later
// Keys and token types: the GGUF specification (ggml, docs/gguf.md).
#include "export/gguf_vocabulary.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/error.h"
#include "base/file.h"
#include "text/gguf_tokenizer.h"
#include "text/sentencepiece_model.h"
#include "text/tokenizer.h"

namespace qs {
namespace fs = std::filesystem;
namespace {

/// Scripts, digits, contractions, marks, spaces and line breaks: where pre-tokenizers differ.
constexpr const char* kProbes[] = {
    "Hello world, it's 1234567 o'clock. DON'T they'LL we've I'M",
    "  two  spaces\n\n\tlines \r\n end   ",
    "日本語のテキスト 中文字符测试。한국어 문장 Ελληνικά русский язык العربية हिन्दी भाषा",
    "camelCase HTTPServer snake_case x=y+1; /path/to/file.txt $99.50 #tag @user ~`^|<>",
    "naïve café ﬁ ＡＢＣ １２３ ½ ²  🙂👩‍👩‍👧 é vs e\u0301",
};

struct Vocabulary {
    std::vector<std::string> tokens;
    std::vector<std::int32_t> types;
    std::vector<float> scores;        // SentencePiece only
    std::vector<std::string> merges;  // byte-level only
    std::string pre;                  // the same
    bool addPrefix = false;

    void set(std::size_t id, const std::string& token, std::int32_t type) {
        while (tokens.size() <= id) {
            types.push_back(gguf_token::kUnused);
            tokens.push_back("[PAD" + std::to_string(tokens.size()) + "]");
        }
        tokens[id] = token;
        types[id] = type;
    }
};

nlohmann::json readJson(const fs::path& path) {
    if (!fs::exists(path)) return nlohmann::json::object();
    return nlohmann::json::parse(readText(path));
}

std::vector<std::string> cut(const PreTokenizer& pre, const std::string& text) {
    std::vector<std::string> pieces;
    pre({text, true}, [&](Piece piece) { pieces.emplace_back(piece.text); });
    return pieces;
}

/// The name under which llama.cpp knows a way to cut text, found by what it does to the probes.
std::string preTokenizerName(const nlohmann::json& tokenizer) {
    const PreTokenizer own = readPreTokenizer(JsonPart(tokenizer.at("pre_tokenizer"), "pre_tokenizer"));
    const bool ignoreMerges = tokenizer.at("model").value("ignore_merges", false);
    std::string found;
    for (const char* name : {"gpt-2", "llama-bpe", "qwen2", "smollm", "gpt-4o", "tekken", "dbrx", "qwen35", "falcon", "deepseek-llm",
                             "deepseek-coder", "deepseek-v3", "bloom", "viking", "bailingmoe", "seed-coder", "stablelm2", "default"}) {
        const GgufPreTokenizer candidate = ggufPreTokenizer(name);
        const bool equal = std::all_of(std::begin(kProbes), std::end(kProbes),
                                       [&](const char* probe) { return cut(candidate.cut, probe) == cut(own, probe); });
        if (!equal) continue;
        if (candidate.ignoreMerges == ignoreMerges) return name;
        if (found.empty()) found = name;
    }
    if (found.empty()) throw Error("its pre-tokenizer is none that GGUF files can name");
    return found;
}

std::pair<std::string, std::string> mergeOf(const nlohmann::json& merge) {
    if (merge.is_array()) return {merge.at(0).get<std::string>(), merge.at(1).get<std::string>()};
    const auto text = merge.get<std::string>();
    const std::size_t space = text.find(' ', 1);
    return {text.substr(0, space), text.substr(space + 1)};
}

Vocabulary readTokens(const nlohmann::json& tokenizer) {
    Vocabulary v;
    const auto& model = tokenizer.at("model");
    const bool fallback = model.value("byte_fallback", false);
    for (const auto& [token, id] : model.at("vocab").items()) {
        const bool byte = fallback && token.size() == 6 && token.starts_with("<0x") && token.ends_with(">");
        v.set(id.get<std::size_t>(), token, byte ? gguf_token::kByte : gguf_token::kNormal);
    }
    for (const auto& added : tokenizer.value("added_tokens", nlohmann::json::array()))
        v.set(added.at("id").get<std::size_t>(), added.at("content").get<std::string>(),
              added.value("special", false) ? gguf_token::kControl : gguf_token::kUserDefined);
    return v;
}

/// Merging by rank is merging by score if a token's score falls with the rank of its first merge.
void addScores(Vocabulary& v, const nlohmann::json& tokenizer) {
    const auto& model = tokenizer.at("model");
    std::map<std::string, float> scores;
    float rank = 0;
    for (const auto& merge : model.at("merges")) {
        const auto [left, right] = mergeOf(merge);
        scores.emplace(left + right, -rank);
        rank += 1;
    }
    for (std::size_t id = 0; id < v.tokens.size(); ++id) {
        const auto score = scores.find(v.tokens[id]);
        v.scores.push_back(v.types[id] != gguf_token::kNormal ? 0 : score == scores.end() ? -rank - 1 : score->second);
    }
    if (model.contains("unk_token") && model.at("unk_token").is_string())
        for (std::size_t id = 0; id < v.tokens.size(); ++id)
            if (v.tokens[id] == model.at("unk_token")) v.types[id] = gguf_token::kUnknown;
    v.addPrefix = tokenizer.contains("normalizer") && tokenizer.at("normalizer").dump().find("\"Prepend\"") != std::string::npos;
    const std::string pre = tokenizer.contains("pre_tokenizer") ? tokenizer.at("pre_tokenizer").dump() : "";
    if (pre.find("\"Metaspace\"") != std::string::npos) v.addPrefix = pre.find("\"never\"") == std::string::npos;
}

Vocabulary readJsonTokenizer(const fs::path& path) {
    const nlohmann::json tokenizer = readJson(path);
    const auto& model = tokenizer.at("model");
    if (model.value("type", "BPE") != "BPE" || !model.contains("merges")) throw Error("it is no BPE");
    Vocabulary v = readTokens(tokenizer);
    if (model.value("byte_fallback", false)) {
        addScores(v, tokenizer);
        return v;
    }
    v.pre = preTokenizerName(tokenizer);
    for (const auto& merge : model.at("merges")) {
        const auto [left, right] = mergeOf(merge);
        v.merges.push_back(left + " " + right);
    }
    return v;
}

Vocabulary readSentencePiece(const fs::path& path) {
    const auto model = parseSentencePieceModel(readText(path));
    if (!model || !model->bpe) throw Error("tokenizer.model is no BPE model of SentencePiece");
    Vocabulary v;
    for (std::size_t id = 0; id < model->pieces.size(); ++id) {
        const auto& piece = model->pieces[id];
        v.set(id, piece.text, static_cast<std::int32_t>(piece.type));
        v.scores.push_back(piece.score);
    }
    v.addPrefix = model->addDummyPrefix;
    return v;
}

/// A special token's id from config.json (the first of a list), generation_config.json or the token named in tokenizer_config.json.
std::optional<std::size_t> specialId(const fs::path& folder, const std::string& which, const Vocabulary& v) {
    for (const char* file : {"config.json", "generation_config.json"}) {
        nlohmann::json config = readJson(folder / file);
        if (config.contains("text_config") && !config.contains(which + "_token_id")) config = config.at("text_config");
        if (!config.contains(which + "_token_id")) continue;
        auto id = config.at(which + "_token_id");
        if (id.is_array() && !id.empty()) id = id.at(0);
        if (id.is_number_integer() && id.get<std::int64_t>() >= 0) return id.get<std::size_t>();
    }
    const nlohmann::json config = readJson(folder / "tokenizer_config.json");
    if (!config.contains(which + "_token")) return std::nullopt;
    auto token = config.at(which + "_token");
    if (token.is_object()) token = token.value("content", "");
    for (std::size_t id = 0; id < v.tokens.size(); ++id)
        if (token.is_string() && v.tokens[id] == token) return id;
    return std::nullopt;
}

std::string chatTemplate(const fs::path& folder) {
    if (fs::exists(folder / "chat_template.jinja")) return readText(folder / "chat_template.jinja");
    const nlohmann::json config = readJson(folder / "tokenizer_config.json");
    if (config.contains("chat_template") && config.at("chat_template").is_string()) return config.at("chat_template").get<std::string>();
    return "";
}

void addVocabulary(GgufKeys& keys, const fs::path& folder, Vocabulary v, const Tokenizer& tokenizer, int vocabulary) {
    const auto rows = static_cast<std::size_t>(vocabulary);
    if (v.tokens.size() > rows) throw Error("it has more tokens than the embedding has rows");
    const bool bytes = !v.merges.empty();
    if (v.tokens.size() < rows) v.set(rows - 1, "[PAD" + std::to_string(rows - 1) + "]", gguf_token::kUnused);
    if (!bytes) v.scores.resize(rows, 0);
    keys.text("tokenizer.ggml.model", bytes ? "gpt2" : "llama");
    if (bytes) keys.text("tokenizer.ggml.pre", v.pre);
    else keys.text("tokenizer.ggml.pre", "default");
    keys.texts("tokenizer.ggml.tokens", v.tokens);
    if (!bytes) keys.f32s("tokenizer.ggml.scores", v.scores);
    keys.i32s("tokenizer.ggml.token_type", v.types);
    if (bytes) keys.texts("tokenizer.ggml.merges", v.merges);
    // Whether special tokens stand around a text is asked of the tokenizer itself.
    const auto plain = tokenizer.encode("a", false), whole = tokenizer.encode("a", true);
    const auto begin = std::search(whole.begin(), whole.end(), plain.begin(), plain.end());
    const bool addBos = begin != whole.begin(), addEos = whole.size() > plain.size() + static_cast<std::size_t>(begin - whole.begin());
    std::optional<std::size_t> bos = specialId(folder, "bos", v), eos = specialId(folder, "eos", v);
    if (addBos) bos = static_cast<std::size_t>(whole.front());
    if (addEos) eos = static_cast<std::size_t>(whole.back());
    if (bos) keys.u32("tokenizer.ggml.bos_token_id", *bos);
    if (eos) keys.u32("tokenizer.ggml.eos_token_id", *eos);
    if (const auto pad = specialId(folder, "pad", v)) keys.u32("tokenizer.ggml.padding_token_id", *pad);
    for (std::size_t id = 0; id < v.types.size(); ++id)
        if (v.types[id] == gguf_token::kUnknown) {
            keys.u32("tokenizer.ggml.unknown_token_id", id);
            break;
        }
    keys.flag("tokenizer.ggml.add_bos_token", addBos);
    keys.flag("tokenizer.ggml.add_eos_token", addEos);
    if (!bytes) keys.flag("tokenizer.ggml.add_space_prefix", v.addPrefix);
    if (const std::string text = chatTemplate(folder); !text.empty()) keys.text("tokenizer.chat_template", text);
}

}  // namespace

void addTokenizerKeys(GgufKeys& keys, const fs::path& model, int vocabulary, JobContext& context) {
    std::string cause = "the original has no tokenizer.json nor tokenizer.model";
    try {
        GgufKeys found;  // all or nothing
        const bool pieces = fs::exists(model / "tokenizer.model");
        if (pieces || fs::exists(model / "tokenizer.json")) {
            Vocabulary v = fs::exists(model / "tokenizer.json") ? readJsonTokenizer(model / "tokenizer.json")
                                                                : readSentencePiece(model / "tokenizer.model");
            found = keys;
            addVocabulary(found, model, std::move(v), *loadTokenizer(model), vocabulary);
            keys = std::move(found);
            return;
        }
    } catch (const std::exception& error) {
        cause = error.what();
    }
    keys.text("tokenizer.ggml.model", "none");
    context.event(
        {Severity::Warning, "tokenizer-not-exported", "", "the GGUF file has no tokenizer, so that programs cannot take text: " + cause});
}

std::span<const char* const> tokenizerProbes() { return kProbes; }

void compareTokenizers(const fs::path& original, const fs::path& written, JobContext& context) {
    const auto ours = loadTokenizer(original), theirs = loadTokenizer(written);
    for (const char* probe : kProbes)
        for (const bool special : {false, true})
            if (ours->encode(probe, special) != theirs->encode(probe, special)) {
                context.event({Severity::Warning, "tokenizer-differs", "",
                               "the tokenizer in the GGUF file gives other ids than the original for some texts, first \"" +
                                   std::string(probe).substr(0, 24) + "…\"; compare before using it"});
                return;
            }
}

}  // namespace qs
