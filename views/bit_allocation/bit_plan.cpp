// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/bit_allocation/bit_plan.h"

#include <algorithm>
#include <cmath>
#include <functional>

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
    double weights = 0, bits = 0, error = 0;
    for (const Group& group : groups) weights += groupWeights(plan, group);
    std::vector<std::size_t> step(groups.size(), 0);
    plan.widths.assign(plan.linears.size(), kWidths[0]);
    for (const Group& group : groups) bits += groupWeights(plan, group) * kWidths[0], error += groupError(plan, group, kWidths[0]);
    const auto count = static_cast<double>(std::max<std::size_t>(1, plan.linears.size()));
    if (!seen(bits / weights, error / count, {}, 0)) return;
    const auto gain = [&](std::size_t g) {
        if (step[g] + 1 >= std::size(kWidths)) return -1.0;
        const int now = kWidths[step[g]], next = kWidths[step[g] + 1];
        return (groupError(plan, groups[g], now) - groupError(plan, groups[g], next)) / (groupWeights(plan, groups[g]) * (next - now));
    };
    std::vector<std::pair<double, std::size_t>> heap;
    for (std::size_t g = 0; g < groups.size(); ++g) heap.emplace_back(gain(g), g);
    std::make_heap(heap.begin(), heap.end());
    while (!heap.empty() && heap.front().first >= 0) {
        std::pop_heap(heap.begin(), heap.end());
        const std::size_t g = heap.back().second;
        heap.pop_back();
        const int before = kWidths[step[g]], after = kWidths[++step[g]];
        bits += groupWeights(plan, groups[g]) * (after - before);
        error += groupError(plan, groups[g], after) - groupError(plan, groups[g], before);
        for (const std::size_t i : groups[g]) plan.widths[i] = after;
        if (!seen(bits / weights, error / count, groups[g], before)) return;
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

double BitPlan::meanError() const {
    double sum = 0;
    for (std::size_t i = 0; i < linears.size(); ++i) sum += linears[i].errorAt(widths[i]);
    return linears.empty() ? 0 : sum / static_cast<double>(linears.size());
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
    std::ptrdiff_t at = 0;
    while (at + 1 < static_cast<std::ptrdiff_t>(std::size(kWidths)) && kWidths[at] < plan.widths[linear]) ++at;
    const int width = kWidths[std::clamp<std::ptrdiff_t>(at + steps, 0, static_cast<std::ptrdiff_t>(std::size(kWidths)) - 1)];
    const PlannedLinear& moved = plan.linears[linear];
    for (std::size_t i = 0; i < plan.linears.size(); ++i)
        if (plan.linears[i].block == moved.block && plan.linears[i].tag == moved.tag) plan.widths[i] = width;
}

}  // namespace qs
