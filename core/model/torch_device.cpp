// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/torch_device.h"

#include <ATen/detail/CUDAHooksInterface.h>
#include <dlfcn.h>

#include <string>

#include "base/error.h"

namespace qs {
namespace {

/// Programs link the CPU half only, so that they start on machines without GPU libraries; loading the other half registers its operators.
void loadCudaLibrary() {
    static const std::string failure = [] {
        if (::dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL)) return std::string();
        const char* message = ::dlerror();
        return std::string(message ? message : "unknown cause");
    }();
    if (!failure.empty())
        throw Error("device cuda: the GPU part of libtorch cannot be loaded (" + failure +
                    "); install it with installer/setup --cuda or use --device cpu");
}

}  // namespace

c10::Device torchDevice(Device device) {
    if (device.kind == DeviceKind::Cpu) return {c10::DeviceType::CPU};
    loadCudaLibrary();
    const auto& hooks = at::detail::getCUDAHooks();
    const int count = hooks.hasCUDA() ? hooks.getNumGPUs() : 0;
    if (count == 0) throw Error("device " + textOf(device) + ": there is no usable NVIDIA GPU or driver on this machine; use --device cpu");
    if (device.index >= count)
        throw Error("device " + textOf(device) + ": this machine has " + std::to_string(count) + " GPU(s), counted from cuda:0");
    return {c10::DeviceType::CUDA, static_cast<c10::DeviceIndex>(device.index)};
}

c10::ScalarType torchType(DType type) {
    switch (type) {
        case DType::F64: return c10::ScalarType::Double;
        case DType::F32: return c10::ScalarType::Float;
        case DType::BF16: return c10::ScalarType::BFloat16;
        default: throw Error(std::string("activations of type ") + nameOf(type) + " are not supported; use F64, F32 or BF16");
    }
}

}  // namespace qs
