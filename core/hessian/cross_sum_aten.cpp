// SPDX-License-Identifier: GPL-3.0-or-later
// CrossSum::add for inputs that lie on a GPU; works for CPU tensors too, where tests use it as the reference of the kernels.
#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>
#include <c10/core/DeviceGuard.h>

#include <algorithm>

#include "hessian/aten_device.h"
#include "hessian/cross_sum_device.h"

namespace qs {

CrossParts crossOnDevice(Device device, DType dtype, int dim, int length, std::span<const SequenceInput> untouched,
                         std::span<const SequenceInput> quantized, CrossWith with, const std::function<void()>& tick) {
    const at::Device where = deviceOf(device);
    const c10::DeviceGuard guard(where);
    const at::ScalarType type = dtype == DType::F64 ? at::kDouble : at::kFloat;
    const auto options = at::TensorOptions().device(where);
    const auto count = static_cast<std::int64_t>(quantized.size());
    at::Tensor sum = at::zeros({dim, dim}, options.dtype(type));
    at::Tensor differences = at::empty({count, dim}, options.dtype(type)), first = at::empty({count, dim}, options.dtype(type));
    for (std::int64_t s = 0; s < count;) {
        const auto together = std::min(static_cast<std::int64_t>(sequencesTogether(length)), count - s);
        const auto read = [&](std::span<const SequenceInput> inputs) {
            return stacked(dtype, dim, length, inputs.subspan(static_cast<std::size_t>(s), static_cast<std::size_t>(together)), where);
        };
        const at::Tensor x = read(quantized), difference = read(untouched).sub(x);
        const at::Tensor& factor = with == CrossWith::Input ? x : difference;
        sum.add_(difference.slice(1, 1).reshape({-1, dim}).t().matmul(factor.slice(1, 1).reshape({-1, dim})));
        differences.narrow(0, s, together).copy_(difference.select(1, 0));
        first.narrow(0, s, together).copy_(x.select(1, 0));
        s += together;
        if (tick) tick();
    }
    const auto toHost = [](const at::Tensor& tensor) {
        const at::Tensor host = tensor.to(at::kCPU, at::kFloat).contiguous();
        Matrix<float> matrix(static_cast<std::size_t>(host.size(0)), static_cast<std::size_t>(host.size(1)));
        std::copy_n(host.const_data_ptr<float>(), matrix.size(), matrix.data());
        return matrix;
    };
    return {toHost(sum), toHost(differences), toHost(first)};
}

}  // namespace qs
