// SPDX-License-Identifier: GPL-3.0-or-later
// The sums of one call of HessianBank::add, computed with ATen on any device.
#pragma once

#include <array>
#include <functional>
#include <span>
#include <vector>

#include "base/array.h"
#include "base/device.h"
#include "base/number_types.h"
#include "hessian/bank.h"

namespace qs {

struct DeviceSums {
    Matrix<float> firstTokens;  ///< [sequences, in]
    std::vector<double> firstTokenDiagonal;
    std::array<std::vector<double>, 2> halfDiagonal;  ///< all tokens
};

/// Sums over sequences [length, dim] of `dtype` that lie on `device`; the sum over all tokens but the first of each is added to
/// `rest` [dim, dim] in host memory, float32 (double for F64). `tick` is called after some sequences.
DeviceSums sumOnDevice(Device device, DType dtype, int dim, int length, std::span<const SequenceInput> sequences, void* rest,
                       const std::function<void()>& tick = {});

/// Σ |x| per channel over sequences [length, dim] of `dtype` that lie on `device`: over all tokens, and over the first of each [dim].
struct MagnitudeSums {
    std::vector<double> all, first;
};
MagnitudeSums magnitudesOnDevice(Device device, DType dtype, int dim, int length, std::span<const SequenceInput> sequences,
                                 const std::function<void()>& tick = {});

}  // namespace qs
