// SPDX-License-Identifier: GPL-3.0-or-later
// Translation of Oniguruma's Ruby syntax to PCRE2. One pass over the pattern; only what the two read differently is rewritten.
#include <algorithm>
#include <cctype>
#include <utility>
#include <vector>

#include "base/error.h"
#include "text/regex.h"

namespace qs {
namespace {

constexpr std::string_view wordMembers = R"(\p{Alphabetic}\p{M}\p{Nd}\p{Pc})";
/// Outside of classes \w also matches the superscript digits and fractions of Latin-1.
constexpr std::string_view wordCharacters = R"(\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\x{B2}\x{B3}\x{B9}\x{BC}-\x{BE})";

/// Members of the named classes, [:alpha:] and so on.
constexpr std::pair<std::string_view, std::string_view> posixClasses[] = {
    {"alpha", R"(\p{Alphabetic})"}, {"alnum", R"(\p{Alphabetic}\p{Nd})"},
    {"digit", R"(\p{Nd})"},         {"upper", R"(\p{Uppercase})"},
    {"lower", R"(\p{Lowercase})"},  {"space", R"(\p{White_Space})"},
    {"punct", R"(\p{P}\p{S})"},     {"word", wordMembers},
    {"xdigit", R"(0-9A-Fa-f)"},     {"cntrl", R"(\p{Cc})"},
    {"blank", R"(\p{Zs}\t)"},
};

/// Long and POSIX names of properties that PCRE2 does not know under this name.
constexpr std::pair<std::string_view, std::string_view> propertyNames[] = {
    {"letter", R"(\p{L})"},
    {"lowercaseletter", R"(\p{Ll})"},
    {"uppercaseletter", R"(\p{Lu})"},
    {"titlecaseletter", R"(\p{Lt})"},
    {"modifierletter", R"(\p{Lm})"},
    {"otherletter", R"(\p{Lo})"},
    {"mark", R"(\p{M})"},
    {"nonspacingmark", R"(\p{Mn})"},
    {"spacingmark", R"(\p{Mc})"},
    {"enclosingmark", R"(\p{Me})"},
    {"number", R"(\p{N})"},
    {"decimalnumber", R"(\p{Nd})"},
    {"letternumber", R"(\p{Nl})"},
    {"othernumber", R"(\p{No})"},
    {"punctuation", R"(\p{P})"},
    {"symbol", R"(\p{S})"},
    {"mathsymbol", R"(\p{Sm})"},
    {"currencysymbol", R"(\p{Sc})"},
    {"separator", R"(\p{Z})"},
    {"spaceseparator", R"(\p{Zs})"},
    {"other", R"(\p{C})"},
    {"control", R"(\p{Cc})"},
    {"format", R"(\p{Cf})"},
    {"alpha", R"(\p{Alphabetic})"},
    {"space", R"(\p{White_Space})"},
    {"digit", R"(\p{Nd})"},
    {"upper", R"(\p{Uppercase})"},
    {"lower", R"(\p{Lowercase})"},
    {"dashpunctuation", R"(\p{Pd})"},
    {"connectorpunctuation", R"(\p{Pc})"},
};

/// Lower case without spaces, hyphens and underscores: how property names are compared.
std::string folded(std::string_view name) {
    std::string result;
    for (const char c : name)
        if (c != ' ' && c != '-' && c != '_') result += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return result;
}

bool isHex(char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; }

class Translator {
  public:
    explicit Translator(std::string_view pattern) : m_in(pattern) {}

    std::string run() {
        while (m_at < m_in.size()) step();
        return std::move(m_out);
    }

  private:
    [[noreturn]] void fail(const std::string& what) const {
        throw Error("the regular expression '" + std::string(m_in) + "' " + what + ", which is not supported");
    }

    char peek(std::size_t ahead = 0) const { return m_at + ahead < m_in.size() ? m_in[m_at + ahead] : '\0'; }

    void step() {
        const char c = peek();
        if (c == '\\') {
            m_atom = m_out.size();
            escape(false);
        } else if (c == '[') {
            m_atom = m_out.size();
            characterClass();
        } else if (c == '(') {
            m_groups.push_back(m_out.size());
            openGroup();
        } else if (c == ')') {
            if (!m_groups.empty()) {
                m_atom = m_groups.back();
                m_groups.pop_back();
            }
            copy(1);
        } else if (c == '{') {
            interval();
        } else if (c == '*' || c == '+' || c == '?' || c == '|') {
            copy(1);
        } else {
            m_atom = m_out.size();
            copy(1);
            while (m_at < m_in.size() && (static_cast<unsigned char>(peek()) & 0xc0) == 0x80) copy(1);
        }
    }

    void copy(std::size_t count) {
        m_out += m_in.substr(m_at, count);
        m_at += count;
    }

    /// "(?m" means dot-all here, which PCRE2 writes "(?s"; "^" and "$" always match at lines.
    void openGroup() {
        copy(1);
        if (peek() != '?') return;
        copy(1);
        for (; peek() == 'i' || peek() == 'm' || peek() == 'x' || peek() == '-'; ++m_at) m_out += peek() == 'm' ? 's' : peek();
        if (peek() == '<' && peek(1) != '=' && peek(1) != '!') return;
        if (peek() == '#' || peek() == '~') fail("has a comment or absence group");
    }

    void interval() {
        const std::size_t close = m_in.find('}', m_at);
        const std::string_view inside = close == std::string_view::npos ? "" : m_in.substr(m_at + 1, close - m_at - 1);
        const bool counts = !inside.empty() && inside != "," && inside.find_first_not_of("0123456789,") == std::string_view::npos &&
                            std::count(inside.begin(), inside.end(), ',') <= 1;
        if (!counts) {  // a brace that stands for itself
            m_atom = m_out.size();
            m_out += "\\{";
            ++m_at;
            return;
        }
        m_out += inside.front() == ',' ? "{0" : "{";
        m_out += inside;
        m_out += '}';
        m_at = close + 1;
        if (peek() == '+') {
            m_out.insert(m_atom, "(?:");
            m_out += ')';
        }
    }

    void escape(bool inClass) {
        const char c = peek(1);
        if (c == 'p' || c == 'P') return property();
        if (c == 'u') return codePoint();
        if (c == 'x' && peek(2) == '{') {
            const std::size_t close = m_in.find('}', m_at);
            if (close == std::string_view::npos) fail("has \\x{ without an end");
            return copy(close + 1 - m_at);
        }
        m_at += 2;
        switch (c) {
            case 's': m_out += R"(\p{White_Space})"; return;
            case 'S': m_out += R"(\P{White_Space})"; return;
            case 'd': m_out += R"(\p{Nd})"; return;
            case 'D': m_out += R"(\P{Nd})"; return;
            case 'h': m_out += inClass ? "0-9A-Fa-f" : "[0-9A-Fa-f]"; return;
            case 'w': m_out += inClass ? std::string(wordMembers) : bracketed("[", wordCharacters); return;
            case 'W':
                if (inClass) fail("has \\W within a class");
                m_out += bracketed("[^", wordCharacters);
                return;
            case 'H':
                if (inClass) fail("has \\H within a class");
                m_out += "[^0-9A-Fa-f]";
                return;
            case 'b':
            case 'B':
                if (inClass) m_out += "\\x08";
                else m_out += boundary(c == 'b');
                return;
            case '\0': fail("ends with a backslash");
            default: m_at -= 2; copy(1 + std::max<std::size_t>(1, characterLength(1)));
        }
    }

    std::size_t characterLength(std::size_t ahead) const {
        std::size_t length = 1;
        while (m_at + ahead + length < m_in.size() && (static_cast<unsigned char>(m_in[m_at + ahead + length]) & 0xc0) == 0x80) ++length;
        return length;
    }

    static std::string bracketed(std::string_view open, std::string_view members) { return std::string(open) + std::string(members) + "]"; }

    static std::string boundary(bool positive) {
        const std::string w = bracketed("[", wordCharacters);
        return positive ? "(?:(?<=" + w + ")(?!" + w + ")|(?<!" + w + ")(?=" + w + "))"
                        : "(?:(?<=" + w + ")(?=" + w + ")|(?<!" + w + ")(?!" + w + "))";
    }

    void property() {
        const bool negative = peek(1) == 'P';
        const std::size_t close = m_in.find('}', m_at);
        if (peek(2) != '{' || close == std::string_view::npos) fail("has \\p without a name in braces");
        std::string_view name = m_in.substr(m_at + 3, close - m_at - 3);
        const bool caret = name.starts_with('^');
        if (caret) name.remove_prefix(1);
        m_at = close + 1;
        const std::string key = folded(name);
        std::string positive;
        for (const auto& [known, text] : propertyNames)
            if (key == known) positive = text;
        if (positive.empty()) {
            // One or two letters are a general category; other names are scripts (without extensions) or binary properties.
            const bool script = name.size() > 2 && key != "any" && key != "alphabetic" && key != "uppercase" && key != "lowercase" &&
                                key != "whitespace" && !key.starts_with("emoji") && key != "ideographic" && key != "extendedpictographic";
            positive = (script ? R"(\p{sc:)" : R"(\p{)") + std::string(name) + "}";
        }
        if (negative != caret) positive[1] = 'P';
        m_out += positive;
    }

    void codePoint() {
        std::string digits;
        for (std::size_t i = 2; digits.size() < 4 && isHex(peek(i)); ++i) digits += peek(i);
        if (digits.size() != 4) fail("has \\u without four digits");
        m_out += "\\x{" + digits + "}";
        m_at += 6;
    }

    void characterClass() {
        copy(1);
        if (peek() == '^') copy(1);
        if (peek() == ']') {  // first in a class it stands for itself
            m_out += "\\]";
            ++m_at;
        }
        while (peek() != ']') {
            if (m_at >= m_in.size()) fail("has a class without an end");
            if (peek() == '\\') escape(true);
            else if (peek() == '[' && peek(1) == ':') posixClass();
            else if (peek() == '[') fail("has a class within a class");
            else if (peek() == '&' && peek(1) == '&') fail("intersects classes");
            else copy(1);
        }
        copy(1);
    }

    void posixClass() {
        const std::size_t close = m_in.find(":]", m_at);
        if (close == std::string_view::npos) fail("has a named class without an end");
        const std::string_view name = m_in.substr(m_at + 2, close - m_at - 2);
        const auto* known =
            std::find_if(std::begin(posixClasses), std::end(posixClasses), [&](const auto& entry) { return entry.first == name; });
        if (known == std::end(posixClasses)) fail("has the class [:" + std::string(name) + ":]");
        m_out += known->second;
        m_at = close + 2;
    }

    std::string_view m_in;
    std::string m_out;
    std::size_t m_at = 0;
    std::size_t m_atom = 0;             // where the item begins in m_out that a quantifier would repeat
    std::vector<std::size_t> m_groups;  // where the open groups begin in m_out
};

}  // namespace

std::string pcrePattern(std::string_view pattern) { return Translator(pattern).run(); }

}  // namespace qs
