// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "model/json_text.h"
#include "run/bit_plan.h"

namespace qs {
namespace {

using nlohmann::ordered_json;

ordered_json pointsJson(const std::vector<BitCurvePoint>& points) {
    ordered_json list = ordered_json::array();
    for (const BitCurvePoint& p : points) list.push_back({{"average_bits", p.averageBits}, {"bytes", p.bytes}, {"error", p.error}});
    return list;
}

std::vector<BitCurvePoint> pointsOf(const ordered_json& list) {
    std::vector<BitCurvePoint> points;
    for (const ordered_json& p : list) points.push_back({p.at("average_bits"), p.at("bytes"), p.at("error")});
    return points;
}

ordered_json groupJson(const BitGroupRecord& group) {
    ordered_json alternatives = ordered_json::array();
    for (const BitAlternative& a : group.alternatives) alternatives.push_back({{"bits", a.bits}, {"bytes", a.bytes}, {"error", a.error}});
    ordered_json sensitivities = ordered_json::array();
    for (const SensitivityRecord& s : group.sensitivities) sensitivities.push_back({{"first", s.first}, {"rest", s.rest}});
    return {{"linears", group.linears},
            {"sensitivities", sensitivities},
            {"bits", group.bits},
            {"pinned", group.pinned},
            {"alternatives", alternatives}};
}

/// "linears" of the file: they decide, whatever groups say.
std::map<std::string, int> widthsOf(const ordered_json& document) {
    if (!document.is_object() || !document.contains("linears") || !document["linears"].is_object() || document["linears"].empty())
        throw Error("has no \"linears\": {\"checkpoint name without .weight\": bits, …}");
    std::map<std::string, int> widths;
    for (const auto& [name, bits] : document["linears"].items()) {
        if (!bits.is_number_integer() || bits.get<std::int64_t>() < 2 || bits.get<std::int64_t>() > 8)
            throw Error("the width of " + name + " is not a whole number from 2 to 8");
        widths[name] = bits.get<int>();
    }
    return widths;
}

/// The record of a file that a program wrote, if its groups have the widths of its linears.
std::optional<BitPlanRecord> wholeRecord(const ordered_json& document, const std::map<std::string, int>& widths) {
    if (!document.contains("groups")) return std::nullopt;
    BitPlanRecord plan;
    std::size_t named = 0;
    for (const ordered_json& entry : document.at("groups")) {
        BitGroupRecord group{entry.at("linears"), {}, entry.at("bits"), entry.at("pinned"), {}};
        for (const ordered_json& s : entry.at("sensitivities")) group.sensitivities.push_back({s.at("first"), s.at("rest")});
        if (group.sensitivities.size() != group.linears.size()) return std::nullopt;
        for (const ordered_json& a : entry.at("alternatives")) group.alternatives.push_back({a.at("bits"), a.at("bytes"), a.at("error")});
        for (const std::string& name : group.linears) {
            const auto width = widths.find(name);
            if (width == widths.end() || width->second != group.bits) return std::nullopt;
            ++named;
        }
        plan.groups.push_back(std::move(group));
    }
    if (named != widths.size()) return std::nullopt;
    plan.budgetKind = document.at("budget").at("kind");
    plan.budget = document.at("budget").at("value");
    plan.objective = document.at("objective");
    plan.settings = document.at("settings");
    plan.inputs = document.at("inputs");
    plan.ties = document.at("ties");
    plan.pins = document.at("pins").get<std::vector<std::string>>();
    plan.averageBits = document.at("average_bits");
    plan.effectiveBits = document.at("effective_bits");
    plan.bytes = document.at("bytes");
    plan.error = document.at("error");
    plan.curve = pointsOf(document.at("curve"));
    plan.uniform = pointsOf(document.at("uniform"));
    return plan;
}

}  // namespace

std::string bitPlanJson(const BitPlanRecord& plan) {
    ordered_json linears = ordered_json::object(), groups = ordered_json::array();
    for (const BitGroupRecord& group : plan.groups) {
        for (const std::string& name : group.linears) linears[name] = group.bits;
        groups.push_back(groupJson(group));
    }
    const ordered_json document{{"budget", {{"kind", plan.budgetKind}, {"value", plan.budget}}},
                                {"average_bits", plan.averageBits},
                                {"effective_bits", plan.effectiveBits},
                                {"bytes", plan.bytes},
                                {"objective", plan.objective},
                                {"error", plan.error},
                                {"settings", plan.settings},
                                {"inputs", plan.inputs},
                                {"ties", plan.ties},
                                {"pins", plan.pins},
                                {"linears", linears},
                                {"groups", groups},
                                {"curve", pointsJson(plan.curve)},
                                {"uniform", pointsJson(plan.uniform)}};
    return document.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

BitPlanRecord readBitPlanJson(const std::string& text, const std::string& subject) {
    parseJson(text, subject);  // complains in its own words
    try {
        const ordered_json document = ordered_json::parse(text);
        const std::map<std::string, int> widths = widthsOf(document);
        if (auto whole = wholeRecord(document, widths)) return *whole;
        BitPlanRecord plan;
        plan.budgetKind = "file";
        plan.ties = false;
        for (const auto& [name, bits] : widths) plan.groups.push_back({{name}, {{}}, bits, true, {}});
        return plan;
    } catch (const nlohmann::json::exception& error) {
        const std::string what = error.what();  // "[json.exception.type_error.302] type must be …"
        throw Error(subject + ": is not a bit plan: " + what.substr(std::min(what.size(), what.find("] ") + 2)) +
                    "; write it by plan --out");
    } catch (const Error& error) {
        throw error.within(subject);
    }
}

}  // namespace qs
