// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/patterns.h"

#include <algorithm>

#include "base/error.h"

namespace qs {
namespace {

bool fitsAny(std::string_view name, const std::vector<std::string>& patterns) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& p) { return matchesPattern(name, p); });
}

void requireUseful(const ModelSpec& spec, const std::vector<std::string>& patterns, const char* option) {
    for (const std::string& pattern : patterns) {
        const bool used = std::any_of(spec.blocks.begin(), spec.blocks.end(), [&](const BlockSpec& block) {
            return std::any_of(block.linears.begin(), block.linears.end(),
                               [&](const LinearSpec& l) { return matchesPattern(l.name, pattern); });
        });
        if (!used)
            throw Error(std::string("--") + option + ": '" + pattern + "' fits no linear of the model; names look like " +
                            spec.blocks.at(0).linears.at(0).name,
                        ErrorKind::Usage);
    }
}

}  // namespace

bool matchesPattern(std::string_view name, std::string_view pattern) {
    std::size_t n = 0, p = 0, star = std::string_view::npos, resume = 0;
    while (n < name.size()) {
        if (p < pattern.size() && pattern[p] == '*') {  // try the shortest stretch first, lengthen it on a mismatch
            star = p++;
            resume = n;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
            ++p;
            ++n;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            n = ++resume;
        } else {
            return false;
        }
    }
    return std::all_of(pattern.begin() + static_cast<std::ptrdiff_t>(p), pattern.end(), [](char c) { return c == '*'; });
}

std::vector<std::vector<LinearSpec>> chooseLinears(const ModelSpec& spec, const std::vector<std::string>& include,
                                                   const std::vector<std::string>& exclude) {
    requireUseful(spec, include, "include");
    requireUseful(spec, exclude, "exclude");
    std::vector<std::vector<LinearSpec>> chosen(spec.blocks.size());
    bool any = false;
    for (std::size_t b = 0; b < spec.blocks.size(); ++b)
        for (const LinearSpec& linear : spec.blocks[b].linears)
            if ((include.empty() || fitsAny(linear.name, include)) && !fitsAny(linear.name, exclude)) {
                chosen[b].push_back(linear);
                any = true;
            }
    if (!any) throw Error("--exclude leaves no linear to quantize", ErrorKind::Usage);
    return chosen;
}

}  // namespace qs
