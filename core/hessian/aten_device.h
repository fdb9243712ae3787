// SPDX-License-Identifier: GPL-3.0-or-later
// Our number types, devices and sequences as ATen takes them. Private to hessian/*_aten.cpp.
#pragma once

#include <ATen/core/Tensor.h>

#include <span>

#include "base/device.h"
#include "base/number_types.h"
#include "hessian/bank.h"

namespace qs {

inline at::ScalarType scalarTypeOf(DType type) {
    return type == DType::BF16 ? at::kBFloat16 : type == DType::F32 ? at::kFloat : at::kDouble;
}

inline at::Device deviceOf(Device device) {
    return device.kind == DeviceKind::Cuda ? at::Device(at::kCUDA, static_cast<at::DeviceIndex>(device.index)) : at::Device(at::kCPU);
}

/// How many sequences of a length one matrix product takes: enough of them to keep a GPU busy, few enough for its memory.
std::size_t sequencesTogether(int length);

/// Sequences [length, dim] of `dtype` that lie on `where`, as [n, length, dim] in float32 (double for F64).
at::Tensor stacked(DType dtype, int dim, int length, std::span<const SequenceInput> sequences, at::Device where);

}  // namespace qs
