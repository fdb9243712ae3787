// SPDX-License-Identifier: GPL-3.0-or-later
// HessianBank::add for inputs that lie on a GPU: the same sums by ATen, one matrix product a sequence, in float32 (double for F64) on the
// device, added to the host's sums once a call. bfloat16 inputs are widened first: the products are then exact, as on the CPU.
// Works for CPU tensors too, where tests use it as the reference of the hand-written kernels.
#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/zeros.h>
#include <c10/core/DeviceGuard.h>

#include "hessian/aten_device.h"
#include "hessian/bank.h"
#include "hessian/bank_device.h"

namespace qs {
namespace {

at::Tensor hostCopy(const at::Tensor& x, at::ScalarType type) { return x.to(at::kCPU, type).contiguous(); }

}  // namespace

DeviceSums sumOnDevice(Device device, DType dtype, int dim, int length, std::span<const SequenceInput> sequences, void* rest,
                       const std::function<void()>& tick) {
    const at::Device where = deviceOf(device);
    const c10::DeviceGuard guard(where);
    const at::ScalarType type = dtype == DType::F64 ? at::kDouble : at::kFloat;
    const auto options = at::TensorOptions().device(where);
    at::Tensor sum = at::zeros({dim, dim}, options.dtype(type));
    at::Tensor halves = at::zeros({2, dim}, options.dtype(at::kDouble));
    at::Tensor first = at::empty({static_cast<std::int64_t>(sequences.size()), dim}, options.dtype(type));
    for (std::size_t s = 0; s < sequences.size(); ++s) {
        // from_blob only reads through this pointer here; its interface has no const form.
        const at::Tensor stored = at::from_blob(const_cast<void*>(sequences[s].x), {length, dim}, options.dtype(scalarTypeOf(dtype)));
        const at::Tensor x = stored.to(type);
        const at::Tensor after = x.slice(0, 1);
        sum.add_(after.t().matmul(after));
        halves.select(0, sequences[s].secondHalf ? 1 : 0).add_(x.to(at::kDouble).square().sum(0));
        first.select(0, static_cast<std::int64_t>(s)).copy_(x.select(0, 0));
        if (tick) tick();
    }
    at::from_blob(rest, {dim, dim}, at::TensorOptions().dtype(type)).add_(sum.to(at::kCPU));
    const at::Tensor squares = hostCopy(first.to(at::kDouble).square().sum(0), at::kDouble);
    const at::Tensor halvesHost = hostCopy(halves, at::kDouble), firstHost = hostCopy(first, at::kFloat);
    DeviceSums sums;
    const auto d = static_cast<std::size_t>(dim);
    sums.firstTokenDiagonal.assign(squares.const_data_ptr<double>(), squares.const_data_ptr<double>() + d);
    for (std::size_t half = 0; half < 2; ++half)
        sums.halfDiagonal[half].assign(halvesHost.const_data_ptr<double>() + half * d,
                                       halvesHost.const_data_ptr<double>() + (half + 1) * d);
    sums.firstTokens = Matrix<float>(sequences.size(), d);
    std::copy_n(firstHost.const_data_ptr<float>(), sequences.size() * d, sums.firstTokens.data());
    return sums;
}

}  // namespace qs
