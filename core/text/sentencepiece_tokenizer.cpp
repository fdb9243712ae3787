// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/sentencepiece_tokenizer.h"

#include <sentencepiece_processor.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/file.h"
#include "text/added_tokens.h"
#include "text/decoder.h"
#include "text/json_part.h"
#include "text/metaspace.h"
#include "text/pipeline_tokenizer.h"
#include "text/sentencepiece_model.h"
#include "text/spm_pipeline.h"
#include "text/utf8.h"

namespace qs {
namespace {

using sentencepiece::SentencePieceProcessor;

class SentencePieceTokenizer : public Tokenizer {
  public:
    SentencePieceTokenizer(std::unique_ptr<SentencePieceProcessor> processor, SpecialIds special, std::string file)
        : m_processor(std::move(processor)), m_special(std::move(special)), m_file(std::move(file)) {
        std::vector<AddedToken> added;
        for (int id = 0; id < m_processor->GetPieceSize(); ++id)
            if (m_processor->IsControl(id) || m_processor->IsUnknown(id))
                added.push_back({.content = m_processor->IdToPiece(id), .id = id, .special = true});
        m_added = AddedTokens(std::move(added), {});
    }

    std::vector<TokenId> encode(std::string_view text, bool addSpecial) const override {
        std::string repaired;
        if (firstInvalidUtf8(text) != text.size()) text = repaired = repairedUtf8(text);
        std::vector<TokenId> ids;
        if (addSpecial) ids = m_special.before;
        m_added.splitRaw(text, [&](std::string_view part, TokenId id) {
            if (id >= 0) return ids.push_back(id);
            std::vector<int> encoded;
            const auto status = m_processor->Encode({part.data(), part.size()}, &encoded);
            if (!status.ok()) throw Error(m_file + ": text cannot be encoded: " + status.ToString());
            ids.insert(ids.end(), encoded.begin(), encoded.end());
        });
        if (addSpecial) ids.insert(ids.end(), m_special.after.begin(), m_special.after.end());
        return ids;
    }

    std::string decode(std::span<const TokenId> ids, bool skipSpecial) const override {
        std::vector<std::string> tokens;
        for (const TokenId id : ids) {
            if (id < 0 || id >= m_processor->GetPieceSize())
                throw Error("the id " + std::to_string(id) + " is not in the vocabulary of " + m_file);
            if (m_added.find(id) && skipSpecial) continue;
            tokens.push_back(m_processor->IdToPiece(id));
        }
        static const Decoder decoder =
            sequenceDecoder({replaceDecoder(spaceSymbol, " "), byteFallbackDecoder(), fuseDecoder(), stripDecoder(" ", 1, 0)});
        const auto text = decoder(std::move(tokens));
        return text.empty() ? "" : text.front();
    }

    std::size_t vocabularySize() const override { return static_cast<std::size_t>(m_processor->GetPieceSize()); }

    std::optional<TokenId> idOf(std::string_view token) const override {
        const int id = m_processor->PieceToId({token.data(), token.size()});
        return m_processor->IdToPiece(id) == token ? std::optional<TokenId>(id) : std::nullopt;
    }

    std::string description() const override { return "SentencePiece, " + groupedNumber(vocabularySize()) + " tokens, " + m_file; }

  private:
    std::unique_ptr<SentencePieceProcessor> m_processor;
    SpecialIds m_special;
    std::string m_file;
    AddedTokens m_added;
};

/// The same model as parts of our own, which encode the same ids much faster. Only for models that isPlainBpe() holds for.
PipelineParts plainParts(const SentencePieceModel& model) {
    using Type = SentencePieceModel::Type;
    SpmTokens spm;
    spm.addPrefix = model.addDummyPrefix;
    for (std::size_t i = 0; i < model.pieces.size(); ++i) {
        const auto& [text, score, type] = model.pieces[i];
        const auto id = static_cast<TokenId>(i);
        spm.vocabulary.add(text, id);
        spm.scores.push_back(score);
        spm.mergeable.push_back(type == Type::Normal || type == Type::UserDefined);
        if (type == Type::Unknown) spm.unknown = id;
        const bool special = type == Type::Control || type == Type::Unknown;
        // Pieces that a user defined are looked for in normalized text, and nothing merges over them.
        if (special || type == Type::UserDefined)
            spm.added.push_back({.content = text, .id = id, .special = special, .normalized = !special});
    }
    return spmPipeline(std::move(spm));
}

/// True if our own parts can stand in: unused pieces, which are split again after merging, and scores without order are left to the
/// library.
bool isPlain(const SentencePieceModel& model) {
    const auto odd = [](const SentencePieceModel::Piece& piece) {
        return piece.type == SentencePieceModel::Type::Unused || std::isnan(piece.score) ||
               firstInvalidUtf8(piece.text) != piece.text.size();
    };
    return model.isPlainBpe() && std::none_of(model.pieces.begin(), model.pieces.end(), odd);
}

/// tokenizer_config.json beside the model; an empty object if there is none.
Json readConfig(const std::filesystem::path& path) {
    const auto config = path.parent_path() / "tokenizer_config.json";
    if (!std::filesystem::exists(config)) return Json::object();
    try {
        return Json::parse(readText(config));
    } catch (const Json::exception& error) {
        throw Error(config.string() + ": is not valid JSON: " + error.what());
    }
}

}  // namespace

std::unique_ptr<Tokenizer> loadSentencePieceTokenizer(const std::filesystem::path& path) {
    const std::string bytes = readText(path);
    auto processor = std::make_unique<SentencePieceProcessor>();
    const auto status = processor->LoadFromSerializedProto(bytes);
    if (!status.ok() || processor->GetPieceSize() <= 0)
        throw Error(path.string() + ": is not a SentencePiece model (nor a tokenizer.json or GGUF file): " + status.ToString());
    const Json json = readConfig(path);
    const JsonPart config(json, (path.parent_path() / "tokenizer_config.json").string());
    SpecialIds special;
    if (config.flag("add_bos_token", true) && processor->bos_id() >= 0) special.before.push_back(processor->bos_id());
    if (config.flag("add_eos_token", false) && processor->eos_id() >= 0) special.after.push_back(processor->eos_id());
    if (const auto model = parseSentencePieceModel(bytes); model && isPlain(*model)) {
        PipelineParts parts = plainParts(*model);
        parts.special = special;
        parts.file = path.filename().string();
        return std::make_unique<PipelineTokenizer>(std::move(parts));
    }
    return std::make_unique<SentencePieceTokenizer>(std::move(processor), std::move(special), path.filename().string());
}

}  // namespace qs
