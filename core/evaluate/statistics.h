// SPDX-License-Identifier: GPL-3.0-or-later
// Means with standard errors, and paired differences of two runs on the same items.
//   standard error = sqrt(Σ (x − mean)² / (n − 1)) / sqrt(n)
#pragma once

#include <cstdint>
#include <span>

namespace qs {

struct Mean {
    double value = 0, standardError = 0;  ///< 0 for a single value
};
Mean meanOf(std::span<const double> values);
/// sqrt(Σ (x − mean)² / (n − 1)); 0 for a single value.
double deviationOf(std::span<const double> values);

/// Mean of a_i − b_i over the items of both runs, what chance would do, and how sure the difference is.
struct PairedDifference {
    double value = 0, standardError = 0;
    double low = 0, high = 0;  ///< 95 % of bootstrap means (items drawn with replacement, 10 000 times)
    double pValue = 1;         ///< two-sided: McNemar's exact test for values 0 and 1, else a normal approximation of value / standardError
    std::int64_t aOnly = 0, bOnly = 0;  ///< items that only a, only b has right (values 0 and 1)
};
/// Equal lengths, not empty. `seed` of the bootstrap.
PairedDifference pairedDifference(std::span<const double> a, std::span<const double> b, std::uint64_t seed);

/// McNemar's exact test: two-sided p of a binomial with probability ½, `first` against `second`.
double exactMcNemar(std::int64_t first, std::int64_t second);

}  // namespace qs
