// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/matcher.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "text/regex.h"
#include "text/utf8.h"

namespace qs {
namespace {

struct Segment {
    std::size_t start, end;
    bool match;
};

/// Calls segment(start, end, isMatch) for matches and what lies between them; the segments cover the text.
void eachSegment(std::string_view text, const Matcher& matcher, FunctionRef<void(std::size_t, std::size_t, bool)> segment) {
    std::size_t last = 0;
    matcher(text, [&](std::size_t start, std::size_t end) {
        if (start > last) segment(last, start, false);
        segment(start, end, true);
        last = end;
    });
    if (last < text.size()) segment(last, text.size(), false);
}

/// Joins a segment to the one before it where `joins(segment, match flag of the one before)` says so.
template <class Joins>
std::vector<Segment> joined(const std::vector<Segment>& segments, const Joins& joins) {
    std::vector<Segment> result;
    bool previous = false;
    for (const Segment& segment : segments) {
        if (!result.empty() && joins(segment.match, previous)) {
            result.back().start = std::min(result.back().start, segment.start);
            result.back().end = std::max(result.back().end, segment.end);
        } else {
            result.push_back(segment);
        }
        previous = segment.match;
    }
    return result;
}

}  // namespace

Matcher matchLiteral(std::string literal) {
    return [literal = std::move(literal)](std::string_view text, FoundMatch found) {
        if (literal.empty()) return;
        for (std::size_t at = text.find(literal); at != std::string_view::npos; at = text.find(literal, at + literal.size()))
            found(at, at + literal.size());
    };
}

Matcher matchRegex(std::string_view pattern) {
    return [regex = Regex(pattern)](std::string_view text, FoundMatch found) {
        if (!text.empty()) regex.eachMatch(text, found);
    };
}

Matcher matchCharacters(bool (*predicate)(char32_t)) {
    return [predicate](std::string_view text, FoundMatch found) {
        for (std::size_t at = 0, end; at < text.size(); at = end) {
            end = at + utf8Length(text[at]);
            if (predicate(codePointAt(text, at))) found(at, end);
        }
    };
}

Matcher readPattern(const JsonPart& part) {
    if (part.value().is_string()) return matchLiteral(part.asText());
    if (const auto literal = part.find("String")) return matchLiteral(literal->asText());
    if (const auto regex = part.find("Regex")) return matchRegex(regex->asText());
    part.fail("is neither a String nor a Regex");
}

std::string replaceMatches(std::string_view text, const Matcher& matcher, std::string_view content) {
    std::string result;
    eachSegment(text, matcher, [&](std::size_t start, std::size_t end, bool match) {
        if (match) result += content;
        else result += text.substr(start, end - start);
    });
    return result;
}

SplitBehavior readSplitBehavior(const JsonPart& part) {
    const std::string name = part.asText();
    if (name == "Removed") return SplitBehavior::Removed;
    if (name == "Isolated") return SplitBehavior::Isolated;
    if (name == "MergedWithPrevious") return SplitBehavior::MergedWithPrevious;
    if (name == "MergedWithNext") return SplitBehavior::MergedWithNext;
    if (name == "Contiguous") return SplitBehavior::Contiguous;
    part.fail("behavior '" + name + "' is not supported");
}

void splitAtMatches(std::string_view text, const Matcher& matcher, SplitBehavior behavior, bool invert, FoundMatch piece) {
    const auto emit = [&](std::size_t start, std::size_t end) {
        if (end > start) piece(start, end);
    };
    if (behavior == SplitBehavior::Isolated || behavior == SplitBehavior::Removed) {
        eachSegment(text, matcher, [&](std::size_t start, std::size_t end, bool match) {
            if (behavior == SplitBehavior::Isolated || match == invert) emit(start, end);
        });
        return;
    }
    std::vector<Segment> segments;
    eachSegment(text, matcher, [&](std::size_t start, std::size_t end, bool match) { segments.push_back({start, end, match != invert}); });
    if (behavior == SplitBehavior::Contiguous) {
        segments = joined(segments, [](bool match, bool previous) { return match == previous; });
    } else {
        const bool backwards = behavior == SplitBehavior::MergedWithNext;
        if (backwards) std::reverse(segments.begin(), segments.end());
        segments = joined(segments, [](bool match, bool previous) { return match && !previous; });
        if (backwards) std::reverse(segments.begin(), segments.end());
    }
    for (const Segment& segment : segments) emit(segment.start, segment.end);
}

}  // namespace qs
