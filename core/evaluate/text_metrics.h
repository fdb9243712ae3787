// SPDX-License-Identifier: GPL-3.0-or-later
// LongBench's scores of a generated text against a reference, each in [0, 1]. Source: THUDM/LongBench metrics.py, eval.py; the libraries it
// calls (rouge 1.0.1, jieba 0.42.1, fuzzywuzzy over difflib).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace qs {

struct TextPair {
    std::string prediction, answer;
    std::vector<std::string> classes;  ///< of classification: all that there are
};

struct TextMetric {
    const char* name;  ///< "qa_f1"
    const char* help;
    double (*score)(const TextPair& pair);
};
/// THE list: qa_f1, qa_f1_zh, rouge, rouge_zh, classification, retrieval, retrieval_zh, count, code_sim.
const std::vector<TextMetric>& textMetrics();
/// Also under LongBench's names ("qa_f1_score"); nullptr if there is no such metric.
const TextMetric* textMetricOf(std::string_view name);

/// F1 = 2 P R / (P + R) of two bags of words, P = common / prediction, R = common / answer.
double bagF1(std::vector<std::string> prediction, std::vector<std::string> answer);
/// Lower case, ASCII punctuation deleted, articles and surplus blanks removed.
std::string normalizedAnswer(std::string_view text);
/// Words of jieba, each lower case without punctuation and blanks; empty ones dropped.
std::vector<std::string> normalizedChineseWords(std::string_view text);
/// ROUGE-L: F of the union of longest common subsequences of words over sentence pairs, counted as distinct words.
double rougeL(std::string_view prediction, std::string_view answer);
/// difflib's 2 M / T of the two character sequences, in whole percent.
double sequenceRatio(std::string_view a, std::string_view b);

}  // namespace qs
