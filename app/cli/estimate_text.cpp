// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/estimate_text.h"

#include <nlohmann/json.hpp>

#include "cli/output.h"

namespace qs::cli {
namespace {

using nlohmann::json;
using Parts = std::vector<std::pair<std::string, double>>;

void addRows(std::vector<std::vector<std::string>>& rows, const char* what, double total, const Parts& parts, std::string (*text)(double)) {
    rows.push_back({what, text(total), ""});
    for (const auto& [label, amount] : parts) rows.push_back({"", text(amount), label});
}

json partsJson(const Parts& parts) {
    json object = json::object();
    for (const auto& [label, amount] : parts) object[label] = amount;
    return object;
}

}  // namespace

void EstimateOption::describe(OptionList& list) {
    list.group("Run");
    list.flag("estimate", estimate, "Print the forecast of memory, disk and time, and do nothing else");
}

std::string estimateText(const Estimate& estimate) {
    std::vector<std::vector<std::string>> rows;
    addRows(rows, "memory", estimate.total.memoryBytes, estimate.memoryParts, bytesText);
    addRows(rows, "disk", estimate.total.diskBytes, estimate.diskParts, bytesText);
    addRows(rows, "time", estimate.total.seconds, estimate.timeParts, secondsText);
    std::string text = "Forecast\n" + tableText(rows, {0, 2});
    for (const std::string& note : estimate.notes) text += note + "\n";
    return text;
}

json resourcesJson(const Resources& resources) {
    return {{"seconds", resources.seconds}, {"memory_bytes", resources.memoryBytes}, {"disk_bytes", resources.diskBytes}};
}

json estimateJson(const Estimate& estimate) {
    json object = resourcesJson(estimate.total);
    object["memory_parts"] = partsJson(estimate.memoryParts);
    object["disk_parts"] = partsJson(estimate.diskParts);
    object["time_parts"] = partsJson(estimate.timeParts);
    object["notes"] = estimate.notes;
    return {{"estimate", object}};
}

}  // namespace qs::cli
