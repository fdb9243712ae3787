// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/bit_allocation/bit_plan.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include "views/run_names.h"

namespace qs {
namespace {

using Group = std::vector<std::size_t>;

std::vector<Group> tiedGroups(const BitPlan& plan) {
    std::map<std::pair<int, std::string>, Group> groups;
    for (std::size_t i = 0; i < plan.linears.size(); ++i) groups[{plan.linears[i].block, plan.linears[i].tag}].push_back(i);
    std::vector<Group> list;
    for (auto& [key, group] : groups) list.push_back(std::move(group));
    return list;
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

double groupError(const BitPlan& plan, const Group& group, int width) {
    double sum = 0;
    for (const std::size_t i : group) sum += plan.linears[i].errorAt(width);
    return sum;
}

double groupWeights(const BitPlan& plan, const Group& group) {
    double sum = 0;
    for (const std::size_t i : group) sum += plan.linears[i].weights;
    return sum;
}

/// Walks up from the smallest widths; calls `seen` after every step, which may end the walk by returning false.
void walkUp(BitPlan& plan, const std::function<bool(double bits, double error, const Group& moved, int before)>& seen) {
    const auto groups = tiedGroups(plan);
    const std::vector<int>& choices = plan.choices;
    double weights = 0, bits = 0, error = 0;
    for (const Group& group : groups) weights += groupWeights(plan, group);
    std::vector<std::size_t> step(groups.size(), 0);
    plan.widths.assign(plan.linears.size(), choices[0]);
    for (const Group& group : groups) bits += groupWeights(plan, group) * choices[0], error += groupError(plan, group, choices[0]);
    if (!seen(bits / weights, plan.scaled(error), {}, 0)) return;
    const auto gain = [&](std::size_t g) {
        if (step[g] + 1 >= choices.size()) return -1.0;
        const int now = choices[step[g]], next = choices[step[g] + 1];
        return (groupError(plan, groups[g], now) - groupError(plan, groups[g], next)) / (groupWeights(plan, groups[g]) * (next - now));
    };
    std::vector<std::pair<double, std::size_t>> heap;
    for (std::size_t g = 0; g < groups.size(); ++g) heap.emplace_back(gain(g), g);
    std::make_heap(heap.begin(), heap.end());
    while (!heap.empty() && heap.front().first >= 0) {
        std::pop_heap(heap.begin(), heap.end());
        const std::size_t g = heap.back().second;
        heap.pop_back();
        const int before = choices[step[g]], after = choices[++step[g]];
        bits += groupWeights(plan, groups[g]) * (after - before);
        error += groupError(plan, groups[g], after) - groupError(plan, groups[g], before);
        for (const std::size_t i : groups[g]) plan.widths[i] = after;
        if (!seen(bits / weights, plan.scaled(error), groups[g], before)) return;
        heap.emplace_back(gain(g), g);
        std::push_heap(heap.begin(), heap.end());
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
    for (std::size_t i = 0; i < linears.size(); ++i)
        if (widths[i] != linears[i].bits) return false;
    return true;
}

BitPlan planOf(const RunFile& run) {
    BitPlan plan;
    const bool halfScales = optionOf(run, "scale-type", "f32") != "f32";
    const auto measured = measuredErrors(run);
    for (const LinearRecord& linear : run.linears()) {
        PlannedLinear planned{linear.name, linear.role, linear.tag, linear.block, linear.bits, double(linear.out) * linear.in, 0, 0};
        const double groups = linear.groupSize > 0 ? std::ceil(double(linear.in) / linear.groupSize) : 1;
        planned.overhead = linear.out * groups * ((halfScales ? 16 : 32) + (linear.scheme == "asym" ? linear.bits : 0)) / 8.0;
        planned.error = meanRelative(linear.calibrationErrors);
        if (linear.calibrationErrors.empty() && linear.energy > 0) planned.error = linear.loss / linear.energy;
        if (const auto known = measured.find(linear.name); known != measured.end()) planned.alternatives = known->second;
        plan.widths.push_back(linear.bits);
        plan.linears.push_back(std::move(planned));
    }
    if (const auto record = run.bitPlan()) useObjective(plan, *record);
    useChoices(plan);
    return plan;
}

BitPlan uniformPlan(const BitPlan& plan, int width) {
    BitPlan uniform = plan;
    std::fill(uniform.widths.begin(), uniform.widths.end(), width);
    return uniform;
}

BitPlan planFor(const BitPlan& plan, double averageBits) {
    BitPlan best = plan;
    walkUp(best, [&](double bits, double, const Group& moved, int before) {
        if (bits <= averageBits + 1e-9) return true;
        for (const std::size_t i : moved) best.widths[i] = before;  // the step that does not fit
        return false;
    });
    return best;
}

std::vector<std::pair<double, double>> paretoCurve(const BitPlan& plan) {
    std::vector<std::pair<double, double>> curve;
    BitPlan walked = plan;
    walkUp(walked, [&](double bits, double error, const Group&, int) {
        if (curve.empty() || bits - curve.back().first > 0.02) curve.emplace_back(bits, error);
        return true;
    });
    return curve;
}

void moveWidth(BitPlan& plan, std::size_t linear, int steps) {
    const auto last = static_cast<std::ptrdiff_t>(plan.choices.size()) - 1;
    std::ptrdiff_t at = 0;
    while (at < last && plan.choices[static_cast<std::size_t>(at)] < plan.widths[linear]) ++at;
    const int width = plan.choices[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(at + steps, 0, last))];
    const PlannedLinear& moved = plan.linears[linear];
    for (std::size_t i = 0; i < plan.linears.size(); ++i)
        if (plan.linears[i].block == moved.block && plan.linears[i].tag == moved.tag) plan.widths[i] = width;
}

}  // namespace qs
