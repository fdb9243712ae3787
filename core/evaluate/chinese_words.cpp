// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluate/chinese_words.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "base/error.h"
#include "base/file.h"
#include "evaluate/python_text.h"
#include "text/utf8.h"

namespace qs {
namespace {

using Json = nlohmann::json;

constexpr double kNever = -3.14e100;
constexpr std::string_view kStates = "BEMS";
constexpr std::size_t kB = 0, kE = 1, kM = 2, kS = 3;
/// States that may come before each, as the published program orders them; of equals the larger letter wins.
constexpr std::array<std::array<std::size_t, 2>, 4> kBefore{{{kE, kS}, {kB, kM}, {kM, kB}, {kS, kE}}};

std::u32string wide(std::string_view text) {
    std::u32string characters;
    for (std::size_t i = 0; i < text.size(); i += utf8Length(text[i])) characters += codePointAt(text, i);
    return characters;
}

std::string narrow(std::u32string_view characters) {
    std::string text;
    for (const char32_t c : characters) appendUtf8(text, c);
    return text;
}

bool isHan(char32_t c) { return c >= 0x4e00 && c <= 0x9fd5; }
bool isLetterOrDigit(char32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }
bool isInBlock(char32_t c) {
    return isHan(c) || isLetterOrDigit(c) || (c < 128 && std::string_view("+#&._%-").find(static_cast<char>(c)) != std::string_view::npos);
}

/// The dictionary literal of a Python file "P={'B': {'\u4e00': -3.65, …}, …}" as JSON.
Json pythonDictionary(const std::filesystem::path& file) {
    std::string text = readText(file);
    const std::size_t start = text.find("P={");
    if (start == text.npos) throw Error(file.string() + ": is not a table of jieba's; install python3-jieba again");
    text.erase(0, start + 2);
    for (char& c : text)
        if (c == '\'') c = '"';
    Json table = Json::parse(text, nullptr, false);
    if (!table.is_object()) throw Error(file.string() + ": is not a table of jieba's; install python3-jieba again");
    return table;
}

}  // namespace

ChineseWords::ChineseWords(const std::filesystem::path& folder) {
    loadDictionary(folder / "dict.txt");
    const Json emission = pythonDictionary(folder / "finalseg/prob_emit.py"), start = pythonDictionary(folder / "finalseg/prob_start.py"),
               transition = pythonDictionary(folder / "finalseg/prob_trans.py");
    for (std::size_t s = 0; s < 4; ++s) {
        const std::string state(1, kStates[s]);
        m_start[s] = start.at(state);
        for (std::size_t t = 0; t < 4; ++t) m_transition[s][t] = transition.at(state).value(std::string(1, kStates[t]), kNever);
        for (const auto& [character, value] : emission.at(state).items()) m_emission[s][codePointAt(character, 0)] = value;
    }
}

const ChineseWords& ChineseWords::installed() {
    static const ChineseWords words = [] {
        const char* chosen = std::getenv("QUANTOSCOPE_JIEBA");
        const std::filesystem::path folder = chosen ? chosen : "/usr/lib/python3/dist-packages/jieba";
        if (!std::filesystem::exists(folder / "dict.txt"))
            throw Error(folder.string() +
                        ": the dictionary of jieba is not there, and Chinese F1 counts its words; install Debian's "
                        "python3-jieba, or set QUANTOSCOPE_JIEBA to the folder with dict.txt");
        return ChineseWords(folder);
    }();
    return words;
}

void ChineseWords::loadDictionary(const std::filesystem::path& file) {
    const std::string text = readText(file);
    m_frequency.reserve(700000);
    double total = 0;
    for (std::size_t start = 0, number = 1; start < text.size(); ++number) {
        const std::size_t end = std::min(text.find('\n', start), text.size());
        const std::string_view line = stripped(std::string_view(text).substr(start, end - start));
        const std::size_t space = line.find(' ');
        long count = -1;
        if (space != line.npos) std::from_chars(line.data() + space + 1, line.data() + line.size(), count);
        if (count < 0) throw Error(file.string() + ": line " + std::to_string(number) + " is not \"word count tag\"");
        const std::u32string word = wide(line.substr(0, space));
        m_frequency[word] = count;
        total += static_cast<double>(count);
        for (std::size_t n = 1; n < word.size(); ++n) m_frequency.try_emplace(word.substr(0, n), 0);
        start = end + 1;
    }
    m_logTotal = std::log(total);
}

long ChineseWords::frequency(Word word) const {
    const auto found = m_frequency.find(std::u32string(word));
    return found == m_frequency.end() ? -1 : found->second;
}

/// For every place the end of the word that the best route takes there.
std::vector<std::size_t> ChineseWords::route(Word block) const {
    const std::size_t n = block.size();
    std::vector<double> best(n + 1, 0);
    std::vector<std::size_t> ends(n);
    for (std::size_t k = n; k-- > 0;) {
        best[k] = -INFINITY;
        bool any = false;
        const auto consider = [&](std::size_t end, long count) {
            const double value = std::log(static_cast<double>(std::max(count, 1L))) - m_logTotal + best[end];
            if (value >= best[k]) best[k] = value, ends[k] = end;  // of equals the longer word
            any = true;
        };
        for (std::size_t end = k + 1; end <= n; ++end) {
            const long count = frequency(block.substr(k, end - k));
            if (count < 0) break;
            if (count > 0) consider(end, count);
        }
        if (!any) consider(k + 1, frequency(block.substr(k, 1)));
    }
    return ends;
}

void ChineseWords::cutBlock(Word block, std::vector<std::string>& words) const {
    const std::vector<std::size_t> ends = route(block);
    std::size_t singles = 0;  // the first of a run of single characters
    for (std::size_t x = 0; x < block.size(); x = ends[x]) {
        if (ends[x] - x == 1) continue;
        cutUnknown(block.substr(singles, x - singles), words);
        words.push_back(narrow(block.substr(x, ends[x] - x)));
        singles = ends[x];
    }
    cutUnknown(block.substr(singles), words);
}

void ChineseWords::cutUnknown(Word run, std::vector<std::string>& words) const {
    if (run.size() > 1 && frequency(run) <= 0) {
        for (std::size_t i = 0; i < run.size();) {
            std::size_t end = i;
            const bool han = isHan(run[i]);
            while (end < run.size() && isHan(run[end]) == han) ++end;
            if (han) {
                cutByStates(run.substr(i, end - i), words);
                i = end;
                continue;
            }
            while (i < end) {  // [a-zA-Z0-9]+(\.\d+)?%?, and what lies between
                std::size_t stop = i;
                if (isLetterOrDigit(run[i])) {
                    while (stop < end && isLetterOrDigit(run[stop])) ++stop;
                    std::size_t digits = stop + 1;
                    while (stop < end && run[stop] == '.' && digits < end && run[digits] >= '0' && run[digits] <= '9') ++digits;
                    if (digits > stop + 1) stop = digits;
                    if (stop < end && run[stop] == '%') ++stop;
                } else {
                    while (stop < end && !isLetterOrDigit(run[stop])) ++stop;
                }
                words.push_back(narrow(run.substr(i, stop - i)));
                i = stop;
            }
        }
        return;
    }
    for (const char32_t c : run) words.push_back(narrow({&c, 1}));
}

void ChineseWords::cutByStates(Word run, std::vector<std::string>& words) const {
    const auto emission = [&](std::size_t state, char32_t c) {
        const auto found = m_emission[state].find(c);
        return found == m_emission[state].end() ? kNever : found->second;
    };
    std::vector<std::array<std::size_t, 4>> from(run.size());
    std::array<double, 4> value{};
    for (std::size_t s = 0; s < 4; ++s) value[s] = m_start[s] + emission(s, run[0]);
    for (std::size_t t = 1; t < run.size(); ++t) {
        std::array<double, 4> next{};
        for (std::size_t s = 0; s < 4; ++s) {
            const double own = emission(s, run[t]);
            const auto [a, b] = kBefore[s];
            const double viaA = value[a] + m_transition[a][s] + own, viaB = value[b] + m_transition[b][s] + own;
            const bool takeB = viaB > viaA || (viaB == viaA && b > a);
            next[s] = takeB ? viaB : viaA;
            from[t][s] = takeB ? b : a;
        }
        value = next;
    }
    std::vector<std::size_t> states(run.size());
    states.back() = value[kS] >= value[kE] ? kS : kE;
    for (std::size_t t = run.size() - 1; t > 0; --t) states[t - 1] = from[t][states[t]];
    std::size_t begin = 0, next = 0;
    for (std::size_t t = 0; t < run.size(); ++t) {
        if (states[t] == kB) begin = t;
        if (states[t] == kS) begin = t;
        if (states[t] == kE || states[t] == kS) {
            words.push_back(narrow(run.substr(begin, t + 1 - begin)));
            next = t + 1;
        }
    }
    if (next < run.size()) words.push_back(narrow(run.substr(next)));
}

std::vector<std::string> ChineseWords::cut(std::string_view text) const {
    const std::u32string characters = wide(text);
    const Word all(characters);
    std::vector<std::string> words;
    for (std::size_t i = 0; i < all.size();) {
        std::size_t end = i;
        while (end < all.size() && isInBlock(all[end])) ++end;
        if (end > i) {
            cutBlock(all.substr(i, end - i), words);
            i = end;
            continue;
        }
        const std::size_t size = all.substr(i, 2) == U"\r\n" ? 2 : 1;
        words.push_back(narrow(all.substr(i, size)));
        i += size;
    }
    return words;
}

}  // namespace qs
