// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/bit_plan.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/error.h"
#include "quant/grid_rule.h"
#include "quant/super_blocks.h"
#include "run/best_widths.h"
#include "run/bit_errors.h"
#include "run/patterns.h"
#include "run/weighted_error.h"

namespace qs {
namespace {

[[noreturn]] void wrongPlan(const std::string& message) { throw Error(message, ErrorKind::Usage); }

struct Pin {
    std::string pattern;
    int bits = 0;
};

Pin parsePin(const std::string& text) {
    const std::size_t sign = text.rfind('=');
    if (sign == std::string::npos || sign == 0 || sign + 2 != text.size() || text[sign + 1] < '2' || text[sign + 1] > '8')
        wrongPlan("--pin: '" + text + "' is not PATTERN=BITS with 2 to 8 bits, as in '*.down_proj=4'");
    return {text.substr(0, sign), text[sign + 1] - '0'};
}

std::vector<int> ascending(std::vector<int> widths) {
    std::sort(widths.begin(), widths.end());
    widths.erase(std::unique(widths.begin(), widths.end()), widths.end());
    return widths;
}

/// ½ Σ c_L [ s · error of all but first tokens + s₀ · that of first tokens ], c_L scaled to a mean over tokens.
double divergence(std::span<const LengthError> errors, const Weighting& weighting, const SensitivityRecord& sensitivity) {
    std::vector<LengthCount> counts;
    for (const LengthError& e : errors) counts.push_back({e.length, e.sequences});
    const std::vector<double> factors = weighting.factors(counts);
    double sum = 0, tokens = 0;
    for (std::size_t i = 0; i < errors.size(); ++i) {
        const LengthError& e = errors[i];
        tokens += factors[i] * e.sequences * e.length;
        sum += factors[i] * (sensitivity.rest * e.errorWithoutFirst + sensitivity.first * (e.error - e.errorWithoutFirst));
    }
    return tokens > 0 ? 0.5 * sum / tokens : 0;
}

double objectiveOf(Objective objective, std::span<const LengthError> errors, const Weighting& weighting,
                   const SensitivityRecord& sensitivity) {
    if (objective == Objective::Sensitivity) return divergence(errors, weighting, sensitivity);
    const WeightedError sum = weightedError(errors, weighting);
    return objective == Objective::Relative ? sum.relative() : sum.loss;
}

Objective objectiveNamed(const std::string& name) {
    for (const auto& [value, text] : EnumNames<Objective>::values)
        if (name == text) return value;
    throw Error("'" + name + "' is not an objective of bit plans that this program knows");
}

/// Builds a plan.
class Planner {
  public:
    Planner(const BitErrors& errors, const BitPlanOptions& options) : m_errors(errors), m_options(options) {
        applyErrorSettings(errors.settings, m_settings);
        m_weighting = weightingOf(m_settings);
        for (const std::string& text : options.pins) m_pins.push_back(parsePin(text));
        m_widths = ascending(options.widths);
        for (const LinearWidths& linear : errors.linears) m_weights += std::int64_t{linear.out} * linear.in;
        checkPins();
        makeGroups();
    }

    BitPlanRecord plan() {
        const bool inBytes = m_options.budgetBytes > 0;
        const BudgetUnit unit = inBytes ? BudgetUnit::StoredBits : BudgetUnit::CodeBits;
        const std::vector<WidthGroup> groups = widthGroups();
        const std::int64_t budget = inBytes ? m_options.budgetBytes * 8 : codeBits(groups, m_options.budget);
        if (const std::int64_t least = leastBits(groups, unit); budget < least) refuseBudget(inBytes, least);
        const std::vector<std::size_t> chosen = bestWidths(groups, budget, unit);
        BitPlanRecord record;
        record.budgetKind = inBytes ? "bytes" : "bits";
        record.budget = inBytes ? static_cast<double>(m_options.budgetBytes) : m_options.budget;
        record.objective = nameOfEnum(m_options.objective);
        record.settings = m_errors.settings;
        record.inputs = m_errors.inputs;
        record.ties = m_options.ties;
        record.pins = m_options.pins;
        record.groups = m_groups;
        for (std::size_t g = 0; g < record.groups.size(); ++g) record.groups[g].bits = groups[g].alternatives[chosen[g]].bits;
        const BitCurvePoint point = pointOf(groups, chosen);
        record.averageBits = point.averageBits;
        record.bytes = point.bytes;
        record.error = point.error;
        record.effectiveBits = point.bytes * 8 / static_cast<double>(m_weights);
        record.curve = bestCurve(groups, unit);
        record.uniform = uniformPoints();
        return record;
    }

  private:
    void checkPins() const {
        for (const Pin& pin : m_pins) {
            if (std::none_of(m_errors.linears.begin(), m_errors.linears.end(),
                             [&](const LinearWidths& l) { return matchesPattern(l.name, pin.pattern); }))
                wrongPlan("--pin: '" + pin.pattern + "' fits no linear; names look like " + m_errors.linears.front().name);
        }
    }

    /// Width that the last fitting pin asks for.
    std::optional<int> pinOf(const LinearWidths& linear) const {
        for (auto pin = m_pins.rbegin(); pin != m_pins.rend(); ++pin)
            if (matchesPattern(linear.name, pin->pattern)) return pin->bits;
        return std::nullopt;
    }

    void makeGroups() {
        std::map<std::string, std::size_t> index;
        for (const LinearWidths& linear : m_errors.linears) {
            const auto [place, isNew] =
                index.try_emplace(m_options.ties ? tieOf(linear.block, linear.role, linear.name) : linear.name, m_members.size());
            if (isNew) m_members.emplace_back();
            m_members[place->second].push_back(&linear);
        }
        for (const auto& members : m_members) m_groups.push_back(groupOf(members));
    }

    BitGroupRecord groupOf(const std::vector<const LinearWidths*>& members) const {
        BitGroupRecord group;
        std::optional<int> pinned;
        std::string pinnedName;
        for (const LinearWidths* linear : members) {
            group.linears.push_back(linear->name);
            group.sensitivities.push_back(linear->sensitivity);
            const std::optional<int> own = pinOf(*linear);
            if (own && pinned && *own != *pinned)
                wrongPlan("--pin: " + pinnedName + " gets " + std::to_string(*pinned) + " bits and " + linear->name + " " +
                          std::to_string(*own) + ", which loaders want alike; pin them alike or give --no-ties");
            if (own) pinned = own, pinnedName = linear->name;
        }
        group.pinned = pinned.has_value();
        for (const int bits : pinned ? std::vector<int>{*pinned} : m_widths) group.alternatives.push_back(alternativeOf(members, bits));
        return group;
    }

    BitAlternative alternativeOf(const std::vector<const LinearWidths*>& members, int bits) const {
        BitAlternative alternative{bits, 0, 0};
        for (const LinearWidths* linear : members) {
            alternative.bytes += static_cast<double>(storedBits(m_settings.quant, linear->out, linear->in, bits)) / 8;
            alternative.error += errorOf(*linear, bits);
        }
        return alternative;
    }

    double errorOf(const LinearWidths& linear, int bits) const {
        const auto width = std::find_if(linear.widths.begin(), linear.widths.end(), [bits](const WidthError& w) { return w.bits == bits; });
        if (width == linear.widths.end())
            wrongPlan(linear.name + " was not measured at " + std::to_string(bits) + " bits; add them to --widths");
        return objectiveOf(m_options.objective, width->errors, m_weighting, linear.sensitivity);
    }

    std::vector<WidthGroup> widthGroups() const {
        std::vector<WidthGroup> groups;
        for (std::size_t g = 0; g < m_groups.size(); ++g) {
            groups.push_back({m_groups[g].linears.front(), 0, m_groups[g].alternatives});
            for (const LinearWidths* linear : m_members[g]) groups.back().weights += std::int64_t{linear->out} * linear->in;
        }
        return groups;
    }

    [[noreturn]] void refuseBudget(bool inBytes, std::int64_t least) const {
        if (inBytes)
            wrongPlan("--budget-bytes " + std::to_string(m_options.budgetBytes) + " is too small: the least possible is " +
                      std::to_string((least + 7) / 8) + " bytes");
        const double bits = std::ceil(static_cast<double>(least) / static_cast<double>(m_weights) * 1000) / 1000;
        wrongPlan("--budget is too small: with these widths and pins the least possible is " + std::to_string(bits).substr(0, 5) + " bits");
    }

    /// One width for everything, whatever is pinned.
    std::vector<BitCurvePoint> uniformPoints() const {
        std::vector<BitCurvePoint> points;
        for (const int bits : m_widths) {
            BitCurvePoint point{static_cast<double>(bits), 0, 0};
            for (const auto& members : m_members) {
                const BitAlternative all = alternativeOf(members, bits);
                point.bytes += all.bytes;
                point.error += all.error;
            }
            points.push_back(point);
        }
        return points;
    }

    const BitErrors& m_errors;
    const BitPlanOptions& m_options;
    QuantizeOptions m_settings;  ///< of the errors
    Weighting m_weighting;
    std::vector<Pin> m_pins;
    std::vector<int> m_widths;
    std::int64_t m_weights = 0;
    std::vector<std::vector<const LinearWidths*>> m_members;  ///< by group
    std::vector<BitGroupRecord> m_groups;
};

}  // namespace

std::int64_t storedBits(const QuantSettings& settings, int out, int in, int bits) {
    const auto scales = static_cast<std::int64_t>(groupCount(settings, static_cast<std::size_t>(in))) * out;
    QuantSettings own = settings;
    own.bits = bits;
    return std::int64_t{out} * in * bits +
           scales * (scaleBits(own, static_cast<std::size_t>(in)) + (schemeOf(settings) == Scheme::Asymmetric ? bits : 0));
}

int BitPlanRecord::bitsOf(const std::string& linear) const {
    for (const BitGroupRecord& group : groups)
        if (std::find(group.linears.begin(), group.linears.end(), linear) != group.linears.end()) return group.bits;
    return 0;
}

void checkBitPlanOptions(const BitPlanOptions& options) {
    if (options.budget > 0 && options.budgetBytes > 0) wrongPlan("--budget and --budget-bytes exclude each other");
    if (options.widths.empty()) wrongPlan("--widths is empty; give some of 2 to 8");
    for (const std::string& pin : options.pins) parsePin(pin);
}

bool hasSensitivities(const BitErrors& errors) {
    return std::any_of(errors.linears.begin(), errors.linears.end(), [](const LinearWidths& l) { return l.sensitivity.isMeasured(); });
}

std::vector<int> widthsToMeasure(const BitPlanOptions& options) {
    std::vector<int> widths = options.widths;
    for (const std::string& pin : options.pins) widths.push_back(parsePin(pin).bits);
    return ascending(std::move(widths));
}

BitPlanRecord makeBitPlan(const BitErrors& errors, const BitPlanOptions& options) {
    checkBitPlanOptions(options);
    if (errors.linears.empty()) throw Error("there are no errors per width to plan with");
    if (options.objective == Objective::Sensitivity && !hasSensitivities(errors)) throw Error("the sensitivities were not measured");
    return Planner(errors, options).plan();
}

std::optional<BitPlanCheck> checkBitPlan(const BitPlanRecord& plan, const std::vector<LinearRecord>& linears) {
    std::map<std::string, const LinearRecord*> byName;
    for (const LinearRecord& linear : linears) byName[linear.name] = &linear;
    if (plan.settings.empty()) return std::nullopt;
    QuantizeOptions settings;
    applyErrorSettings(plan.settings, settings);
    const Weighting weighting = weightingOf(settings);
    const Objective objective = objectiveNamed(plan.objective);
    BitPlanCheck check;
    double worst = -1;
    for (const BitGroupRecord& group : plan.groups) {
        const auto chosen = std::find_if(group.alternatives.begin(), group.alternatives.end(),
                                         [&](const BitAlternative& a) { return a.bits == group.bits; });
        if (chosen == group.alternatives.end()) return std::nullopt;
        double measured = 0;
        std::string names;
        for (std::size_t i = 0; i < group.linears.size(); ++i) {
            const std::string& name = group.linears[i];
            const auto own = byName.find(name);
            if (own == byName.end() || own->second->bits != group.bits || own->second->calibrationErrors.empty()) return std::nullopt;
            measured += objectiveOf(objective, own->second->calibrationErrors, weighting, group.sensitivities.at(i));
            names += (names.empty() ? "" : ", ") + name;
            ++check.linears;
        }
        check.predicted += chosen->error;
        check.measured += measured;
        if (std::abs(measured - chosen->error) > worst) {
            worst = std::abs(measured - chosen->error);
            check.worst = names;
            check.worstPredicted = chosen->error;
            check.worstMeasured = measured;
        }
    }
    return check;
}

}  // namespace qs
