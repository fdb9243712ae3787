// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/normalizer.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/uniset.h>

#include <limits>
#include <memory>

#include "base/error.h"
#include "text/byte_alphabet.h"
#include "text/matcher.h"
#include "text/utf8.h"

namespace qs {
namespace {

void check(UErrorCode status) {
    if (U_FAILURE(status)) throw Error(std::string("Unicode normalization fails: ") + u_errorName(status));
}

/// The characters of Unicode 9: what the `tokenizers` library knows to normalize.
const icu::UnicodeSet& knownCharacters() {
    static const auto set = [] {
        UErrorCode status = U_ZERO_ERROR;
        auto characters = std::make_unique<icu::UnicodeSet>(icu::UnicodeString("[:age=9.0:]"), status);
        check(status);
        characters->freeze();
        return characters;
    }();
    return *set;
}

/// NFC, NFD, NFKC or NFKD (Unicode standard annex 15).
Normalizer unicodeNormalizer(const icu::Normalizer2* (*instance)(UErrorCode&)) {
    UErrorCode error = U_ZERO_ERROR;
    const icu::Normalizer2* full = instance(error);
    check(error);
    const auto filtered = std::make_shared<const icu::FilteredNormalizer2>(*full, knownCharacters());
    return [full, filtered](std::string text) {
        if (isAscii(text)) return text;
        if (text.size() > std::numeric_limits<std::int32_t>::max()) throw Error("a text of more than 2 GiB cannot be normalized; split it");
        UErrorCode status = U_ZERO_ERROR;
        const icu::StringPiece source(text.data(), static_cast<std::int32_t>(text.size()));
        if (full->isNormalizedUTF8(source, status) && U_SUCCESS(status)) return text;
        std::string result;
        icu::StringByteSink<std::string> sink(&result, static_cast<std::int32_t>(text.size()));
        status = U_ZERO_ERROR;
        filtered->normalizeUTF8(0, source, sink, nullptr, status);
        check(status);
        return result;
    };
}

template <class F>
std::string eachCharacter(const std::string& text, const F& append) {
    std::string result;
    for (std::size_t at = 0; at < text.size(); at += utf8Length(text[at])) append(result, codePointAt(text, at));
    return result;
}

std::string lowercase(std::string text) {
    return eachCharacter(text, [](std::string& result, char32_t c) {
        if (c == 0x130) result += "i\xCC\x87";  // the only character whose lower case is two characters
        else appendUtf8(result, static_cast<char32_t>(u_tolower(static_cast<UChar32>(c))));
    });
}

std::string stripAccents(std::string text) {
    return eachCharacter(text, [](std::string& result, char32_t c) {
        if (!isMark(c)) appendUtf8(result, c);
    });
}

std::string strip(std::string text, bool left, bool right) {
    std::size_t start = 0, end = text.size();
    while (left && start < end && isWhiteSpace(codePointAt(text, start))) start += utf8Length(text[start]);
    while (right && end > start) {
        const std::size_t previous = previousCharacter(text, end);
        if (!isWhiteSpace(codePointAt(text, previous))) break;
        end = previous;
    }
    return text.substr(start, end - start);
}

}  // namespace

Normalizer nfcNormalizer() { return unicodeNormalizer(icu::Normalizer2::getNFCInstance); }

Normalizer prependNormalizer(std::string prefix) {
    return [prefix = std::move(prefix)](std::string text) { return text.empty() ? text : prefix + text; };
}

Normalizer replaceNormalizer(std::string from, std::string to) {
    return [matcher = matchLiteral(std::move(from)), to = std::move(to)](std::string text) { return replaceMatches(text, matcher, to); };
}

Normalizer sequenceNormalizer(std::vector<Normalizer> parts) {
    return [parts = std::move(parts)](std::string text) {
        for (const Normalizer& part : parts) text = part(std::move(text));
        return text;
    };
}

Normalizer readNormalizer(const JsonPart& part) {
    const std::string type = part.type();
    if (type == "NFC") return nfcNormalizer();
    if (type == "NFD") return unicodeNormalizer(icu::Normalizer2::getNFDInstance);
    if (type == "NFKC") return unicodeNormalizer(icu::Normalizer2::getNFKCInstance);
    if (type == "NFKD") return unicodeNormalizer(icu::Normalizer2::getNFKDInstance);
    if (type == "Lowercase") return lowercase;
    if (type == "StripAccents") return stripAccents;
    if (type == "Strip") {
        const bool left = part.flag("strip_left", true), right = part.flag("strip_right", true);
        return [left, right](std::string text) { return strip(std::move(text), left, right); };
    }
    if (type == "Prepend") return prependNormalizer(part.text("prepend"));
    if (type == "Replace")
        return [matcher = readPattern(part.at("pattern")), content = part.text("content")](std::string text) {
            return replaceMatches(text, matcher, content);
        };
    if (type == "ByteLevel") return [](std::string text) { return toByteAlphabet(text); };
    if (type == "Sequence") {
        std::vector<Normalizer> parts;
        for (const JsonPart& item : part.list("normalizers")) parts.push_back(readNormalizer(item));
        return sequenceNormalizer(std::move(parts));
    }
    part.fail("normalizer of type '" + type + "' is not supported");
}

}  // namespace qs
