// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluate/rolling.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.h"
#include "evaluate/python_text.h"
#include "text/utf8.h"

namespace qs {
namespace {

TokenRequest request(std::span<const TokenId> ids, std::size_t scored) {
    return {{ids.begin(), ids.end()}, static_cast<int>(scored), static_cast<int>(ids.size() - scored), 0};
}

/// Blanks inside each pair of marks removed: from an `open` to the next `close`.
std::string trimmedInside(std::string_view text, char open, char close) {
    std::string result;
    while (true) {
        const std::size_t start = text.find(open), end = start == text.npos ? start : text.find(close, start + 1);
        if (end == text.npos) return result += text;
        result += text.substr(0, start + 1);
        result += stripped(text.substr(start + 1, end - start - 1));
        result += close;
        text.remove_prefix(end + 1);
    }
}

/// What the published program does to "/' 5/": the digit becomes the text [0-9].
std::string withQuotedDigits(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size();) {
        const bool match =
            text.substr(i, 3) == "/' " && i + 4 < text.size() && text[i + 3] >= '0' && text[i + 3] <= '9' && text[i + 4] == '/';
        if (match) {
            result += "/'[0-9]/";
            i += 5;
        } else {
            result += text[i++];
        }
    }
    return result;
}

}  // namespace

std::vector<TokenRequest> rollingRequests(std::span<const TokenId> ids, TokenId prefix, int length) {
    const auto longest = static_cast<std::size_t>(length);
    std::vector<TokenRequest> requests;
    if (ids.empty()) return requests;
    const std::size_t first = std::min(longest, ids.size());
    std::vector<TokenId> begin{prefix};
    begin.insert(begin.end(), ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(first));
    requests.push_back(request(begin, first));
    for (std::size_t done = first; done < ids.size();) {
        const std::size_t scored = std::min(longest, ids.size() - done), end = done + scored;
        requests.push_back(request(ids.subspan(end - longest - 1, longest + 1), scored));
        done = end;
    }
    return requests;
}

std::vector<TokenRequest> stridedRequests(std::span<const TokenId> ids, int length, int stride) {
    if (ids.size() < 2) throw Error("perplexity needs a text of at least two tokens, got " + std::to_string(ids.size()));
    std::vector<TokenRequest> requests;
    std::size_t done = 1;  // the first token is not predicted
    for (std::size_t start = 0; done < ids.size(); start += static_cast<std::size_t>(stride)) {
        const std::size_t end = std::min(start + static_cast<std::size_t>(length), ids.size());
        requests.push_back(request(ids.subspan(start, end - start), end - std::max(done, start + 1)));
        done = end;
    }
    return requests;
}

std::string detokenizedWikiText(std::string_view page) {
    using Pair = std::pair<const char*, const char*>;
    static constexpr std::array separators{Pair{" @-@ ", "-"}, Pair{" @,@ ", ","}, Pair{" @.@ ", "."}, Pair{" : ", ": "}, Pair{" ; ", "; "},
                                           Pair{" . ", ". "},  Pair{" ! ", "! "},  Pair{" ? ", "? "},  Pair{" , ", ", "}};
    static constexpr std::array others{Pair{"= = = =", "===="}, Pair{"= = =", "==="}, Pair{"= =", "=="},  Pair{" \u00b0 ", "\u00b0"},
                                       Pair{" \n", "\n"},       Pair{"\n ", "\n"},    Pair{" N ", " 1 "}, Pair{" 's", "'s"}};
    std::string text = withQuotedDigits(replaceAll(page, "s '", "s'"));
    for (const auto& [from, to] : separators) text = replaceAll(text, from, to);
    for (const char* marks : {"()", "[]", "{}", "\"\"", "''"}) text = trimmedInside(text, marks[0], marks[1]);
    for (const auto& [from, to] : others) text = replaceAll(text, from, to);
    return text;
}

std::size_t wordCount(std::string_view text) {
    std::size_t count = 1;
    bool inBlanks = false;
    for (std::size_t i = 0; i < text.size(); i += utf8Length(text[i])) {
        const bool blank = isPythonSpace(codePointAt(text, i));
        count += blank && !inBlanks;
        inBlanks = blank;
    }
    return count;
}

}  // namespace qs
