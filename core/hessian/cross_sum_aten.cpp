// SPDX-License-Identifier: GPL-3.0-or-later
// CrossSum::add for inputs that lie on a GPU; works for CPU tensors too, where tests use it as the reference of the kernels.
#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/zeros.h>
#include <c10/core/DeviceGuard.h>

#include "hessian/aten_device.h"
#include "hessian/cross_sum_device.h"

namespace qs {

CrossParts crossOnDevice(Device device, DType dtype, int dim, int length, std::span<const SequenceInput> untouched,
                         std::span<const SequenceInput> quantized, const std::function<void()>& tick) {
    const at::Device where = deviceOf(device);
    const c10::DeviceGuard guard(where);
    const at::ScalarType type = dtype == DType::F64 ? at::kDouble : at::kFloat;
    const auto options = at::TensorOptions().device(where);
    const auto count = static_cast<std::int64_t>(quantized.size());
    at::Tensor sum = at::zeros({dim, dim}, options.dtype(type));
    at::Tensor differences = at::empty({count, dim}, options.dtype(type)), first = at::empty({count, dim}, options.dtype(type));
    for (std::int64_t s = 0; s < count; ++s) {
        const auto read = [&](const SequenceInput& input) {
            // from_blob only reads through this pointer here; its interface has no const form.
            return at::from_blob(const_cast<void*>(input.x), {length, dim}, options.dtype(scalarTypeOf(dtype))).to(type);
        };
        const at::Tensor x = read(quantized[static_cast<std::size_t>(s)]);
        const at::Tensor difference = read(untouched[static_cast<std::size_t>(s)]).sub(x);
        sum.add_(difference.slice(0, 1).t().matmul(x.slice(0, 1)));
        differences.select(0, s).copy_(difference.select(0, 0));
        first.select(0, s).copy_(x.select(0, 0));
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
