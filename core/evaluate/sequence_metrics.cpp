// SPDX-License-Identifier: GPL-3.0-or-later
// The two scores of text_metrics.h that align sequences: ROUGE-L, and difflib's ratio (Ratcliff and Obershelp's matching blocks).
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <unordered_map>

#include "evaluate/python_text.h"
#include "evaluate/text_metrics.h"
#include "text/utf8.h"

namespace qs {
namespace {

using Sentence = std::vector<std::string>;

/// Sentences end at full stops; words are what single blanks separate.
std::vector<Sentence> sentencesOf(std::string_view text) {
    std::vector<Sentence> sentences;
    for (const std::string& piece : splitAt(text, "."))
        if (!piece.empty()) sentences.push_back(splitAt(join(words(piece), " "), " "));
    return sentences;
}

/// Adds the words of one longest common subsequence of x and y.
void addCommon(const Sentence& x, const Sentence& y, std::set<std::string>& common) {
    const std::size_t columns = y.size() + 1;
    std::vector<int> table((x.size() + 1) * columns);
    for (std::size_t i = 1; i <= x.size(); ++i)
        for (std::size_t j = 1; j <= y.size(); ++j)
            table[i * columns + j] = x[i - 1] == y[j - 1] ? table[(i - 1) * columns + j - 1] + 1
                                                          : std::max(table[(i - 1) * columns + j], table[i * columns + j - 1]);
    for (std::size_t i = x.size(), j = y.size(); i > 0 && j > 0;) {
        if (x[i - 1] == y[j - 1]) {
            common.insert(x[i - 1]);
            --i, --j;
        } else if (table[(i - 1) * columns + j] > table[i * columns + j - 1]) {
            --i;
        } else {
            --j;
        }
    }
}

double distinctWords(const std::vector<Sentence>& sentences) {
    std::set<std::string> all;
    for (const Sentence& sentence : sentences) all.insert(sentence.begin(), sentence.end());
    return static_cast<double>(all.size());
}

std::u32string charactersOf(std::string_view text) {
    std::u32string characters;
    for (std::size_t i = 0; i < text.size(); i += utf8Length(text[i])) characters += codePointAt(text, i);
    return characters;
}

/// difflib.SequenceMatcher: characters of b that make up more than 1 % of 200 or more are not used to find blocks.
class Matcher {
  public:
    Matcher(std::u32string a, std::u32string b) : m_a(std::move(a)), m_b(std::move(b)) {
        for (std::size_t j = 0; j < m_b.size(); ++j) m_places[m_b[j]].push_back(j);
        if (m_b.size() >= 200)
            for (auto place = m_places.begin(); place != m_places.end();)
                place = place->second.size() > m_b.size() / 100 + 1 ? m_places.erase(place) : std::next(place);
    }
    std::size_t matches() const { return matches(0, m_a.size(), 0, m_b.size()); }

  private:
    std::size_t matches(std::size_t a0, std::size_t a1, std::size_t b0, std::size_t b1) const {
        std::size_t total = 0;
        std::vector<std::array<std::size_t, 4>> open{{a0, a1, b0, b1}};
        while (!open.empty()) {
            const auto [alo, ahi, blo, bhi] = open.back();
            open.pop_back();
            const auto [i, j, size] = longest(alo, ahi, blo, bhi);
            if (size == 0) continue;
            total += size;
            open.push_back({alo, i, blo, j});
            open.push_back({i + size, ahi, j + size, bhi});
        }
        return total;
    }

    /// The longest block of equal characters, of equals the first in a, then in b; extended by characters that are not used to find it.
    std::array<std::size_t, 3> longest(std::size_t alo, std::size_t ahi, std::size_t blo, std::size_t bhi) const {
        std::size_t bestA = alo, bestB = blo, size = 0;
        std::unordered_map<std::size_t, std::size_t> lengths;  // of the block that ends at place j of b and i - 1 of a
        for (std::size_t i = alo; i < ahi; ++i) {
            std::unordered_map<std::size_t, std::size_t> next;
            if (const auto places = m_places.find(m_a[i]); places != m_places.end())
                for (const std::size_t j : places->second) {
                    if (j < blo) continue;
                    if (j >= bhi) break;
                    const auto before = j > 0 ? lengths.find(j - 1) : lengths.end();
                    const std::size_t k = next[j] = (before == lengths.end() ? 0 : before->second) + 1;
                    if (k > size) bestA = i + 1 - k, bestB = j + 1 - k, size = k;
                }
            lengths = std::move(next);
        }
        while (bestA > alo && bestB > blo && m_a[bestA - 1] == m_b[bestB - 1]) --bestA, --bestB, ++size;
        while (bestA + size < ahi && bestB + size < bhi && m_a[bestA + size] == m_b[bestB + size]) ++size;
        return {bestA, bestB, size};
    }

    std::u32string m_a, m_b;
    std::map<char32_t, std::vector<std::size_t>> m_places;
};

}  // namespace

double rougeL(std::string_view prediction, std::string_view answer) {
    const std::vector<Sentence> hypothesis = sentencesOf(prediction), reference = sentencesOf(answer);
    if (hypothesis.empty() || reference.empty()) return 0;
    std::set<std::string> common;
    for (const Sentence& r : reference)
        for (const Sentence& h : hypothesis) addCommon(r, h, common);
    const double matched = static_cast<double>(common.size());
    const double precision = matched / distinctWords(hypothesis), recall = matched / distinctWords(reference);
    return 2.0 * (precision * recall / (precision + recall + 1e-8));
}

double sequenceRatio(std::string_view a, std::string_view b) {
    if (a == b) return 1;
    if (a.empty() || b.empty()) return 0;
    const std::u32string left = charactersOf(a), right = charactersOf(b);
    const double total = static_cast<double>(left.size() + right.size());
    return std::nearbyint(100 * (2.0 * static_cast<double>(Matcher(left, right).matches()) / total)) / 100;
}

}  // namespace qs
