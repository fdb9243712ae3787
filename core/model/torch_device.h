// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>

#include "base/device.h"
#include "base/number_types.h"

namespace qs {

/// The device for ATen. For CUDA the GPU half of libtorch is loaded first. Throws Error saying what is missing: the library, a GPU, this
/// index.
c10::Device torchDevice(Device device);

/// F64, F32 or BF16. Throws Error for other types.
c10::ScalarType torchType(DType type);

}  // namespace qs
