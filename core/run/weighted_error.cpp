// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/weighted_error.h"

namespace qs {

WeightedError weightedError(std::span<const LengthError> errors, const Weighting& weighting) {
    std::vector<LengthCount> counts;
    for (const LengthError& e : errors) counts.push_back({e.length, e.sequences});
    const std::vector<double> factors = weighting.factors(counts);
    WeightedError sum;
    for (std::size_t i = 0; i < errors.size(); ++i) {
        const LengthError& e = errors[i];
        sum.loss += factors[i] * (e.errorWithoutFirst + weighting.firstTokenWeight * (e.error - e.errorWithoutFirst));
        sum.energy += factors[i] * (e.energyWithoutFirst + weighting.firstTokenWeight * (e.energy - e.energyWithoutFirst));
    }
    return sum;
}

}  // namespace qs
