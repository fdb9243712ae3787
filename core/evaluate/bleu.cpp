// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluate/bleu.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "evaluate/python_text.h"
#include "evaluate/statistics.h"
#include "text/random.h"

namespace qs {
namespace {

constexpr std::size_t kOrders = 4;
constexpr int kResamplings = 1000;

/// What a pair of texts adds to the sums of the corpus.
struct Counts {
    std::array<std::int64_t, kOrders> matches{}, total{};
    std::int64_t predictedWords = 0, referenceWords = 0;

    Counts& operator+=(const Counts& other) {
        for (std::size_t n = 0; n < kOrders; ++n) matches[n] += other.matches[n], total[n] += other.total[n];
        predictedWords += other.predictedWords;
        referenceWords += other.referenceWords;
        return *this;
    }
};

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isPoint(char c) { return c == '.' || c == ','; }
/// ASCII punctuation and blanks, without ' , - .
bool standsAlone(char c) {
    return (c >= '{' && c <= '~') || (c >= '[' && c <= '`') || (c >= ' ' && c <= '&') || (c >= '(' && c <= '+') || (c >= ':' && c <= '@') ||
           c == '/';
}

/// Replaces neighbours for which `isPair` holds by `before` + first + `between` + second + `after`, left to right without overlap.
template <class F>
std::string spacedPairs(const std::string& text, const char* before, const char* between, const char* after, const F& isPair) {
    std::string spaced;
    std::size_t i = 0;
    while (i < text.size())
        if (i + 1 < text.size() && isPair(text[i], text[i + 1])) {
            spaced.append(before).append(1, text[i]).append(between).append(1, text[i + 1]).append(after);
            i += 2;
        } else spaced += text[i++];
    return spaced;
}

std::map<std::vector<std::string>, std::int64_t> gramsOf(const std::vector<std::string>& text, std::size_t order) {
    std::map<std::vector<std::string>, std::int64_t> grams;
    for (std::size_t i = 0; i + order <= text.size(); ++i)
        ++grams[{text.begin() + static_cast<std::ptrdiff_t>(i), text.begin() + static_cast<std::ptrdiff_t>(i + order)}];
    return grams;
}

Counts countsOf(const std::string& prediction, const std::string& reference) {
    const std::vector<std::string> predicted = bleuWords(prediction), expected = bleuWords(reference);
    Counts counts;
    counts.predictedWords = static_cast<std::int64_t>(predicted.size());
    counts.referenceWords = static_cast<std::int64_t>(expected.size());
    for (std::size_t n = 0; n < kOrders; ++n) {
        const auto known = gramsOf(expected, n + 1);
        for (const auto& [gram, count] : gramsOf(predicted, n + 1)) {
            const auto found = known.find(gram);
            if (found != known.end()) counts.matches[n] += std::min(count, found->second);
            counts.total[n] += count;
        }
    }
    return counts;
}

BleuScore scoreOf(const Counts& counts) {
    BleuScore bleu;
    bleu.predictedWords = counts.predictedWords;
    bleu.referenceWords = counts.referenceWords;
    if (counts.predictedWords > 0)
        bleu.brevityPenalty =
            std::min(1.0, std::exp(1 - static_cast<double>(counts.referenceWords) / static_cast<double>(counts.predictedWords)));
    double logarithms = 0, smoothing = 1;
    bool complete = counts.matches[0] > 0;
    for (std::size_t n = 0; n < kOrders && counts.total[n] > 0; ++n) {
        const auto total = static_cast<double>(counts.total[n]);
        if (counts.matches[n] == 0) smoothing *= 2;
        bleu.precisions[n] = counts.matches[n] == 0 ? 1 / (smoothing * total) : static_cast<double>(counts.matches[n]) / total;
        logarithms += std::log(bleu.precisions[n]);
    }
    for (const std::int64_t total : counts.total) complete = complete && total > 0;
    if (complete) bleu.score = 100 * bleu.brevityPenalty * std::exp(logarithms / static_cast<double>(kOrders));
    return bleu;
}

}  // namespace

std::vector<std::string> bleuWords(std::string_view text) {
    std::string line = replaceAll(replaceAll(replaceAll(text, "<skipped>", ""), "-\n", ""), "\n", " ");
    line = replaceAll(replaceAll(replaceAll(replaceAll(line, "&quot;", "\""), "&amp;", "&"), "&lt;", "<"), "&gt;", ">");
    std::string apart = " ";
    for (const char c : line) standsAlone(c) ? apart.append({' ', c, ' '}) : apart.append(1, c);
    apart += ' ';
    apart = spacedPairs(apart, "", " ", " ", [](char a, char b) { return !isDigit(a) && isPoint(b); });
    apart = spacedPairs(apart, " ", " ", "", [](char a, char b) { return isPoint(a) && !isDigit(b); });
    apart = spacedPairs(apart, "", " ", " ", [](char a, char b) { return isDigit(a) && b == '-'; });
    return words(apart);
}

BleuScore corpusBleu(std::span<const std::string> predictions, std::span<const std::string> references, std::uint64_t seed) {
    std::vector<Counts> counts;
    Counts sum;
    for (std::size_t i = 0; i < predictions.size(); ++i) {
        counts.push_back(countsOf(predictions[i], references[i]));
        sum += counts.back();
    }
    BleuScore bleu = scoreOf(sum);
    if (counts.size() < 2) return bleu;
    Random random(seed);
    std::vector<double> scores;
    for (int draw = 0; draw < kResamplings; ++draw) {
        Counts drawn;
        for (std::size_t i = 0; i < counts.size(); ++i) drawn += counts[random.below(counts.size())];
        scores.push_back(scoreOf(drawn).score);
    }
    bleu.standardError = deviationOf(scores);
    return bleu;
}

}  // namespace qs
