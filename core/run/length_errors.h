// SPDX-License-Identifier: GPL-3.0-or-later
// Errors per length from the bank's terms to those of the run file.
#pragma once

#include <vector>

#include "hessian/errors.h"
#include "run/run_data.h"

namespace qs {

inline std::vector<LengthError> lengthErrorsOf(const std::vector<BucketError>& errors) {
    std::vector<LengthError> records;
    for (const BucketError& e : errors)
        records.push_back({e.length, e.sequences, e.error, e.energy, e.errorWithoutFirst, e.energyWithoutFirst});
    return records;
}

}  // namespace qs
