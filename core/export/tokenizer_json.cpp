// SPDX-License-Identifier: GPL-3.0-or-later
// Forms: github.com/huggingface/tokenizers (tokenizer.json). Byte-level BPE: the patterns of tokenizer.ggml.pre, then the byte alphabet.
// SentencePiece BPE: every split of a token into two tokens is a merge; merges in the order of falling scores are merging by score.
#include "export/tokenizer_json.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/error.h"
#include "base/file.h"
#include "base/gguf_file.h"
#include "export/gguf_vocabulary.h"
#include "text/gguf_tokenizer.h"
#include "text/tokenizer.h"

namespace qs {
namespace fs = std::filesystem;
namespace {

using Ordered = nlohmann::ordered_json;
constexpr const char* kSpace = "\u2581";

struct GgufTokens {
    const GgufFile& file;
    const std::vector<std::string>& tokens;
    std::vector<std::int64_t> types;

    explicit GgufTokens(const GgufFile& gguf)
        : file(gguf), tokens(gguf.texts("tokenizer.ggml.tokens")), types(tokens.size(), gguf_token::kNormal) {
        if (gguf.has("tokenizer.ggml.token_type")) types = gguf.integers("tokenizer.ggml.token_type");
        if (types.size() != tokens.size()) throw Error("tokenizer.ggml.token_type has another length than the tokens");
    }
    std::optional<std::size_t> id(const std::string& which) const {
        const std::string key = "tokenizer.ggml." + which + "_token_id";
        if (!file.has(key)) return std::nullopt;
        const std::uint64_t value = file.unsignedInteger(key);
        return value < tokens.size() ? std::optional<std::size_t>(value) : std::nullopt;
    }
};

Ordered vocabularyOf(const GgufTokens& s) {
    Ordered::object_t vocabulary;  // filled without looking for each name, which ordered objects do one by one
    vocabulary.reserve(s.tokens.size());
    std::map<std::string, bool> seen;
    for (std::size_t id = 0; id < s.tokens.size(); ++id) {
        if (!seen.emplace(s.tokens[id], true).second) throw Error("the token '" + s.tokens[id] + "' occurs twice");
        vocabulary.push_back({s.tokens[id], id});
    }
    return vocabulary;
}

Ordered addedTokens(const GgufTokens& s) {
    Ordered added = Ordered::array();
    for (std::size_t id = 0; id < s.tokens.size(); ++id) {
        const bool special = s.types[id] == gguf_token::kControl || s.types[id] == gguf_token::kUnknown;
        if ((!special && s.types[id] != gguf_token::kUserDefined) || s.tokens[id].empty()) continue;
        added.push_back({{"id", id},
                         {"content", s.tokens[id]},
                         {"single_word", false},
                         {"lstrip", false},
                         {"rstrip", false},
                         {"normalized", false},
                         {"special", special}});
    }
    return added;
}

/// Special tokens around a text, as the tokenizer of the file puts them.
Ordered postProcessor(const GgufTokens& s, const Tokenizer& tokenizer) {
    const auto plain = tokenizer.encode("a", false), whole = tokenizer.encode("a", true);
    if (whole == plain) return nullptr;
    const auto text = std::search(whole.begin(), whole.end(), plain.begin(), plain.end());
    Ordered single = Ordered::array(), special = Ordered::object();
    const auto put = [&](TokenId id) {
        const std::string& token = s.tokens[static_cast<std::size_t>(id)];
        single.push_back({{"SpecialToken", {{"id", token}, {"type_id", 0}}}});
        special[token] = {{"id", token}, {"ids", {id}}, {"tokens", {token}}};
    };
    for (auto at = whole.begin(); at != text; ++at) put(*at);
    single.push_back({{"Sequence", {{"id", "A"}, {"type_id", 0}}}});
    for (auto at = text + static_cast<std::ptrdiff_t>(plain.size()); at < whole.end(); ++at) put(*at);
    Ordered pair = single;
    pair.push_back({{"Sequence", {{"id", "B"}, {"type_id", 1}}}});
    return {{"type", "TemplateProcessing"}, {"single", single}, {"pair", pair}, {"special_tokens", special}};
}

Ordered modelOf(const GgufTokens& s, Ordered merges, bool fallback, bool ignoreMerges) {
    Ordered unknown = nullptr;
    if (const auto id = s.id("unknown"); fallback && id) unknown = s.tokens[*id];
    return {{"type", "BPE"},
            {"dropout", nullptr},
            {"unk_token", unknown},
            {"continuing_subword_prefix", nullptr},
            {"end_of_word_suffix", nullptr},
            {"fuse_unk", fallback},
            {"byte_fallback", fallback},
            {"ignore_merges", ignoreMerges},
            {"vocab", vocabularyOf(s)},
            {"merges", std::move(merges)}};
}

void addByteLevel(Ordered& root, const GgufTokens& s) {
    const std::string name = s.file.text("tokenizer.ggml.pre");
    const GgufPreTokenizer pre = ggufPreTokenizer(name);
    Ordered stages = Ordered::array();
    for (const std::string& pattern : ggufPreTokenizerPatterns(name))
        stages.push_back({{"type", "Split"}, {"pattern", {{"Regex", pattern}}}, {"behavior", "Isolated"}, {"invert", false}});
    const Ordered bytes{{"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", true}, {"use_regex", false}};
    stages.push_back(bytes);
    if (pre.nfc) root["normalizer"] = {{"type", "NFC"}};
    root["pre_tokenizer"] = {{"type", "Sequence"}, {"pretokenizers", stages}};
    root["decoder"] = bytes;
    Ordered merges = Ordered::array();
    for (const std::string& merge : s.file.texts("tokenizer.ggml.merges")) {
        const std::size_t space = merge.find(' ', 1);
        if (space == std::string::npos) throw Error("tokenizer.ggml.merges: '" + merge + "' is not two tokens");
        merges.push_back({merge.substr(0, space), merge.substr(space + 1)});
    }
    root["model"] = modelOf(s, std::move(merges), false, pre.ignoreMerges);
}

Ordered mergesByScore(const GgufTokens& s) {
    struct Merge {
        double score;
        std::size_t left, right, cut, token;
    };
    std::map<std::string_view, std::size_t> ids;
    for (std::size_t id = 0; id < s.tokens.size(); ++id)
        if (s.types[id] == gguf_token::kNormal || s.types[id] == gguf_token::kUserDefined || s.types[id] == gguf_token::kUnused)
            ids.emplace(s.tokens[id], id);
    const std::vector<double>& scores = s.file.reals("tokenizer.ggml.scores");
    if (scores.size() != s.tokens.size()) throw Error("tokenizer.ggml.scores has another length than the tokens");
    std::vector<Merge> merges;
    for (const auto& [text, id] : ids)
        for (std::size_t cut = 1; cut < text.size(); ++cut) {
            if ((static_cast<unsigned char>(text[cut]) & 0xc0) == 0x80) continue;  // inside a character
            const auto left = ids.find(text.substr(0, cut)), right = ids.find(text.substr(cut));
            if (left != ids.end() && right != ids.end()) merges.push_back({scores[id], left->second, right->second, cut, id});
        }
    std::sort(merges.begin(), merges.end(), [](const Merge& a, const Merge& b) {
        if (a.score != b.score) return a.score > b.score;
        return std::tie(a.token, a.left, a.right) < std::tie(b.token, b.left, b.right);
    });
    Ordered list = Ordered::array();
    for (const Merge& m : merges) list.push_back({s.tokens[m.left], s.tokens[m.right]});
    return list;
}

void addSentencePiece(Ordered& root, const GgufTokens& s) {
    const bool prefix = !s.file.has("tokenizer.ggml.add_space_prefix") || s.file.flag("tokenizer.ggml.add_space_prefix");
    const Ordered replace{{"type", "Replace"}, {"pattern", {{"String", " "}}}, {"content", kSpace}};
    Ordered normalizers = Ordered::array();
    if (prefix) normalizers.push_back({{"type", "Prepend"}, {"prepend", kSpace}});
    normalizers.push_back(replace);
    root["normalizer"] = {{"type", "Sequence"}, {"normalizers", normalizers}};
    Ordered decoders = Ordered::array();
    decoders.push_back({{"type", "Replace"}, {"pattern", {{"String", kSpace}}}, {"content", " "}});
    decoders.push_back({{"type", "ByteFallback"}});
    decoders.push_back({{"type", "Fuse"}});
    if (prefix) decoders.push_back({{"type", "Strip"}, {"content", " "}, {"start", 1}, {"stop", 0}});
    root["decoder"] = {{"type", "Sequence"}, {"decoders", decoders}};
    root["model"] = modelOf(s, mergesByScore(s), true, false);
}

Ordered tokenizerConfig(const GgufTokens& s) {
    Ordered config{{"tokenizer_class", "PreTrainedTokenizerFast"}, {"clean_up_tokenization_spaces", false}};
    for (const auto& [key, name] : {std::pair{"bos", "bos"}, {"eos", "eos"}, {"padding", "pad"}, {"unknown", "unk"}})
        if (const auto id = s.id(key)) config[std::string(name) + "_token"] = s.tokens[*id];
    if (s.file.has("tokenizer.chat_template")) config["chat_template"] = s.file.text("tokenizer.chat_template");
    return config;
}

Ordered generationConfig(const GgufTokens& s) {
    Ordered config{{"_from_model_config", true}};
    for (const auto& [key, name] : {std::pair{"bos", "bos"}, {"eos", "eos"}, {"padding", "pad"}})
        if (const auto id = s.id(key)) config[std::string(name) + "_token_id"] = *id;
    return config;
}

}  // namespace

std::vector<std::string> writeTokenizerOfGguf(const fs::path& gguf, const fs::path& folder) {
    const auto tokenizer = loadTokenizer(gguf);
    const GgufFile file(gguf);
    const GgufTokens source(file);
    Ordered root{{"version", "1.0"},
                 {"truncation", nullptr},
                 {"padding", nullptr},
                 {"added_tokens", addedTokens(source)},
                 {"normalizer", nullptr},
                 {"pre_tokenizer", nullptr},
                 {"post_processor", postProcessor(source, *tokenizer)},
                 {"decoder", nullptr}};
    if (file.text("tokenizer.ggml.model") == "gpt2") addByteLevel(root, source);
    else addSentencePiece(root, source);
    const fs::path path = folder / "tokenizer.json";
    writeText(path, root.dump(1) + "\n");
    try {
        const auto written = loadTokenizer(path);
        for (const char* probe : tokenizerProbes())
            for (const bool special : {false, true})
                if (written->encode(probe, special) != tokenizer->encode(probe, special))
                    throw Error("a tokenizer.json made of it gives other ids for some texts");
    } catch (const Error&) {
        fs::remove(path);
        throw;
    }
    writeText(folder / "tokenizer_config.json", tokenizerConfig(source).dump(2) + "\n");
    writeText(folder / "generation_config.json", generationConfig(source).dump(2) + "\n");
    return {"tokenizer.json", "tokenizer_config.json", "generation_config.json"};
}

}  // namespace qs
