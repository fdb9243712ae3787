// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/phases.h"

#include <algorithm>

namespace qs {
namespace {

constexpr std::array<const char*, kPhases> kNames{"forward",      "held-out text",    "Hessians",         "spectra", "untouched chain",
                                                  "input scales", "output Hessians",  "factor",           "stage 1", "column loop",
                                                  "stage 2",      "losses of stages", "errors per length"};

/// Names that this program does not know come last.
std::size_t placeOf(const std::string& name) {
    return static_cast<std::size_t>(std::find(kNames.begin(), kNames.end(), name) - kNames.begin());
}

}  // namespace

PhaseSeconds PhaseClock::seconds() const {
    PhaseSeconds phases;
    for (std::size_t p = 0; p < kPhases; ++p)
        if (m_seconds[p] > 0) phases.emplace_back(kNames[p], m_seconds[p]);
    return phases;
}

void addPhases(PhaseSeconds& sum, const PhaseSeconds& block) {
    for (const auto& [name, seconds] : block) {
        const auto at = std::find_if(sum.begin(), sum.end(), [&](const auto& phase) { return phase.first == name; });
        if (at != sum.end()) at->second += seconds;
        else sum.emplace_back(name, seconds);
    }
    std::stable_sort(sum.begin(), sum.end(), [](const auto& a, const auto& b) { return placeOf(a.first) < placeOf(b.first); });
}

}  // namespace qs
