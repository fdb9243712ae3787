// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/cuda_device.h"

#ifdef QS_CUDA
#include <cuda_runtime_api.h>
#endif

namespace qs {

bool builtWithCuda() {
#ifdef QS_CUDA
    return true;
#else
    return false;
#endif
}

int cudaDeviceCount() {
#ifdef QS_CUDA
    int count = 0;
    if (cudaGetDeviceCount(&count) == cudaSuccess) return count;
    cudaGetLastError();  // clears the error, so that it does not surface in a later call
#endif
    return 0;
}

Device usableDevice(Device wanted, const std::string& subject, JobContext& context) {
    if (wanted.kind == DeviceKind::Cpu) return wanted;
    const int count = cudaDeviceCount();
    if (wanted.index < count) return wanted;
    const std::string why = !builtWithCuda() ? "this build has no CUDA kernels (configure with -DQS_CUDA=ON)"
                            : count == 0     ? "there is no usable CUDA device or driver here"
                                             : "this machine has " + std::to_string(count) + " CUDA device" + (count > 1 ? "s" : "");
    context.event({Severity::Warning, "device-fallback", subject, textOf(wanted) + " was asked for, but " + why + "; solved on the CPU"});
    return {};
}

}  // namespace qs
