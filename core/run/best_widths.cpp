// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/best_widths.h"

#include <algorithm>
#include <cmath>

#include "quant/bit_plan.h"

namespace qs {
namespace {

constexpr int kCurveSteps = 48;           // 1/8 bit between 2 and 8
constexpr double kBudgetRounding = 1e-9;  // 3.3 bits of N weights may round to a hair below a whole number

std::int64_t costOf(const WidthGroup& group, const BitAlternative& alternative, BudgetUnit unit) {
    return unit == BudgetUnit::StoredBits ? std::llround(alternative.bytes * 8) : alternative.bits * group.weights;
}

std::vector<BitUnit> unitsOf(std::span<const WidthGroup> groups, BudgetUnit unit) {
    std::vector<BitUnit> units;
    for (const WidthGroup& group : groups) {
        units.push_back({group.name, {}});
        for (const BitAlternative& a : group.alternatives) units.back().choices.push_back({a.bits, costOf(group, a, unit), a.error});
    }
    return units;
}

std::int64_t weightsOf(std::span<const WidthGroup> groups) {
    std::int64_t weights = 0;
    for (const WidthGroup& group : groups) weights += group.weights;
    return weights;
}

/// Least and most that a budget can be spent on.
std::pair<std::int64_t, std::int64_t> rangeOf(std::span<const WidthGroup> groups, BudgetUnit unit) {
    std::int64_t least = 0, most = 0;
    for (const WidthGroup& group : groups) {
        std::int64_t low = costOf(group, group.alternatives.front(), unit), high = low;
        for (const BitAlternative& a : group.alternatives)
            low = std::min(low, costOf(group, a, unit)), high = std::max(high, costOf(group, a, unit));
        least += low, most += high;
    }
    return {least, most};
}

}  // namespace

std::string tieOf(int block, const std::string& role, const std::string& name) {
    if (role == "q_proj" || role == "k_proj" || role == "v_proj") return std::to_string(block) + " attention";
    if (role == "gate_proj" || role == "up_proj") return std::to_string(block) + " mlp";
    return name;
}

std::vector<std::size_t> bestWidths(std::span<const WidthGroup> groups, std::int64_t budget, BudgetUnit unit) {
    return planBits(unitsOf(groups, unit), budget).chosen;
}

std::int64_t leastBits(std::span<const WidthGroup> groups, BudgetUnit unit) { return rangeOf(groups, unit).first; }

std::int64_t codeBits(std::span<const WidthGroup> groups, double averageBits) {
    return static_cast<std::int64_t>(std::floor(averageBits * static_cast<double>(weightsOf(groups)) * (1 + kBudgetRounding)));
}

BitCurvePoint pointOf(std::span<const WidthGroup> groups, std::span<const std::size_t> chosen) {
    const auto weights = static_cast<double>(weightsOf(groups));
    BitCurvePoint point;
    for (std::size_t g = 0; g < groups.size(); ++g) {
        const BitAlternative& alternative = groups[g].alternatives[chosen[g]];
        point.averageBits += static_cast<double>(groups[g].weights) * alternative.bits / weights;
        point.bytes += alternative.bytes;
        point.error += alternative.error;
    }
    return point;
}

std::vector<BitCurvePoint> bestCurve(std::span<const WidthGroup> groups, BudgetUnit unit) {
    const auto [least, most] = rangeOf(groups, unit);
    std::vector<std::int64_t> budgets;
    for (int i = 0; i <= kCurveSteps; ++i)
        budgets.push_back(least + (most - least) / kCurveSteps * i + (most - least) % kCurveSteps * i / kCurveSteps);
    std::vector<BitCurvePoint> curve;
    for (const BitSolution& solution : bitCurve(unitsOf(groups, unit), budgets)) curve.push_back(pointOf(groups, solution.chosen));
    return curve;
}

}  // namespace qs
