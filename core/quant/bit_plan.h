// SPDX-License-Identifier: GPL-3.0-or-later
// Which width every linear gets under a budget: the multiple-choice knapsack
//
//   minimise Σ_u error_u(b_u)   subject to   Σ_u cost_u(b_u) ≤ budget        one choice b_u per unit u
//
// A unit is what must have one width: a linear, or linears that loaders fuse (q, k, v; gate, up). Costs are whole bits of storage.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace qs {

/// One width of a unit.
struct BitChoice {
    int bits = 0;
    std::int64_t cost = 0;  ///< ≥ 0
    double error = 0;       ///< ≥ 0; units of the objective
};

struct BitUnit {
    std::string name;
    std::vector<BitChoice> choices;
};

struct BitSolution {
    std::vector<std::size_t> chosen;  ///< of every unit: index into its choices
    std::int64_t cost = 0;
    double error = 0;
};

/// The exact optimum (not a greedy one). Of equal errors the cheaper. Throws Error(Usage) naming the least cost if the budget is below it.
/// Partial solutions are built unit by unit; one is dropped where another is as cheap and as good, or where even the Lagrangian bound of
/// what remains, Σ min_b (error + λ cost) − λ budget, cannot beat a solution already known. Source: Nemhauser and Ullmann 1969 for the
/// lists, Fisher 1981 for the bound.
BitSolution planBits(std::span<const BitUnit> units, std::int64_t budget);

/// The distinct optima at these budgets, ascending by cost; budgets that nothing fits are left out.
std::vector<BitSolution> bitCurve(std::span<const BitUnit> units, std::span<const std::int64_t> budgets);

}  // namespace qs
