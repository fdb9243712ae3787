// SPDX-License-Identifier: GPL-3.0-or-later
// A damped, permuted, factored Hessian: H + λ I = R Rᵀ with R [in, in] upper triangular.
#pragma once

#include <cstdint>
#include <vector>

#include "base/array.h"

namespace qs {

/// Made by factorize() once per input tag, shared by the linears that see this input. Indices are solve positions unless said.
struct HessianFactor {
    Matrix<float> unitLower;                ///< [in, in] row j, column i < j: R_ij / R_jj; the rest is meaningless
    std::vector<float> diagonal;            ///< [in] R_jj
    std::vector<std::int32_t> order;        ///< [in] natural column of each solve position; empty = natural order
    std::vector<std::int32_t> position;     ///< [in] solve position of each natural column; empty = natural order
    std::vector<std::int32_t> deadColumns;  ///< natural columns with H_dd = 0, ascending
    double damping = 0;                     ///< λ, the value added to the diagonal

    std::size_t size() const { return diagonal.size(); }
};

}  // namespace qs
