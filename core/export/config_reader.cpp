// SPDX-License-Identifier: GPL-3.0-or-later
#include "export/config_reader.h"

#include "base/error.h"
#include "text/regex.h"

namespace qs {
namespace {

using Json = nlohmann::json;

/// Python's re.match: the pattern holds from the first character on.
bool matches(const std::string& pattern, const std::string& text) {
    bool found = false;
    Regex(pattern).eachMatch(text, [&](std::size_t start, std::size_t) { found = found || start == 0; });
    return found;
}

bool isTarget(const std::string& target, const std::string& module) {
    if (target.starts_with("re:")) return matches(target.substr(3), module);
    return target == module || target == "Linear";
}

int groupSizeOf(const Json& value) { return value.is_number_integer() && value.get<int>() > 0 ? value.get<int>() : 0; }

ModuleGrid compressedTensorsGrid(const Json& quantization, const std::string& module) {
    for (const Json& ignored : quantization.at("ignore"))
        if (isTarget(ignored.get<std::string>(), module)) throw Error("config.json: " + module + " is quantized, but among 'ignore'");
    ModuleGrid grid;
    grid.layout = ModuleGrid::Layout::CompressedTensors;
    for (const auto& [name, group] : quantization.at("config_groups").items())
        for (const Json& target : group.at("targets")) {
            if (!isTarget(target.get<std::string>(), module)) continue;
            if (grid.bits > 0) throw Error("config.json: " + module + " is a target twice");
            const Json& weights = group.at("weights");
            grid.bits = weights.at("num_bits").get<int>();
            grid.groupSize = weights.at("strategy") == "group" ? groupSizeOf(weights.at("group_size")) : 0;
            grid.symmetric = weights.at("symmetric").get<bool>();
        }
    if (grid.bits == 0) throw Error("config.json: " + module + " is no target of any group");
    return grid;
}

void readGptqKeys(ModuleGrid& grid, const Json& keys) {
    grid.bits = keys.value("bits", grid.bits);
    if (keys.contains("group_size")) grid.groupSize = groupSizeOf(keys.at("group_size"));
    grid.symmetric = keys.value("sym", grid.symmetric);
    grid.scattered = keys.value("desc_act", grid.scattered);
}

ModuleGrid gptqGrid(const Json& quantization, const std::string& module) {
    ModuleGrid grid;
    grid.layout = ModuleGrid::Layout::Gptq;
    grid.zeroOffset = quantization.at("checkpoint_format") == "gptq" ? 1 : 0;
    readGptqKeys(grid, quantization);
    if (!quantization.contains("dynamic")) return grid;
    for (const auto& [pattern, keys] : quantization.at("dynamic").items()) {
        const bool except = pattern.starts_with("-:");
        if (!matches(except || pattern.starts_with("+:") ? pattern.substr(2) : pattern, module)) continue;
        if (except) throw Error("config.json: " + module + " is quantized, but left out by 'dynamic'");
        readGptqKeys(grid, keys);
        break;  // loaders take the first pattern that matches
    }
    return grid;
}

}  // namespace

ModuleGrid gridOf(const Json& quantization, const std::string& module) {
    const std::string method = quantization.at("quant_method").get<std::string>();
    if (method == "compressed-tensors") return compressedTensorsGrid(quantization, module);
    if (method == "gptq") return gptqGrid(quantization, module);
    if (method != "awq") throw Error("config.json: the quant_method '" + method + "' is not known");
    ModuleGrid grid;
    grid.layout = ModuleGrid::Layout::Awq;
    grid.bits = quantization.at("bits").get<int>();
    grid.groupSize = groupSizeOf(quantization.at("group_size"));
    return grid;
}

}  // namespace qs
