// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/study_numbers.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <functional>

namespace qs {
namespace {

std::string formatted(const char* format, int digits, double value) {
    char text[64];
    std::snprintf(text, sizeof text, format, digits, value);
    return text;
}

/// Decimals that show three significant digits of small numbers and two decimals of others.
int decimalsOf(double value) {
    if (value == 0 || value >= 1) return 2;
    return std::min(8, 2 - static_cast<int>(std::floor(std::log10(value))));
}

std::size_t widthOf(const std::string& text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

}  // namespace

Spread spreadOf(const std::vector<double>& values) {
    Spread spread;
    const auto n = static_cast<double>(values.size());
    for (const double v : values) spread.mean += v / n;
    if (values.size() < 2) return spread;
    for (const double v : values) spread.deviation += (v - spread.mean) * (v - spread.mean) / (n - 1);
    spread.deviation = std::sqrt(spread.deviation);
    return spread;
}

std::string plusMinus(const std::vector<double>& values) {
    const Spread spread = spreadOf(values);
    if (std::abs(spread.mean) >= 1e4) {
        std::string text = formatted("%.*e", 2, spread.mean);
        if (values.size() > 1) text += " ± " + formatted("%.*e", 0, spread.deviation);
        return text;
    }
    const int decimals = decimalsOf(std::abs(spread.mean));
    std::string text = formatted("%.*f", decimals, spread.mean);
    if (values.size() > 1) text += " ± " + formatted("%.*f", decimals, spread.deviation);
    return text;
}

std::string amountText(const std::vector<double>& values) {
    if (std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>()) != values.end()) return plusMinus(values);
    if (values.front() == std::floor(values.front()) && std::abs(values.front()) < 1e9) return formatted("%.*f", 0, values.front());
    return plusMinus({values.front()});
}

std::string percentPlusMinus(const std::vector<double>& values) {
    std::vector<double> percents = values;
    for (double& v : percents) v *= 100;
    return plusMinus(percents);
}

std::string exactText(double value) {
    char text[40];
    return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

std::string csvField(const std::string& text) {
    if (text.find_first_of(",\"\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
    return quoted + "\"";
}

std::string markdownTable(const std::vector<std::vector<std::string>>& rows, std::size_t numbers) {
    std::vector<std::size_t> widths(rows.front().size(), 3);
    for (const auto& row : rows)
        for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], widthOf(row[c]));
    std::string text;
    for (std::size_t r = 0; r < rows.size(); ++r) {
        for (std::size_t c = 0; c < rows[r].size(); ++c) {
            const std::string gap(widths[c] - widthOf(rows[r][c]), ' ');
            text += (c == 0 ? "| " : " ") + (c >= numbers ? gap + rows[r][c] : rows[r][c] + gap) + " |";
        }
        text += "\n";
        if (r > 0) continue;
        for (std::size_t c = 0; c < widths.size(); ++c)
            text += (c == 0 ? "|" : "") + std::string(widths[c] + 1, '-') + (c >= numbers ? ":" : "-") + "|";
        text += "\n";
    }
    return text;
}

}  // namespace qs
