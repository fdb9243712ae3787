// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/plan_text.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/output.h"

namespace qs::cli {
namespace {

using Rows = std::vector<std::vector<std::string>>;

/// The first number of a checkpoint name: its block.
std::string blockOf(const std::string& name) {
    std::size_t begin = 0;
    while (begin < name.size()) {
        const std::size_t end = std::min(name.find('.', begin), name.size());
        const std::string part = name.substr(begin, end - begin);
        if (!part.empty() && std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; })) return part;
        begin = end + 1;
    }
    return "";
}

std::string budgetText(const BitPlanRecord& plan) {
    if (plan.budgetKind == "bits") return number(plan.budget, 6) + " code bits a weight";
    if (plan.budgetKind == "bytes") return bytesText(plan.budget);
    return "";
}

void addPoint(Rows& rows, const std::string& what, double bits, double bytes, double error) {
    rows.push_back({what, number(bits, 5), bytesText(bytes), number(error, 5)});
}

/// At most so many optima are shown; all are in the run file.
constexpr std::size_t kShownPoints = 12;

}  // namespace

std::string lastPart(const std::string& name) { return name.substr(name.rfind('.') + 1); }

std::string planWidthsText(const BitPlanRecord& plan) {
    std::vector<std::string> blocks, kinds;
    std::map<std::string, std::map<std::string, std::string>> widths;  // block -> kind -> bits
    const auto note = [](std::vector<std::string>& list, const std::string& value) {
        if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(value);
    };
    for (const BitGroupRecord& group : plan.groups)
        for (const std::string& name : group.linears) {
            note(blocks, blockOf(name));
            note(kinds, lastPart(name));
            widths[blockOf(name)][lastPart(name)] = std::to_string(group.bits) + (group.pinned && plan.budgetKind != "file" ? "*" : "");
        }
    Rows rows{{"block"}};
    rows[0].insert(rows[0].end(), kinds.begin(), kinds.end());
    for (const std::string& block : blocks) {
        rows.push_back({block});
        for (const std::string& kind : kinds) rows.back().push_back(widths[block][kind]);
    }
    return tableText(rows, {}) + (plan.pins.empty() ? "" : "* pinned\n");
}

std::string planText(const BitPlanRecord& plan) {
    if (plan.budgetKind == "file") return "";
    const std::string summed = plan.objective == nameOfEnum(Objective::Sensitivity) ? "output errors times sensitivity, in nats a token"
                                                                                    : plan.objective + " output errors";
    std::string text = "Budget " + budgetText(plan) + "; exact optimum of the sum of " + summed + "; " +
                       (plan.ties ? "q = k = v and gate = up" : "every linear for itself") + "; errors measured on " +
                       (plan.inputs == "untouched" ? "inputs of the untouched model" : "inputs behind quantized linears") + "\n";
    Rows rows{{"", "code bits a weight", "size", "predicted error"}};
    addPoint(rows, "plan", plan.averageBits, plan.bytes, plan.error);
    for (const BitCurvePoint& p : plan.uniform)
        addPoint(rows, "uniform " + number(p.averageBits) + " bits", p.averageBits, p.bytes, p.error);
    text += tableText(rows, {0}) + "with scales and zero points the plan takes " + number(plan.effectiveBits, 5) + " bits a weight\n";
    Rows curve{{"optimum at", "size", "predicted error"}};
    const std::size_t step = std::max<std::size_t>(1, (plan.curve.size() + kShownPoints - 1) / kShownPoints);
    for (std::size_t i = 0; i < plan.curve.size(); i += step)
        curve.push_back({number(plan.curve[i].averageBits, 4), bytesText(plan.curve[i].bytes), number(plan.curve[i].error, 5)});
    return text + "\n" + tableText(curve, {});
}

std::string planCheckText(const BitPlanCheck& check) {
    return "Predicted error " + number(check.predicted, 5) + ", measured " + number(check.measured, 5) + " (" +
           (check.difference() >= 0 ? "+" : "") + number(check.difference() * 100, 3) + " %) over " + std::to_string(check.linears) +
           " linears; most at " + check.worst + ": " + number(check.worstPredicted, 4) + ", measured " + number(check.worstMeasured, 4) +
           "\nErrors of linears are not additive: every one changes the inputs of those behind it, so the sum is a forecast, not a "
           "bound.\n";
}

nlohmann::json planCheckJson(const BitPlanCheck& check) {
    return {{"predicted", check.predicted},
            {"measured", check.measured},
            {"difference", check.difference()},
            {"linears", check.linears},
            {"worst", {{"linears", check.worst}, {"predicted", check.worstPredicted}, {"measured", check.worstMeasured}}},
            {"remark", "errors of linears are not additive: the sum is a forecast, not a bound"}};
}

}  // namespace qs::cli
