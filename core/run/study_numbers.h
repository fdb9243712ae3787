// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers and tables of a study as text, C locale.
#pragma once

#include <string>
#include <vector>

namespace qs {

/// Mean and sample standard deviation (0 of a single value).
struct Spread {
    double mean = 0, deviation = 0;
};
Spread spreadOf(const std::vector<double>& values);

/// "21.42", "21.42 ± 0.03"; from 10 000 on "4.51e+04 ± 2e+03".
std::string plusMinus(const std::vector<double>& values);
/// The same, but a number alone where all are equal: "3", "2.13".
std::string amountText(const std::vector<double>& values);
/// plusMinus in percent: 0.0123 is "1.23".
std::string percentPlusMinus(const std::vector<double>& values);
/// Shortest text that reads back as the number.
std::string exactText(double value);
/// A field of a CSV line, in quotation marks where it needs them.
std::string csvField(const std::string& text);
/// A Markdown table with aligned columns; the first row is the heading, columns from `numbers` on are right-aligned.
std::string markdownTable(const std::vector<std::vector<std::string>>& rows, std::size_t numbers);

}  // namespace qs
