// SPDX-License-Identifier: GPL-3.0-or-later
// Standard output, checked: a full disk or a closed descriptor is an error, a reader that went away ends the program quietly.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace qs::cli {

/// Thrown when the reader of standard output went away ("… | head"); main ends the program as SIGPIPE would.
struct ReaderGone {};

/// From now on nothing is printed or said: another process speaks for this one.
void silence();
bool isSilent();

/// Appends to standard output (buffered). Throws Error or ReaderGone.
void print(std::string_view text);
/// One JSON document and a line feed, without spaces, in ASCII; invalid UTF-8 becomes U+FFFD.
void printJson(const nlohmann::json& value);
/// The same in UTF-8, indented: for whole documents.
void printDocument(const nlohmann::json& value);
/// Hands everything to the system. Throws Error or ReaderGone.
void flushOutput();

/// Descriptors 0, 1 and 2 that were closed by the caller are opened on /dev/null the wrong way round, so that no file of ours gets their
/// number and use of them still fails.
void guardStandardDescriptors();

/// Shortest text that reads back as `value`, C locale.
std::string number(double value);
/// `digits` significant digits.
std::string number(double value, int digits);
/// "1.4 GiB", "12 s", "3 min 20 s", "24 576".
std::string bytesText(double bytes);
std::string secondsText(double seconds);
std::string countText(long long count);

/// Rows of text, columns aligned; the first row is the heading. Columns in `left` (indices) are left-aligned, others right.
std::string tableText(const std::vector<std::vector<std::string>>& rows, const std::vector<std::size_t>& left);
/// Number of characters (code points) of UTF-8 text.
std::size_t widthOf(std::string_view text);

}  // namespace qs::cli
