// SPDX-License-Identifier: GPL-3.0-or-later
// The measure for the fast executor in bfloat16: a whole forward pass of ATen operators on bfloat16 tensors, as a framework runs it (norms
// and softmax in float32, everything rounded after every operator).
#pragma once

#include <cstdint>
#include <span>

#include "base/array.h"
#include "model/model.h"

namespace qs::testing {

struct PlainOutput {
    Matrix<float> finalNorm, logits;
};

PlainOutput runPlainBFloat16(const Model& model, std::span<const std::int32_t> ids);

}  // namespace qs::testing
