// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/pre_tokenizer.h"

#include "text/byte_alphabet.h"
#include "text/metaspace.h"
#include "text/utf8.h"

namespace qs {
namespace {

constexpr std::string_view gpt2Pattern = R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
/// Words here may hold the zero-width joiners, which \w does not match.
constexpr std::string_view wordPattern = R"([\w\x{200C}\x{200D}]+|[^\w\s\x{200C}\x{200D}]+)";

Piece subPiece(Piece piece, std::size_t start, std::size_t end) {
    return {piece.text.substr(start, end - start), piece.first && start == 0};
}

PreTokenizer metaspacePreTokenizer(const Metaspace& settings) {
    const auto split = splitPreTokenizer(matchLiteral(settings.replacement), SplitBehavior::MergedWithNext);
    return [settings, split, spaces = matchLiteral(" ")](Piece piece, PieceSink sink) {
        std::string text = replaceMatches(piece.text, spaces, settings.replacement);
        const bool wanted = settings.scheme == PrependScheme::Always || (settings.scheme == PrependScheme::First && piece.first);
        if (wanted && !text.starts_with(settings.replacement)) text = settings.replacement + text;
        if (settings.split) split({text, piece.first}, sink);
        else sink({text, piece.first});
    };
}

void runStages(const std::vector<PreTokenizer>& stages, std::size_t index, Piece piece, PieceSink sink) {
    if (index == stages.size()) return sink(piece);
    if (index + 1 == stages.size()) return stages[index](piece, sink);
    stages[index](piece, [&](Piece part) { runStages(stages, index + 1, part, sink); });
}

PreTokenizer digits(bool individual) {
    return splitPreTokenizer(matchCharacters(isNumeric), individual ? SplitBehavior::Isolated : SplitBehavior::Contiguous);
}

}  // namespace

PreTokenizer splitPreTokenizer(Matcher matcher, SplitBehavior behavior, bool invert) {
    return [matcher = std::move(matcher), behavior, invert](Piece piece, PieceSink sink) {
        splitAtMatches(piece.text, matcher, behavior, invert,
                       [&](std::size_t start, std::size_t end) { sink(subPiece(piece, start, end)); });
    };
}

PreTokenizer byteLevelPreTokenizer(bool addPrefixSpace, bool useRegex) {
    const auto encode = [](Piece piece, PieceSink sink) { sink({toByteAlphabet(piece.text), piece.first}); };
    const auto split = useRegex ? splitPreTokenizer(matchRegex(gpt2Pattern), SplitBehavior::Isolated) : PreTokenizer();
    const auto cut = [split, encode](Piece piece, PieceSink sink) {
        if (split) split(piece, [&](Piece part) { encode(part, sink); });
        else encode(piece, sink);
    };
    return [addPrefixSpace, cut](Piece piece, PieceSink sink) {
        if (addPrefixSpace && !piece.text.starts_with(' ')) cut({" " + std::string(piece.text), piece.first}, sink);
        else cut(piece, sink);
    };
}

PreTokenizer sequencePreTokenizer(std::vector<PreTokenizer> stages) {
    return [stages = std::move(stages)](Piece piece, PieceSink sink) { runStages(stages, 0, piece, sink); };
}

PreTokenizer readPreTokenizer(const JsonPart& part) {
    const std::string type = part.type();
    if (type == "ByteLevel") return byteLevelPreTokenizer(part.flag("add_prefix_space", true), part.flag("use_regex", true));
    if (type == "Split")
        return splitPreTokenizer(readPattern(part.at("pattern")), readSplitBehavior(part.at("behavior")), part.flag("invert", false));
    if (type == "Digits") return digits(part.flag("individual_digits", false));
    if (type == "Metaspace") return metaspacePreTokenizer(readMetaspace(part));
    if (type == "Whitespace") return splitPreTokenizer(matchRegex(wordPattern), SplitBehavior::Removed, true);
    if (type == "WhitespaceSplit") return splitPreTokenizer(matchCharacters(isWhiteSpace), SplitBehavior::Removed);
    if (type == "Punctuation") {
        const auto behavior = part.find("behavior");
        return splitPreTokenizer(matchCharacters(isPunctuation), behavior ? readSplitBehavior(*behavior) : SplitBehavior::Isolated);
    }
    if (type == "CharDelimiterSplit") return splitPreTokenizer(matchLiteral(part.text("delimiter")), SplitBehavior::Removed);
    if (type == "BertPreTokenizer")
        return sequencePreTokenizer({splitPreTokenizer(matchCharacters(isWhiteSpace), SplitBehavior::Removed),
                                     splitPreTokenizer(matchCharacters(isPunctuation), SplitBehavior::Isolated)});
    if (type == "Sequence") {
        std::vector<PreTokenizer> stages;
        for (const JsonPart& item : part.list("pretokenizers")) stages.push_back(readPreTokenizer(item));
        return sequencePreTokenizer(std::move(stages));
    }
    part.fail("pre-tokenizer of type '" + type + "' is not supported");
}

}  // namespace qs
