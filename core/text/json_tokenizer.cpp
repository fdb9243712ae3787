// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/json_tokenizer.h"

#include <algorithm>

#include "base/error.h"
#include "base/file.h"
#include "text/bpe_model.h"
#include "text/pipeline_tokenizer.h"

namespace qs {
namespace {

Vocabulary readVocabulary(const JsonPart& part) {
    if (!part.value().is_object()) part.fail("is not an object of tokens and ids");
    Vocabulary vocabulary;
    for (const auto& [token, id] : part.value().items()) {
        const std::int64_t number = JsonPart(id, part.place() + "['" + token + "']").asInteger();
        if (number < 0 || number > Vocabulary::maxId)
            part.fail("token '" + token + "' has the id " + std::to_string(number) + ", which is out of range");
        vocabulary.add(token, static_cast<TokenId>(number));
    }
    if (vocabulary.count() == 0) part.fail("is empty");
    return vocabulary;
}

/// Merges are "a b" or ["a", "b"].
std::vector<std::pair<std::string, std::string>> readMerges(const JsonPart& model) {
    std::vector<std::pair<std::string, std::string>> merges;
    for (const JsonPart& item : model.list("merges")) {
        const Json& value = item.value();
        if (value.is_array() && value.size() == 2 && value[0].is_string() && value[1].is_string()) {
            merges.emplace_back(value[0].get<std::string>(), value[1].get<std::string>());
            continue;
        }
        const std::string text = item.asText();
        const std::size_t space = text.find(' ');
        if (space == std::string::npos || text.find(' ', space + 1) != std::string::npos)
            item.fail("'" + text + "' is not two tokens and a space between");
        merges.emplace_back(text.substr(0, space), text.substr(space + 1));
    }
    return merges;
}

std::unique_ptr<TokenModel> readModel(const JsonPart& part) {
    // Old files leave the type out; only BPE models have merges.
    const std::string type = part.find("type") ? part.type() : part.find("merges") ? "BPE" : "(none)";
    if (type != "BPE") part.fail("model of type '" + type + "' is not supported; only BPE is");
    if (const auto dropout = part.find("dropout"); dropout && dropout->value() != 0.0)
        dropout->fail("is not supported; encoding would be random");
    Vocabulary vocabulary = readVocabulary(part.at("vocab"));
    BpeOptions options;
    options.fuseUnknown = part.flag("fuse_unk", false);
    options.byteFallback = part.flag("byte_fallback", false);
    options.ignoreMerges = part.flag("ignore_merges", false);
    options.prefix = part.text("continuing_subword_prefix", "");
    options.suffix = part.text("end_of_word_suffix", "");
    if (const auto unknown = part.find("unk_token")) {
        options.unknown = vocabulary.find(unknown->asText());
        if (options.unknown < 0) unknown->fail("'" + unknown->asText() + "' is not in the vocabulary");
    }
    try {
        return std::make_unique<BpeModel>(std::move(vocabulary), readMerges(part), options);
    } catch (const Error& error) {
        throw error.within(part.place());
    }
}

/// The id that a loader gives a token which the vocabulary lacks: the next free one. A file that says otherwise contradicts itself.
AddedTokens readAddedTokens(const JsonPart& root, const Vocabulary& vocabulary, const Normalizer& normalizer) {
    std::vector<AddedToken> tokens;
    if (!root.find("added_tokens")) return {};
    std::int64_t next = static_cast<std::int64_t>(vocabulary.count());
    for (const JsonPart& item : root.list("added_tokens")) {
        AddedToken token;
        token.content = item.text("content");
        token.special = item.flag("special", false);
        token.leftStrip = item.flag("lstrip", false);
        token.rightStrip = item.flag("rstrip", false);
        token.singleWord = item.flag("single_word", false);
        token.normalized = item.flag("normalized", !token.special);
        const std::int64_t id = item.integer("id");
        const TokenId known = vocabulary.find(token.content);
        const std::int64_t expected = known >= 0 ? known : next;
        if (id != expected)
            item.fail("token '" + token.content + "' has the id " + std::to_string(id) + ", but by the vocabulary it would have " +
                      std::to_string(expected));
        token.id = static_cast<TokenId>(id);
        next = std::max(next, id + 1);
        tokens.push_back(token);
    }
    return AddedTokens(std::move(tokens), normalizer);
}

bool usesByteAlphabet(const JsonPart& part) {
    const std::string text = part.value().dump();
    return text.find("\"ByteLevel\"") != std::string::npos;
}

/// What of a training pipeline the file asks for and a text does not get.
std::string noteOf(const JsonPart& root) {
    std::string note;
    if (const auto part = root.find("truncation"))
        note = "its truncation to " + std::to_string(part->integer("max_length")) + " tokens is not applied: texts are never cut";
    if (root.find("padding")) note += std::string(note.empty() ? "" : "; ") + "its padding is not applied";
    return note;
}

std::unique_ptr<Tokenizer> readTokenizer(const Json& json, const std::string& fileName) {
    const JsonPart root(json, "");
    PipelineParts parts;
    parts.file = fileName;
    parts.note = noteOf(root);
    if (const auto part = root.find("normalizer")) parts.normalizer = readNormalizer(*part);
    if (const auto part = root.find("pre_tokenizer")) parts.preTokenizer = readPreTokenizer(*part);
    if (const auto part = root.find("post_processor")) parts.special = readPostProcessor(*part);
    if (const auto part = root.find("decoder")) parts.decoder = readDecoder(*part);
    parts.model = readModel(root.at("model"));
    parts.added = readAddedTokens(root, parts.model->vocabulary(), parts.normalizer);
    const auto pre = root.find("pre_tokenizer");
    const bool fallback = root.at("model").flag("byte_fallback", false);
    parts.kind = pre && usesByteAlphabet(*pre) ? "byte-level BPE" : fallback ? "BPE with byte fallback" : "BPE";
    return std::make_unique<PipelineTokenizer>(std::move(parts));
}

}  // namespace

std::unique_ptr<Tokenizer> jsonTokenizer(const std::string& text, const std::filesystem::path& path) {
    try {
        const Json json = Json::parse(text);
        if (!json.is_object()) throw Error("is not a tokenizer (no JSON object)");
        return readTokenizer(json, path.filename().string());
    } catch (const Json::exception& error) {
        throw Error(path.string() + ": is not valid JSON: " + error.what());
    } catch (const Error& error) {
        throw error.within(path.string());
    }
}

std::unique_ptr<Tokenizer> loadJsonTokenizer(const std::filesystem::path& path) { return jsonTokenizer(readText(path), path); }

}  // namespace qs
