// SPDX-License-Identifier: GPL-3.0-or-later
// Which CUDA devices this build can use on this machine.
#pragma once

#include <string>

#include "base/device.h"
#include "base/job.h"

namespace qs {

/// Whether the CUDA kernels are compiled in.
bool builtWithCuda();
/// CUDA devices that can be used: 0 without a driver, without a device, or in a build without CUDA.
int cudaDeviceCount();
inline bool cudaAvailable() { return cudaDeviceCount() > 0; }

/// `wanted` if it is the CPU or a CUDA device that can be used; otherwise the CPU, after an event "device-fallback" that says why.
Device usableDevice(Device wanted, const std::string& subject, JobContext& context);

}  // namespace qs
