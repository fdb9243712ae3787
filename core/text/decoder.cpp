// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/decoder.h"

#include "text/byte_alphabet.h"
#include "text/byte_tokens.h"
#include "text/matcher.h"
#include "text/metaspace.h"
#include "text/utf8.h"

namespace qs {
namespace {

using Tokens = std::vector<std::string>;

std::string join(const Tokens& tokens) {
    std::string text;
    for (const std::string& token : tokens) text += token;
    return text;
}

Decoder metaspaceDecoder(const Metaspace& settings) {
    return [settings, matcher = matchLiteral(settings.replacement)](Tokens tokens) {
        for (std::size_t i = 0; i < tokens.size(); ++i)
            tokens[i] = replaceMatches(tokens[i], matcher, i == 0 && settings.scheme != PrependScheme::Never ? "" : " ");
        return tokens;
    };
}

/// Byte-pair encoding with an end-of-word suffix: the suffix is a space, but nothing at the end.
Decoder suffixDecoder(const std::string& suffix) {
    return [matcher = matchLiteral(suffix)](Tokens tokens) {
        for (std::size_t i = 0; i < tokens.size(); ++i) tokens[i] = replaceMatches(tokens[i], matcher, i + 1 == tokens.size() ? "" : " ");
        return tokens;
    };
}

std::size_t readCount(const JsonPart& part, const std::string& key) {
    const std::int64_t count = part.integer(key);
    if (count < 0) part.at(key).fail("is negative");
    return static_cast<std::size_t>(count);
}

std::string strip(std::string_view token, std::string_view content, std::size_t start, std::size_t stop) {
    for (; start > 0 && token.starts_with(content); --start) token.remove_prefix(content.size());
    for (; stop > 0 && token.ends_with(content); --stop) token.remove_suffix(content.size());
    return std::string(token);
}

}  // namespace

Decoder byteLevelDecoder() {
    return [](const Tokens& tokens) {
        std::string bytes;
        for (const std::string& token : tokens) bytes += fromByteAlphabet(token).value_or(token);
        return Tokens{repairedUtf8(bytes)};
    };
}

Decoder byteFallbackDecoder() {
    return [](const Tokens& tokens) {
        Tokens result;
        std::string run;
        const auto flush = [&] {
            if (firstInvalidUtf8(run) == run.size()) result.push_back(run);
            else result.insert(result.end(), run.size(), std::string(replacementCharacter));
            run.clear();
        };
        for (const std::string& token : tokens) {
            if (const auto byte = byteOfToken(token)) {
                run += static_cast<char>(*byte);
                continue;
            }
            if (!run.empty()) flush();
            result.push_back(token);
        }
        if (!run.empty()) flush();
        return result;
    };
}

Decoder replaceDecoder(const std::string& from, std::string to) {
    return [matcher = matchLiteral(from), to = std::move(to)](Tokens tokens) {
        for (std::string& token : tokens) token = replaceMatches(token, matcher, to);
        return tokens;
    };
}

Decoder fuseDecoder() {
    return [](const Tokens& tokens) { return Tokens{join(tokens)}; };
}

Decoder stripDecoder(std::string content, std::size_t start, std::size_t stop) {
    return [content = std::move(content), start, stop](Tokens tokens) {
        for (std::string& token : tokens) token = strip(token, content, start, stop);
        return tokens;
    };
}

Decoder sequenceDecoder(std::vector<Decoder> parts) {
    return [parts = std::move(parts)](Tokens tokens) {
        for (const Decoder& part : parts) tokens = part(std::move(tokens));
        return tokens;
    };
}

Decoder readDecoder(const JsonPart& part) {
    const std::string type = part.type();
    if (type == "ByteLevel") return byteLevelDecoder();
    if (type == "ByteFallback") return byteFallbackDecoder();
    if (type == "Fuse") return fuseDecoder();
    if (type == "Metaspace") return metaspaceDecoder(readMetaspace(part));
    if (type == "BPEDecoder") return suffixDecoder(part.text("suffix", "</w>"));
    if (type == "Replace")
        return [matcher = readPattern(part.at("pattern")), content = part.text("content")](Tokens tokens) {
            for (std::string& token : tokens) token = replaceMatches(token, matcher, content);
            return tokens;
        };
    if (type == "Strip") {
        const std::string content = part.text("content");
        if (content.empty() || utf8Length(content[0]) != content.size()) part.at("content").fail("is not one character");
        return stripDecoder(content, readCount(part, "start"), readCount(part, "stop"));
    }
    if (type == "Sequence") {
        std::vector<Decoder> parts;
        for (const JsonPart& item : part.list("decoders")) parts.push_back(readDecoder(item));
        return sequenceDecoder(std::move(parts));
    }
    part.fail("decoder of type '" + type + "' is not supported");
}

}  // namespace qs
