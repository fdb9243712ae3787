// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluate/text_metrics.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <set>

#include "base/error.h"
#include "evaluate/chinese_words.h"
#include "evaluate/python_text.h"
#include "text/utf8.h"

namespace qs {
namespace {

/// string.punctuation of Python: all ASCII marks.
bool isAsciiPunctuation(char32_t c) {
    return (c >= 0x21 && c <= 0x2f) || (c >= 0x3a && c <= 0x40) || (c >= 0x5b && c <= 0x60) || (c >= 0x7b && c <= 0x7e);
}

/// Marks that LongBench deletes from Chinese answers besides the ASCII ones.
bool isChinesePunctuation(char32_t c) {
    static const std::u32string marks =
        U"！？｡。＂＃＄％＆＇（）＊＋，－／：；＜＝＞＠［＼］＾＿｀｛｜｝～｟｠｢｣､、〃》「」『』【】〔〕〖〗〘〙〚〛〜〝〞〟〰〾〿–—‘’‛“”„‟…"
        U"‧﹏.";
    return marks.find(c) != marks.npos;
}

/// \w of Python.
bool isWord(char32_t c) { return u_isalpha(static_cast<UChar32>(c)) || isNumeric(c) || c == '_'; }

template <class Keep>
std::string filtered(std::string_view text, const Keep& keep) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); i += utf8Length(text[i]))
        if (keep(codePointAt(text, i))) result += text.substr(i, utf8Length(text[i]));
    return result;
}

/// \b(a|an|the)\b -> a blank
std::string withoutArticles(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size();) {
        std::size_t end = i;
        while (end < text.size() && isWord(codePointAt(text, end))) end += utf8Length(text[end]);
        const std::string_view word = text.substr(i, end - i);
        if (word.empty()) {
            end = i + utf8Length(text[i]);
            result += text.substr(i, end - i);
        } else {
            result += word == "a" || word == "an" || word == "the" ? " " : word;
        }
        i = end;
    }
    return result;
}

double qaF1(const TextPair& pair) { return bagF1(words(normalizedAnswer(pair.prediction)), words(normalizedAnswer(pair.answer))); }
double qaF1Chinese(const TextPair& pair) { return bagF1(normalizedChineseWords(pair.prediction), normalizedChineseWords(pair.answer)); }
double rouge(const TextPair& pair) { return rougeL(pair.prediction, pair.answer); }
double rougeChinese(const TextPair& pair) {
    const ChineseWords& chinese = ChineseWords::installed();
    return rougeL(join(chinese.cut(pair.prediction), " "), join(chinese.cut(pair.answer), " "));
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

/// 1 / n if the answer is among the n classes found in the prediction. Parts of the answer's name are dropped, but while going through the
/// same list, so that the one behind a dropped one is not looked at.
double classification(const TextPair& pair) {
    std::vector<std::string> found;
    for (const std::string& name : pair.classes)
        if (contains(pair.prediction, name)) found.push_back(name);
    for (std::size_t i = 0; i < found.size(); ++i)
        if (const std::string name = found[i]; contains(pair.answer, name) && name != pair.answer)
            found.erase(std::find(found.begin(), found.end(), name));
    return std::find(found.begin(), found.end(), pair.answer) != found.end() ? 1.0 / static_cast<double>(found.size()) : 0;
}

/// Runs of digits.
std::vector<std::string> numbersIn(std::string_view text) {
    std::vector<std::string> numbers;
    bool inside = false;
    for (std::size_t i = 0; i < text.size(); i += utf8Length(text[i])) {
        const bool digit = u_isdigit(static_cast<UChar32>(codePointAt(text, i)));
        if (digit && !inside) numbers.emplace_back();
        if (digit) numbers.back() += text.substr(i, utf8Length(text[i]));
        inside = digit;
    }
    return numbers;
}

/// Share of the prediction's numbers that are `number`.
double shareOf(const std::string& number, std::string_view prediction) {
    const std::vector<std::string> numbers = numbersIn(prediction);
    const auto right = std::count(numbers.begin(), numbers.end(), number);
    return numbers.empty() ? 0 : static_cast<double>(right) / static_cast<double>(numbers.size());
}

/// The number of the paragraph that the answer names.
double retrievalOf(const TextPair& pair, std::string_view mark) {
    for (std::size_t at = pair.answer.find(mark); at != std::string::npos; at = pair.answer.find(mark, at + 1)) {
        const std::string_view rest = std::string_view(pair.answer).substr(at + mark.size());
        if (!rest.empty() && u_isdigit(static_cast<UChar32>(codePointAt(rest, 0))))
            return shareOf(numbersIn(rest).front(), pair.prediction);
    }
    throw Error("the answer '" + pair.answer + "' names no paragraph (\"" + std::string(mark) + "7\")");
}
double retrieval(const TextPair& pair) { return retrievalOf(pair, "Paragraph "); }
double retrievalChinese(const TextPair& pair) { return retrievalOf(pair, "段落"); }
double count(const TextPair& pair) { return shareOf(pair.answer, pair.prediction); }

/// The first line that is neither code fence nor comment.
double codeSimilarity(const TextPair& pair) {
    const std::string_view text =
        std::string_view(pair.prediction).substr(std::min(pair.prediction.find_first_not_of('\n'), pair.prediction.size()));
    for (const std::string& line : splitAt(text, "\n"))
        if (!contains(line, "`") && !contains(line, "#") && !contains(line, "//")) return sequenceRatio(line, pair.answer);
    return sequenceRatio("", pair.answer);
}

}  // namespace

double bagF1(std::vector<std::string> prediction, std::vector<std::string> answer) {
    std::sort(prediction.begin(), prediction.end());
    std::sort(answer.begin(), answer.end());
    std::vector<std::string> common;
    std::set_intersection(prediction.begin(), prediction.end(), answer.begin(), answer.end(), std::back_inserter(common));
    if (common.empty()) return 0;
    const double same = static_cast<double>(common.size());
    const double precision = same / static_cast<double>(prediction.size()), recall = same / static_cast<double>(answer.size());
    return 2 * precision * recall / (precision + recall);
}

std::string normalizedAnswer(std::string_view text) {
    const std::string plain = filtered(lowered(text), [](char32_t c) { return !isAsciiPunctuation(c); });
    return join(words(withoutArticles(plain)), " ");
}

std::vector<std::string> normalizedChineseWords(std::string_view text) {
    std::vector<std::string> result;
    for (const std::string& word : ChineseWords::installed().cut(text)) {
        std::string plain =
            filtered(lowered(word), [](char32_t c) { return !isAsciiPunctuation(c) && !isChinesePunctuation(c) && !isPythonSpace(c); });
        if (!plain.empty()) result.push_back(std::move(plain));
    }
    return result;
}

const std::vector<TextMetric>& textMetrics() {
    static const std::vector<TextMetric> metrics{
        {"qa_f1", "F1 of words (English questions)", qaF1},
        {"qa_f1_zh", "F1 of words (Chinese questions)", qaF1Chinese},
        {"rouge", "ROUGE-L", rouge},
        {"rouge_zh", "ROUGE-L of Chinese words", rougeChinese},
        {"classification", "share of the right class among those named", classification},
        {"retrieval", "share of the right paragraph among the numbers named", retrieval},
        {"retrieval_zh", "the same in Chinese", retrievalChinese},
        {"count", "share of the right number among those named", count},
        {"code_sim", "similarity of the first line of code", codeSimilarity},
    };
    return metrics;
}

const TextMetric* textMetricOf(std::string_view name) {
    for (const TextMetric& metric : textMetrics())
        if (name == metric.name || name == std::string(metric.name) + "_score") return &metric;
    return nullptr;
}

}  // namespace qs
