// SPDX-License-Identifier: GPL-3.0-or-later
#include "quant/bit_plan.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.h"

namespace qs {
namespace {

constexpr int kBisections = 200;
constexpr double kRounding = 1e-12;  // bounds that equal the known solution up to this part are kept: sums round

/// A choice that no other of its unit beats in cost and error at once.
struct Candidate {
    std::size_t index;
    std::int64_t cost;
    double error;
};

/// Ascending cost, strictly falling error.
std::vector<Candidate> undominated(const BitUnit& unit) {
    std::vector<Candidate> all, kept;
    for (std::size_t i = 0; i < unit.choices.size(); ++i) all.push_back({i, unit.choices[i].cost, unit.choices[i].error});
    std::sort(all.begin(), all.end(),
              [](const Candidate& a, const Candidate& b) { return std::pair(a.cost, a.error) < std::pair(b.cost, b.error); });
    for (const Candidate& c : all)
        if (kept.empty() || c.error < kept.back().error) kept.push_back(c);
    return kept;
}

/// What has been chosen for the first units.
struct Partial {
    std::int64_t cost;
    double error;
    std::uint32_t parent;  ///< in the list of one unit less
    std::uint32_t choice;
};

class Solver {
  public:
    Solver(std::span<const BitUnit> units, std::int64_t budget) : m_budget(budget) {
        for (const BitUnit& unit : units) {
            m_candidates.push_back(undominated(unit));
            if (m_candidates.back().empty()) throw Error(unit.name + ": no width may be chosen", ErrorKind::Usage);
        }
    }

    BitSolution solve() {
        std::int64_t least = 0;
        for (const auto& candidates : m_candidates) least += candidates.front().cost;
        if (least > m_budget)
            throw Error("the budget of " + std::to_string(m_budget) + " bits is too small: the least possible is " + std::to_string(least),
                        ErrorKind::Usage);
        findMultiplier();
        bound();
        std::vector<std::vector<Partial>> lists{{{0, 0.0, 0, 0}}};
        for (std::size_t u = 0; u < m_candidates.size(); ++u) lists.push_back(extended(lists.back(), u));
        return traced(lists);
    }

  private:
    /// The choice of least error + λ cost; of equal ones the cheapest.
    static const Candidate& cheapest(const std::vector<Candidate>& candidates, double lambda) {
        return *std::min_element(candidates.begin(), candidates.end(), [lambda](const Candidate& a, const Candidate& b) {
            return a.error + lambda * static_cast<double>(a.cost) < b.error + lambda * static_cast<double>(b.cost);
        });
    }

    std::int64_t costAt(double lambda) const {
        std::int64_t cost = 0;
        for (const auto& candidates : m_candidates) cost += cheapest(candidates, lambda).cost;
        return cost;
    }

    /// The smallest λ (up to rounding) whose solution fits the budget; m_known becomes its error.
    void findMultiplier() {
        double low = 0, high = 0;
        for (const auto& candidates : m_candidates)
            for (std::size_t i = 1; i < candidates.size(); ++i)
                high = std::max(high, (candidates[i - 1].error - candidates[i].error) /
                                          static_cast<double>(candidates[i].cost - candidates[i - 1].cost));
        high *= 2;
        if (costAt(0) <= m_budget) high = 0;
        for (int i = 0; i < kBisections && high > low; ++i) {
            const double middle = low + (high - low) / 2;
            if (middle <= low || middle >= high) break;
            (costAt(middle) <= m_budget ? high : low) = middle;
        }
        m_lambda = high;
        std::int64_t left = m_budget;
        for (const auto& candidates : m_candidates) left -= cheapest(candidates, m_lambda).cost;
        m_known = 0;
        for (const auto& candidates : m_candidates) {  // what is left goes to whoever comes first and can use it
            const Candidate* own = &cheapest(candidates, m_lambda);
            const Candidate* better = own;
            for (const Candidate& c : candidates)
                if (c.cost - own->cost <= left && c.error < better->error) better = &c;
            left -= better->cost - own->cost;
            m_known += better->error;
        }
    }

    /// Of the units from u on: least cost, and the least of error + λ cost.
    void bound() {
        m_leastCost.assign(m_candidates.size() + 1, 0);
        m_leastSum.assign(m_candidates.size() + 1, 0);
        for (std::size_t u = m_candidates.size(); u-- > 0;) {
            const Candidate& best = cheapest(m_candidates[u], m_lambda);
            m_leastCost[u] = m_leastCost[u + 1] + m_candidates[u].front().cost;
            m_leastSum[u] = m_leastSum[u + 1] + best.error + m_lambda * static_cast<double>(best.cost);
        }
    }

    bool mayWin(std::int64_t cost, double error, std::size_t next) const {
        if (cost + m_leastCost[next] > m_budget) return false;
        const double terms = m_lambda * static_cast<double>(m_budget);
        const double atLeast = error + m_lambda * static_cast<double>(cost) + m_leastSum[next] - terms;
        return atLeast <= m_known + kRounding * (std::abs(m_known) + terms + m_leastSum[0]);
    }

    std::vector<Partial> extended(const std::vector<Partial>& list, std::size_t u) const {
        std::vector<Partial> all, kept;
        for (std::size_t p = 0; p < list.size(); ++p)
            for (const Candidate& c : m_candidates[u])
                if (mayWin(list[p].cost + c.cost, list[p].error + c.error, u + 1))
                    all.push_back({list[p].cost + c.cost, list[p].error + c.error, static_cast<std::uint32_t>(p),
                                   static_cast<std::uint32_t>(c.index)});
        std::sort(all.begin(), all.end(),
                  [](const Partial& a, const Partial& b) { return std::pair(a.cost, a.error) < std::pair(b.cost, b.error); });
        for (const Partial& partial : all)
            if (kept.empty() || partial.error < kept.back().error) kept.push_back(partial);
        return kept;
    }

    /// The last list falls in error as it rises in cost: its end is the optimum.
    BitSolution traced(const std::vector<std::vector<Partial>>& lists) const {
        BitSolution solution{std::vector<std::size_t>(m_candidates.size()), lists.back().back().cost, lists.back().back().error};
        std::size_t at = lists.back().size() - 1;
        for (std::size_t u = m_candidates.size(); u-- > 0;) {
            const Partial& partial = lists[u + 1][at];
            solution.chosen[u] = partial.choice;
            at = partial.parent;
        }
        return solution;
    }

    std::vector<std::vector<Candidate>> m_candidates;
    std::int64_t m_budget;
    double m_lambda = 0, m_known = 0;  ///< a solution with error m_known exists
    std::vector<std::int64_t> m_leastCost;
    std::vector<double> m_leastSum;
};

}  // namespace

BitSolution planBits(std::span<const BitUnit> units, std::int64_t budget) { return Solver(units, budget).solve(); }

std::vector<BitSolution> bitCurve(std::span<const BitUnit> units, std::span<const std::int64_t> budgets) {
    std::int64_t least = 0;
    for (const BitUnit& unit : units) {
        const auto cheapest = std::min_element(unit.choices.begin(), unit.choices.end(),
                                               [](const BitChoice& a, const BitChoice& b) { return a.cost < b.cost; });
        if (cheapest != unit.choices.end()) least += cheapest->cost;
    }
    std::vector<BitSolution> curve;
    for (const std::int64_t budget : budgets) {
        if (budget < least) continue;
        curve.push_back(planBits(units, budget));
    }
    std::sort(curve.begin(), curve.end(), [](const BitSolution& a, const BitSolution& b) { return a.cost < b.cost; });
    const auto end = std::unique(curve.begin(), curve.end(), [](const BitSolution& a, const BitSolution& b) { return a.cost == b.cost; });
    curve.erase(end, curve.end());
    return curve;
}

}  // namespace qs
