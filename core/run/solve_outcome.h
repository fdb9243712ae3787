// SPDX-License-Identifier: GPL-3.0-or-later
// From results to the named tensors that `solve` returns.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/array.h"
#include "quant/quantizer.h"
#include "run/solve_problem.h"

namespace qs {

template <class T>
NamedTensor tensorOf(const Matrix<T>& m, const char* dtype = "F64") {
    return {{static_cast<std::int64_t>(m.rows()), static_cast<std::int64_t>(m.cols())}, {m.values().begin(), m.values().end()}, dtype};
}

inline NamedTensor tensorOf(const std::vector<double>& v) { return {{static_cast<std::int64_t>(v.size())}, v, "F64"}; }
inline NamedTensor tensorOf(const std::vector<std::int32_t>& v) {
    return {{static_cast<std::int64_t>(v.size())}, {v.begin(), v.end()}, "I32"};
}

/// loss, loss_inner, damp, dead of a column loop.
nlohmann::json columnValues(const SolveReport& report);

/// codes, scales, zeros, `dequantized`, g_idx where it is not column / group, perm under act-order. With `production`, `dequantized` is
/// what a job would go on with; otherwise scales need not fit into float32, and ŵ is rounded once at the end.
SolveOutcome outcomeOf(const QuantizedLinear& q, bool production);

}  // namespace qs
