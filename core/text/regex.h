// SPDX-License-Identifier: GPL-3.0-or-later
// Regular expressions as tokenizer files write them (Oniguruma's Ruby syntax), run by PCRE2's just-in-time compiler.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "text/function_ref.h"

namespace qs {

/// The pattern in PCRE2 syntax. Differences that are bridged: classes follow Unicode (\s, \d, \w, \b and their complements), \h is
/// a hexadecimal digit, scripts do not include extensions, `{n,m}+` repeats (it is not possessive), `{,m}` counts from 0,
/// (?m) lets the dot match line breaks. Throws Error for what cannot be bridged: set operations and classes within classes.
std::string pcrePattern(std::string_view pattern);

/// A compiled pattern. Thread-safe.
class Regex {
  public:
    /// Throws Error with the pattern and what is wrong in it.
    explicit Regex(std::string_view pattern);

    /// Calls found(start, end) for every match from left to right, as an iterator of Oniguruma finds them: they do not overlap, and an
    /// empty match right behind another match is skipped. `text` must be valid UTF-8. Throws Error if the pattern needs too much
    /// memory on this text.
    void eachMatch(std::string_view text, FunctionRef<void(std::size_t, std::size_t)> found) const;

  private:
    std::string m_pattern;
    std::shared_ptr<void> m_code;  // pcre2_code; the header of PCRE2 stays out of here
};

}  // namespace qs
