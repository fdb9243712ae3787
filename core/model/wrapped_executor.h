// SPDX-License-Identifier: GPL-3.0-or-later
// The reference executor with something done around every linear: the inputs rounded as a training rounded them.
#pragma once

#include <functional>
#include <memory>

#include "model/executor.h"
#include "model/reference_forward.h"

namespace qs {

/// What a linear computes of x; `plain` is its product with the weights of the block. Called from several threads.
using LinearWrapper = std::function<at::Tensor(const LinearSpec& spec, const at::Tensor& x, const LinearFn& plain)>;

/// ATen. dtype F32 or F64. Throws Error if the device is not there.
std::unique_ptr<Executor> makeReferenceExecutor(const Model& model, Device device, DType dtype, LinearWrapper wrapper);

}  // namespace qs
