// SPDX-License-Identifier: GPL-3.0-or-later
#include "export/module_names.h"

#include <algorithm>
#include <string_view>

namespace qs {
namespace {

bool isPlainText(const Survey& survey) { return survey.textPrefix == "model."; }

bool isOfText(const std::string& module, const Survey& survey) { return module == "lm_head" || module.starts_with(survey.textPrefix); }

/// "layers.3.mlp.up_proj" of "language_model.model.layers.3.mlp.up_proj".
std::string insideText(const std::string& module, const Survey& survey) {
    return module.starts_with(survey.textPrefix) ? module.substr(survey.textPrefix.size()) : module;
}

}  // namespace

std::vector<GridGroup> gridGroups(const Survey& survey) {
    std::vector<GridGroup> groups;
    for (const LinearFacts& linear : survey.linears) {
        const auto same =
            std::find_if(groups.begin(), groups.end(), [&](const GridGroup& g) { return sameGrid(*g.linears.front(), linear); });
        if (same == groups.end()) groups.push_back({{&linear}});
        else same->linears.push_back(&linear);
    }
    std::stable_sort(groups.begin(), groups.end(),
                     [](const GridGroup& a, const GridGroup& b) { return a.linears.size() > b.linears.size(); });
    return groups;
}

std::string escaped(const std::string& text) {
    std::string result;
    for (const char c : text) {
        if (std::string_view(".^$*+?()[]{}|\\-").find(c) != std::string_view::npos && c != '-') result += '\\';
        result += c;
    }
    return result;
}

std::string targetName(const std::string& module, const Survey& survey) {
    if (isPlainText(survey) || module == "lm_head") return module;
    return "re:.*" + escaped(insideText(module, survey)) + "$";
}

std::vector<std::string> untouchedTargets(const Survey& survey) {
    std::vector<std::string> targets;
    for (const std::string& module : survey.untouched) {
        std::string target = targetName(module, survey);
        if (!isOfText(module, survey)) {
            const std::size_t model = module.starts_with("model.") ? 6 : 0;
            target = "re:.*" + escaped(module.substr(model, module.find('.', model) - model)) + ".*";
        }
        if (std::find(targets.begin(), targets.end(), target) == targets.end()) targets.push_back(target);
    }
    return targets;
}

std::vector<FusedSet> fusedSets(const Survey& survey) {
    std::vector<FusedSet> sets;
    const auto add = [&](const LinearFacts& linear, const char* fused, int size) {
        const std::string name = linear.name.substr(0, linear.name.rfind('.') + 1) + fused;
        const auto known = std::find_if(sets.begin(), sets.end(), [&](const FusedSet& s) { return s.name == name; });
        if (known == sets.end()) sets.push_back({name, size, {&linear}});
        else known->linears.push_back(&linear);
    };
    for (const LinearFacts& linear : survey.linears) {
        if (linear.role == "q_proj" || linear.role == "k_proj" || linear.role == "v_proj") add(linear, "qkv_proj", 3);
        if (linear.role == "gate_proj" || linear.role == "up_proj") add(linear, "gate_up_proj", 2);
    }
    return sets;
}

}  // namespace qs
