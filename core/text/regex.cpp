// SPDX-License-Identifier: GPL-3.0-or-later
#define PCRE2_CODE_UNIT_WIDTH 8
#include "text/regex.h"

#include <pcre2.h>

#include "base/error.h"
#include "text/utf8.h"

namespace qs {
namespace {

constexpr std::size_t jitStackStart = 64 * 1024, jitStackLimit = 256 * 1024 * 1024;

/// What matching needs beside the pattern; one per thread.
struct Scratch {
    pcre2_match_data* data = pcre2_match_data_create(1, nullptr);
    pcre2_match_context* context = pcre2_match_context_create(nullptr);
    pcre2_jit_stack* stack = pcre2_jit_stack_create(jitStackStart, jitStackLimit, nullptr);
    Scratch() { pcre2_jit_stack_assign(context, nullptr, stack); }
    ~Scratch() {
        pcre2_jit_stack_free(stack);
        pcre2_match_context_free(context);
        pcre2_match_data_free(data);
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
};

std::string errorText(int code) {
    char buffer[256] = "";
    pcre2_get_error_message(code, reinterpret_cast<PCRE2_UCHAR*>(buffer), sizeof buffer);
    return buffer;
}

}  // namespace

Regex::Regex(std::string_view pattern) : m_pattern(pattern) {
    if (firstInvalidUtf8(pattern) != pattern.size()) throw Error("a regular expression is not UTF-8");
    const std::string translated = pcrePattern(pattern);
    int code = 0;
    PCRE2_SIZE place = 0;
    pcre2_code* compiled =
        pcre2_compile(reinterpret_cast<PCRE2_SPTR>(translated.data()), translated.size(),
                      PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE | PCRE2_NO_UTF_CHECK | PCRE2_NEVER_BACKSLASH_C, &code, &place, nullptr);
    if (!compiled) throw Error("the regular expression '" + m_pattern + "' is wrong: " + errorText(code));
    m_code = std::shared_ptr<void>(compiled, [](void* p) { pcre2_code_free(static_cast<pcre2_code*>(p)); });
    pcre2_jit_compile(compiled, PCRE2_JIT_COMPLETE);  // without it (no executable memory) matching is slower, not wrong
}

void Regex::eachMatch(std::string_view text, FunctionRef<void(std::size_t, std::size_t)> found) const {
    static thread_local const Scratch scratch;
    const auto* code = static_cast<const pcre2_code*>(m_code.get());
    const auto* subject = reinterpret_cast<PCRE2_SPTR>(text.data());
    const PCRE2_SIZE* place = pcre2_get_ovector_pointer(scratch.data);
    std::size_t from = 0, lastEnd = std::string_view::npos;
    while (from <= text.size()) {
        const int result = pcre2_match(code, subject, text.size(), from, PCRE2_NO_UTF_CHECK, scratch.data, scratch.context);
        if (result == PCRE2_ERROR_NOMATCH) return;
        if (result < 0)
            throw Error("the regular expression '" + m_pattern + "' fails on a text of " + std::to_string(text.size()) +
                        " bytes: " + errorText(result));
        const std::size_t start = place[0], end = place[1];
        if (start == end && start == lastEnd) {  // an empty match behind a match: go on one character further
            if (from >= text.size()) return;
            from = start + utf8Length(text[start]);
            lastEnd = std::string_view::npos;
            continue;
        }
        found(start, end);
        from = lastEnd = end;
    }
}

}  // namespace qs
