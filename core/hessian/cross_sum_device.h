// SPDX-License-Identifier: GPL-3.0-or-later
// The sums of one length of the cross term, and how they are computed with ATen on any device.
#pragma once

#include <functional>
#include <span>

#include "base/array.h"
#include "base/device.h"
#include "base/number_types.h"
#include "hessian/bank.h"

namespace qs {

struct CrossParts {
    Matrix<float> rest;                           ///< Σ (x̃ − x) xᵀ over all tokens but the first of each sequence [in, in]
    Matrix<float> firstDifferences, firstTokens;  ///< x̃ − x and x of the first tokens [n, in]
};

/// What the differences are multiplied by: x, or themselves; then `rest` is Σ (x̃ − x) (x̃ − x)ᵀ.
enum class CrossWith { Input, Difference };

/// From sequences [length, dim] of `dtype` that lie on `device`: one matrix product for some sequences in float32 (double for F64), the
/// difference taken first. `tick` is called after each of them.
CrossParts crossOnDevice(Device device, DType dtype, int dim, int length, std::span<const SequenceInput> untouched,
                         std::span<const SequenceInput> quantized, CrossWith with, const std::function<void()>& tick = {});

}  // namespace qs
