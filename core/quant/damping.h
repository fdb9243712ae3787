// SPDX-License-Identifier: GPL-3.0-or-later
// What every factorisation of a Hessian does first, in any precision:
//   dead = {d: H_dd = 0};  m = mean of the live diagonal;  λ = damping · m, raised tenfold up to maxDamping · m while factoring fails
//   act-order: columns in descending order of the undamped diagonal, stable, so that dead ones come last
// Differs from Frantar et al. (arXiv 2210.17323), whose mean includes dead columns set to 1.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/array.h"
#include "base/job.h"
#include "quant/settings.h"

namespace qs {

struct HessianColumns {
    double liveMean = 1;                    ///< 1 if every column is dead
    std::vector<std::int32_t> deadColumns;  ///< natural, ascending
    std::vector<std::int32_t> order;        ///< [in] natural column of each solve position; empty = natural order
};

/// From the diagonal of H. Records the event "dead-columns".
HessianColumns examineColumns(const std::vector<double>& diagonal, const QuantSettings& settings, const std::string& subject,
                              JobContext& context);

/// Calls attempt(λ) with rising λ until it returns 0; otherwise it returns the 1-based natural column at which the factorisation failed.
/// Every retry is an event "damping-retry". Returns the λ used, or a negative number after the event "factorization-failed" if
/// settings.onFailure is Rtn; throws Error(Stopped) with the remedy if it is Stop.
double factorWithRetries(const HessianColumns& columns, const QuantSettings& settings, const std::string& subject, JobContext& context,
                         const std::function<int(double lambda)>& attempt);

}  // namespace qs
