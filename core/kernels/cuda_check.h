// SPDX-License-Identifier: GPL-3.0-or-later
// For .cu files only.
#pragma once

#include <cuda_runtime.h>

#include <string>

#include "base/error.h"

namespace qs {

inline void requireCuda(cudaError_t status, const char* doing) {
    if (status != cudaSuccess)
        throw Error(std::string("CUDA failed while ") + doing + ": " + cudaGetErrorString(status) +
                    "; run with --device cpu if this stays so");
}

/// After every kernel launch.
inline void requireLaunched(const char* kernel) { requireCuda(cudaGetLastError(), kernel); }

inline unsigned blocksFor(std::size_t items, unsigned perBlock) { return static_cast<unsigned>((items + perBlock - 1) / perBlock); }

}  // namespace qs
