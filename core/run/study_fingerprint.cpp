// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/study_fingerprint.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "base/content_hash.h"
#include "base/file.h"
#include "base/version.h"
#include "run/estimate.h"
#include "run/idle_options.h"

namespace qs {
namespace {

std::map<std::string, std::string> changedOptions(QuantizeOptions options) {
    QuantizeOptions untouched;
    const auto defaults = optionTexts(untouched);
    auto texts = optionTexts(options);
    std::erase_if(texts, [&](const auto& option) { return defaults.at(option.first) == option.second; });
    return texts;
}

/// What a run keeps beside its result.
bool isOnlyKept(std::string_view option) { return option == "trajectories"; }

void add(ContentHash& hash, const std::string& name, const std::string& value) {
    hash.add(name);
    hash.add(value);
}

}  // namespace

std::string cellFingerprint(const std::string& modelFingerprint, const CalibrationSet& set, const QuantizeOptions& options) {
    ContentHash hash;
    for (const std::string& text : {std::string(kNumericVersion), modelFingerprint, set.fingerprint}) hash.add(text);
    // The sequences stand for how they were drawn; of the bank a study shows nothing.
    CalibrationOptions drawing = options.calibration;
    const auto drawn = optionTexts(drawing);
    const std::vector<std::string> idle = namesWithoutUse(options);
    for (const auto& [name, value] : changedOptions(options))
        if (changesResult(name) && !isOnlyKept(name) && drawn.count(name) == 0 && std::find(idle.begin(), idle.end(), name) == idle.end())
            add(hash, name, value);
    if (options.plan.hasBudget()) add(hash, "seed", std::to_string(options.calibration.seed));  // of the sensitivities
    if (!options.bitPlan.empty()) add(hash, "bit-plan", readText(options.bitPlan));
    return hash.text();
}

std::string cellHash(const QuantizeOptions& options) {
    ContentHash hash;
    for (const auto& [name, value] : changedOptions(options))
        if (changesResult(name) || name == "text" || name == "held-out" || name == "bit-plan") add(hash, name, value);
    return hash.text();
}

}  // namespace qs
