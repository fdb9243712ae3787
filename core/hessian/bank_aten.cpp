// SPDX-License-Identifier: GPL-3.0-or-later
// HessianBank::add for inputs that lie on a GPU: the same sums by ATen, one matrix product for some sequences, in float32 (double for F64)
// on the device, added to the host's sums once a call. bfloat16 inputs are widened first: the products are then exact, as on the CPU. Works
// for CPU tensors too, where tests use it as the reference of the hand-written kernels.
#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <c10/core/DeviceGuard.h>

#include <algorithm>
#include <vector>

#include "hessian/aten_device.h"
#include "hessian/bank.h"
#include "hessian/bank_device.h"

namespace qs {
namespace {

constexpr std::int64_t kTokensTogether = 16384;

at::Tensor hostCopy(const at::Tensor& x, at::ScalarType type) { return x.to(at::kCPU, type).contiguous(); }

}  // namespace

at::Tensor stacked(DType dtype, int dim, int length, std::span<const SequenceInput> sequences, at::Device where) {
    std::vector<at::Tensor> each;
    for (const SequenceInput& sequence : sequences)  // from_blob only reads through this pointer; its interface has no const form
        each.push_back(
            at::from_blob(const_cast<void*>(sequence.x), {length, dim}, at::TensorOptions().device(where).dtype(scalarTypeOf(dtype))));
    return at::stack(each).to(dtype == DType::F64 ? at::kDouble : at::kFloat);
}

std::size_t sequencesTogether(int length) { return static_cast<std::size_t>(std::max<std::int64_t>(1, kTokensTogether / length)); }

DeviceSums sumOnDevice(Device device, DType dtype, int dim, int length, std::span<const SequenceInput> sequences, void* rest,
                       const std::function<void()>& tick) {
    const at::Device where = deviceOf(device);
    const c10::DeviceGuard guard(where);
    const at::ScalarType type = dtype == DType::F64 ? at::kDouble : at::kFloat;
    const auto options = at::TensorOptions().device(where);
    at::Tensor sum = at::zeros({dim, dim}, options.dtype(type));
    at::Tensor halves = at::zeros({2, dim}, options.dtype(at::kDouble));
    at::Tensor first = at::empty({static_cast<std::int64_t>(sequences.size()), dim}, options.dtype(type));
    for (std::size_t s = 0; s < sequences.size();) {
        const auto together = sequences.subspan(s, std::min(sequencesTogether(length), sequences.size() - s));
        const auto count = static_cast<std::int64_t>(together.size());
        const at::Tensor x = stacked(dtype, dim, length, together, where), after = x.slice(1, 1).reshape({-1, dim});
        sum.add_(after.t().matmul(after));
        std::vector<double> inHalf(2 * together.size());
        for (std::size_t i = 0; i < together.size(); ++i) inHalf[(together[i].secondHalf ? together.size() : 0) + i] = 1;
        const at::Tensor chosen = at::tensor(at::ArrayRef<double>(inHalf), at::TensorOptions().dtype(at::kDouble)).reshape({2, count});
        halves.add_(chosen.to(where).matmul(x.to(at::kDouble).square().sum(1)));
        first.narrow(0, static_cast<std::int64_t>(s), count).copy_(x.select(1, 0));
        s += together.size();
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

MagnitudeSums magnitudesOnDevice(Device device, DType dtype, int dim, int length, std::span<const SequenceInput> sequences,
                                 const std::function<void()>& tick) {
    const at::Device where = deviceOf(device);
    const c10::DeviceGuard guard(where);
    at::Tensor sums = at::zeros({2, dim}, at::TensorOptions().device(where).dtype(at::kDouble));
    for (std::size_t s = 0; s < sequences.size();) {
        const auto together = sequences.subspan(s, std::min(sequencesTogether(length), sequences.size() - s));
        const at::Tensor x = stacked(dtype, dim, length, together, where).abs().to(at::kDouble);
        sums.select(0, 0).add_(x.sum(at::IntArrayRef({0, 1})));
        sums.select(0, 1).add_(x.select(1, 0).sum(0));
        s += together.size();
        if (tick) tick();
    }
    const at::Tensor host = hostCopy(sums, at::kDouble);
    const double* values = host.const_data_ptr<double>();
    return {{values, values + dim}, {values + dim, values + 2 * static_cast<std::ptrdiff_t>(dim)}};
}

}  // namespace qs
