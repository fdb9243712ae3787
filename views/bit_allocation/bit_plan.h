// SPDX-License-Identifier: GPL-3.0-or-later
// Which width each linear gets, what that weighs and what error it should give. Linears that loaders fuse share one width, unless the run
// was planned without ties.
//   error of a linear at b bits   measured where a plan recorded it, else e(b₀) · 4^(b₀ − b): a bit halves the grid step
//   error of a plan               mean over linears of the relative output error; where the widths of the run were chosen for another
//                                 objective (run/bit_plan.h), the sum that it minimised, by its own measurements
//   best widths, curve            exact under these errors (run/best_widths.h)
#pragma once

#include <map>
#include <string>
#include <vector>

#include "run/run_file.h"

namespace qs {

struct PlannedLinear {
    std::string name, role, tie;              ///< linears of one tie have one width
    int block = 0, bits = 0;                  ///< as solved
    double weights = 0;                       ///< out · in
    double overhead = 0;                      ///< bytes of scales
    double error = 0;                         ///< at `bits`: relative output error, mean over lengths; or its part of the objective
    std::map<int, double> alternatives = {};  ///< measured error at other widths, if recorded
    double zeroPoints = 0;                    ///< stored with as many bits as a code
    bool pinned = false;                      ///< the run was told its width: plans leave it alone
    double errorAt(int width) const;
    double bytesAt(int width) const { return (weights + zeroPoints) * width / 8 + overhead; }
};

struct BitPlan {
    std::vector<PlannedLinear> linears;
    std::vector<int> widths;                     ///< of every linear
    bool solved = true;                          ///< false: every width was tried, none is solved; `bits` is the widest
    std::vector<int> choices{2, 3, 4, 5, 6, 8};  ///< widths that a linear may get, ascending; those that the run tried, if it did
    std::string objective = {};                  ///< of the run's own plan, if its errors are a sum: "sensitivity" or "absolute"

    bool ofWeights = false;  ///< errors are those of the weights: the run has none of outputs

    double averageBits() const;  ///< of the codes, by weights
    double bytes() const;
    double error() const;
    double scaled(double sumOfErrors) const;  ///< a sum over linears in the units of error()
    bool asSolved() const;                    ///< nothing but what was measured
};

/// The linears of a run with the widths they were solved at.
BitPlan planOf(const RunFile& run);
/// The same linears, all at one width.
BitPlan uniformPlan(const BitPlan& plan, int width);
/// Best widths under a budget of average bits; the least possible if nothing fits it.
BitPlan planFor(const BitPlan& plan, double averageBits);
/// Points of the curve of best plans: (average bits, error).
std::vector<std::pair<double, double>> paretoCurve(const BitPlan& plan);
/// Moves a linear and those tied to it by steps along the choices.
void moveWidth(BitPlan& plan, std::size_t linear, int steps);

}  // namespace qs
