// SPDX-License-Identifier: GPL-3.0-or-later
#include <cuda_runtime.h>

#include "kernels/cuda_check.h"
#include "kernels/cuda_memory.h"

namespace qs {

void useCudaDevice(int index) { requireCuda(cudaSetDevice(index), "choosing the device"); }

void* allocateOnCuda(std::size_t bytes) {
    void* memory = nullptr;
    requireCuda(cudaMalloc(&memory, bytes), "allocating memory");
    return memory;
}

void freeOnCuda(void* memory) noexcept { cudaFree(memory); }

void copyToCuda(void* to, const void* from, std::size_t bytes) {
    requireCuda(cudaMemcpy(to, from, bytes, cudaMemcpyHostToDevice), "copying to the device");
}
void copyFromCuda(void* to, const void* from, std::size_t bytes) {
    requireCuda(cudaMemcpy(to, from, bytes, cudaMemcpyDeviceToHost), "computing or copying from the device");
}
void copyOnCuda(void* to, const void* from, std::size_t bytes) {
    requireCuda(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice), "copying on the device");
}
void zeroOnCuda(void* to, std::size_t bytes) { requireCuda(cudaMemsetAsync(to, 0, bytes), "clearing memory"); }

}  // namespace qs
