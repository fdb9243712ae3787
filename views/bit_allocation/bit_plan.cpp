// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/bit_allocation/bit_plan.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "run/best_widths.h"
#include "run/bit_plan.h"
#include "views/run_names.h"

namespace qs {
namespace {

using Group = std::vector<std::size_t>;

std::vector<Group> tiedGroups(const BitPlan& plan) {
    std::map<std::string, std::size_t> places;
    std::vector<Group> groups;
    for (std::size_t i = 0; i < plan.linears.size(); ++i) {
        const auto [place, isNew] = places.try_emplace(plan.linears[i].tie, groups.size());
        if (isNew) groups.emplace_back();
        groups[place->second].push_back(i);
    }
    return groups;
}

using ErrorsByWidth = std::map<int, double>;

/// Mean over lengths, 0 without any.
double meanRelative(const std::vector<LengthError>& errors) {
    double sum = 0;
    for (const LengthError& error : errors) sum += error.relative();
    return errors.empty() ? 0 : sum / static_cast<double>(errors.size());
}

/// By linear; empty if no widths were tried.
std::map<std::string, ErrorsByWidth> measuredErrors(const RunFile& run) {
    std::map<std::string, ErrorsByWidth> measured;
    for (const LinearWidths& linear : run.bitErrors().linears)
        for (const WidthError& width : linear.widths) measured[linear.name][width.bits] = meanRelative(width.errors);
    return measured;
}

/// Part of every linear in the objective that the run's plan minimised, by width; a group shares its part evenly, as it shares its width.
std::map<std::string, ErrorsByWidth> objectiveParts(const BitPlanRecord& record) {
    std::map<std::string, ErrorsByWidth> parts;
    for (const BitGroupRecord& group : record.groups)
        for (const std::string& linear : group.linears)
            for (const BitAlternative& choice : group.alternatives)
                parts[linear][choice.bits] = choice.error / static_cast<double>(group.linears.size());
    return parts;
}

void usePins(BitPlan& plan, const BitPlanRecord& record) {
    std::set<std::string> pinned;
    for (const BitGroupRecord& group : record.groups)
        if (group.pinned) pinned.insert(group.linears.begin(), group.linears.end());
    for (PlannedLinear& linear : plan.linears) linear.pinned = pinned.count(linear.name) > 0;
}

/// Takes the objective of the run's own plan over, unless a linear has no part in it.
void useObjective(BitPlan& plan, const BitPlanRecord& record) {
    if (record.objective != "sensitivity" && record.objective != "absolute") return;
    const auto parts = objectiveParts(record);
    std::vector<PlannedLinear> linears = plan.linears;
    for (PlannedLinear& linear : linears) {
        const auto part = parts.find(linear.name);
        if (part == parts.end() || part->second.count(linear.bits) == 0) return;
        linear.alternatives = part->second;
        linear.error = part->second.at(linear.bits);
    }
    plan.linears = std::move(linears);
    plan.objective = record.objective;
}

/// Widths that the run tried for any of its linears.
void useChoices(BitPlan& plan) {
    std::set<int> tried;
    for (const PlannedLinear& linear : plan.linears)
        if (linear.alternatives.size() > 1)
            for (const auto& [width, error] : linear.alternatives) tried.insert(width);
    if (tried.size() > 1) plan.choices.assign(tried.begin(), tried.end());
}

/// A group with what each choice would cost and do; where a width is pinned, that one alone.
WidthGroup widthGroup(const BitPlan& plan, const Group& group) {
    const PlannedLinear& first = plan.linears[group.front()];
    WidthGroup options{first.name, 0, {}};
    for (const std::size_t i : group) options.weights += std::llround(plan.linears[i].weights);
    const bool pinned = std::any_of(group.begin(), group.end(), [&](std::size_t i) { return plan.linears[i].pinned; });
    for (const int width : pinned ? std::vector<int>{first.bits} : plan.choices) {
        BitAlternative alternative{width, 0, 0};
        for (const std::size_t i : group) {
            alternative.bytes += plan.linears[i].bytesAt(width);
            alternative.error += plan.linears[i].errorAt(width);
        }
        options.alternatives.push_back(alternative);
    }
    return options;
}

std::vector<WidthGroup> widthGroups(const BitPlan& plan, const std::vector<Group>& groups) {
    std::vector<WidthGroup> all;
    for (const Group& group : groups) all.push_back(widthGroup(plan, group));
    return all;
}

/// Bytes of scales, and zero points, of a linear.
void addStorage(PlannedLinear& linear, int out, int in, QuantSettings stored, bool asymmetric) {
    const int bits = std::max(1, linear.bits);
    stored.scheme = Scheme::Symmetric;
    const std::int64_t withScales = storedBits(stored, out, in, bits);
    linear.weights = double(out) * in;
    linear.overhead = (static_cast<double>(withScales) - linear.weights * bits) / 8;
    stored.scheme = Scheme::Asymmetric;
    linear.zeroPoints = asymmetric ? static_cast<double>(storedBits(stored, out, in, bits) - withScales) / bits : 0;
}

/// A pass that tries widths: what every linear would do at its widest.
void takeTried(BitPlan& plan, const RunFile& run, QuantSettings stored) {
    stored.groupSize = std::stoi(optionOf(run, "group-size", "128"));
    const std::string scheme = optionOf(run, "scheme", "auto");
    const bool asymmetric = scheme == "asym" || (scheme == "auto" && optionOf(run, "method") == "awq");
    plan.solved = false;
    for (const LinearWidths& tried : run.bitErrors().linears) {
        if (tried.widths.empty()) continue;
        PlannedLinear planned{tried.name, tried.role, tieOf(tried.block, tried.role, tried.name), tried.block};
        addStorage(planned, tried.out, tried.in, stored, asymmetric);
        for (const WidthError& width : tried.widths) planned.alternatives[width.bits] = meanRelative(width.errors);
        planned.bits = planned.alternatives.rbegin()->first;
        planned.error = planned.alternatives.rbegin()->second;
        plan.widths.push_back(planned.bits);
        plan.linears.push_back(std::move(planned));
    }
}

}  // namespace

double PlannedLinear::errorAt(int width) const {
    if (width == bits) return error;
    const auto known = alternatives.find(width);
    return known != alternatives.end() ? known->second : error * std::pow(4.0, bits - width);
}

double BitPlan::averageBits() const {
    double bits = 0, weights = 0;
    for (std::size_t i = 0; i < linears.size(); ++i) bits += linears[i].weights * widths[i], weights += linears[i].weights;
    return weights > 0 ? bits / weights : 0;
}

double BitPlan::bytes() const {
    double sum = 0;
    for (std::size_t i = 0; i < linears.size(); ++i) sum += linears[i].bytesAt(widths[i]);
    return sum;
}

double BitPlan::error() const {
    double sum = 0;
    for (std::size_t i = 0; i < linears.size(); ++i) sum += linears[i].errorAt(widths[i]);
    return scaled(sum);
}

double BitPlan::scaled(double sumOfErrors) const {
    return objective.empty() ? sumOfErrors / static_cast<double>(std::max<std::size_t>(1, linears.size())) : sumOfErrors;
}

bool BitPlan::asSolved() const {
    if (!solved) return false;
    for (std::size_t i = 0; i < linears.size(); ++i)
        if (widths[i] != linears[i].bits) return false;
    return true;
}

BitPlan planOf(const RunFile& run) {
    BitPlan plan;
    const auto record = run.bitPlan();
    QuantSettings stored;
    const std::string scaleType = optionOf(run, "scale-type", "f32");
    for (const auto& [type, name] : EnumNames<ScaleType>::values)
        if (scaleType == name) stored.scaleType = type;
    if (run.provenance().kind == "measure") takeTried(plan, run, stored);
    const auto measured = measuredErrors(run);
    for (const LinearRecord& linear : run.linears()) {
        PlannedLinear planned{linear.name, linear.role, linear.name, linear.block, linear.bits};
        if (!record || record->ties) planned.tie = tieOf(linear.block, linear.role, linear.name);
        stored.groupSize = linear.groupSize;
        addStorage(planned, linear.out, linear.in, stored, linear.scheme == "asym");
        planned.error = meanRelative(linear.calibrationErrors);
        if (linear.calibrationErrors.empty() && linear.energy > 0) planned.error = linear.loss / linear.energy;
        if (const auto known = measured.find(linear.name); known != measured.end()) planned.alternatives = known->second;
        plan.widths.push_back(linear.bits);
        plan.linears.push_back(std::move(planned));
    }
    plan.ofWeights = measured.empty() && std::all_of(run.linears().begin(), run.linears().end(),
                                                     [](const LinearRecord& linear) { return linear.calibrationErrors.empty(); });
    if (record) usePins(plan, *record), useObjective(plan, *record);
    useChoices(plan);
    return plan;
}

BitPlan uniformPlan(const BitPlan& plan, int width) {
    BitPlan uniform = plan;
    std::fill(uniform.widths.begin(), uniform.widths.end(), width);
    return uniform;
}

BitPlan planFor(const BitPlan& plan, double averageBits) {
    const std::vector<Group> groups = tiedGroups(plan);
    const std::vector<WidthGroup> options = widthGroups(plan, groups);
    const std::int64_t budget = std::max(codeBits(options, averageBits), leastBits(options, BudgetUnit::CodeBits));
    const std::vector<std::size_t> chosen = bestWidths(options, budget, BudgetUnit::CodeBits);
    BitPlan best = plan;
    for (std::size_t g = 0; g < groups.size(); ++g)
        for (const std::size_t i : groups[g]) best.widths[i] = options[g].alternatives[chosen[g]].bits;
    return best;
}

std::vector<std::pair<double, double>> paretoCurve(const BitPlan& plan) {
    std::vector<std::pair<double, double>> curve;
    for (const BitCurvePoint& point : bestCurve(widthGroups(plan, tiedGroups(plan)), BudgetUnit::CodeBits))
        curve.emplace_back(point.averageBits, plan.scaled(point.error));
    return curve;
}

void moveWidth(BitPlan& plan, std::size_t linear, int steps) {
    const auto last = static_cast<std::ptrdiff_t>(plan.choices.size()) - 1;
    std::ptrdiff_t at = 0;
    while (at < last && plan.choices[static_cast<std::size_t>(at)] < plan.widths[linear]) ++at;
    const int width = plan.choices[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(at + steps, 0, last))];
    const PlannedLinear& moved = plan.linears[linear];
    for (std::size_t i = 0; i < plan.linears.size(); ++i)
        if (plan.linears[i].tie == moved.tie) plan.widths[i] = width;
}

}  // namespace qs
