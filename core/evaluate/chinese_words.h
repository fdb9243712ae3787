// SPDX-License-Identifier: GPL-3.0-or-later
// Chinese text to words as jieba 0.42.1 cuts it (accurate mode with its hidden Markov model): the most probable route through the words of
// a dictionary, P(words) = Π freq(w) / Σ freq; runs of single characters that are no word go through a Viterbi decoder over the states
// Begin, Middle, End, Single. Dictionary and probabilities are read from an installed jieba (Debian: python3-jieba).
// Source: github.com/fxsjy/jieba (MIT).
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace qs {

class ChineseWords {
  public:
    /// `folder` holds dict.txt and finalseg/prob_emit.py, prob_start.py, prob_trans.py. Throws Error naming the file.
    explicit ChineseWords(const std::filesystem::path& folder);
    /// From $QUANTOSCOPE_JIEBA or where Debian installs it, loaded at the first call. Throws Error with the remedy if it is not there.
    static const ChineseWords& installed();

    std::vector<std::string> cut(std::string_view text) const;

  private:
    using Word = std::u32string_view;
    void loadDictionary(const std::filesystem::path& file);
    void cutBlock(Word block, std::vector<std::string>& words) const;
    void cutUnknown(Word run, std::vector<std::string>& words) const;
    void cutByStates(Word run, std::vector<std::string>& words) const;
    std::vector<std::size_t> route(Word block) const;
    long frequency(Word word) const;

    std::unordered_map<std::u32string, long> m_frequency;  // 0 for what only begins a word
    double m_logTotal = 0;
    std::array<std::unordered_map<char32_t, double>, 4> m_emission;  // by state B, E, M, S
    std::array<double, 4> m_start{};
    std::array<std::array<double, 4>, 4> m_transition{};
};

}  // namespace qs
