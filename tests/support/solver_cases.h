// SPDX-License-Identifier: GPL-3.0-or-later
// The reference problems of tests/data/solvers: shared input tensors, and per case settings, values and expected tensors.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "model/safetensors.h"
#include "run/solve_problem.h"
#include "support/data.h"

namespace qs::testing {

struct SolverCase {
    std::string name;
    nlohmann::json settings, values;
    std::map<std::string, NamedTensor> expected;
};

struct SolverFile {
    std::map<std::string, NamedTensor> problem;  ///< tensors without a case prefix
    std::vector<SolverCase> cases;
    nlohmann::json notes;
};

inline NamedTensor toNamed(const SafetensorsEntry& entry) { return {entry.shape, toDoubles(entry), nameOf(entry.dtype)}; }

inline SolverFile readSolverFile(const std::string& name) {
    const SafetensorsFile file(testData("solvers/" + name + ".safetensors"));
    const auto info = nlohmann::json::parse(file.metadata().at("info"));
    SolverFile result;
    result.notes = info.at("notes");
    for (const auto& [caseName, entry] : info.at("cases").items())
        result.cases.push_back({caseName, entry.at("settings"), entry.at("values"), {}});
    for (const auto& [tensorName, entry] : file.tensors()) {
        SolverCase* owner = nullptr;
        for (SolverCase& c : result.cases)
            if (tensorName.starts_with(c.name + ".")) owner = &c;
        if (owner) owner->expected[tensorName.substr(owner->name.size() + 1)] = toNamed(entry);
        else result.problem[tensorName] = toNamed(entry);
    }
    return result;
}

/// Settings of a case as `solve` wants them.
inline std::string settingsText(nlohmann::json settings, const std::string& method, const std::string& precision) {
    settings["method"] = method;
    settings["precision"] = precision;
    return settings.dump();
}

}  // namespace qs::testing
