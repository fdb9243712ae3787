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

/// ŵ of scales that float32 need not hold, rounded once at the end.
Matrix<float> dequantizeInDouble(const QuantizedLinear& q);

/// loss, loss_inner, damp, dead of a column loop.
nlohmann::json columnValues(const SolveReport& report);

/// codes, scales, zeros, `dequantized`, g_idx where it is not column / group, perm under act-order.
SolveOutcome outcomeOf(const QuantizedLinear& q, const Matrix<float>& dequantized);

}  // namespace qs
