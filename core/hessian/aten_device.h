// SPDX-License-Identifier: GPL-3.0-or-later
// Our number types and devices as ATen names them. Private to hessian/*_aten.cpp.
#pragma once

#include <ATen/core/Tensor.h>

#include "base/device.h"
#include "base/number_types.h"

namespace qs {

inline at::ScalarType scalarTypeOf(DType type) {
    return type == DType::BF16 ? at::kBFloat16 : type == DType::F32 ? at::kFloat : at::kDouble;
}

inline at::Device deviceOf(Device device) {
    return device.kind == DeviceKind::Cuda ? at::Device(at::kCUDA, static_cast<at::DeviceIndex>(device.index)) : at::Device(at::kCPU);
}

}  // namespace qs
