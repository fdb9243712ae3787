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
void copyRowsToCuda(void* to, const void* from, std::size_t stride, std::size_t bytes, std::size_t rows) {
    requireCuda(cudaMemcpy2D(to, bytes, from, stride, bytes, rows, cudaMemcpyHostToDevice), "copying rows to the device");
}
void copyRowsFromCuda(void* to, std::size_t stride, const void* from, std::size_t bytes, std::size_t rows) {
    requireCuda(cudaMemcpy2D(to, stride, from, bytes, bytes, rows, cudaMemcpyDeviceToHost), "computing or copying rows from the device");
}
void copyOnCuda(void* to, const void* from, std::size_t bytes) {
    requireCuda(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice), "copying on the device");
}
void zeroOnCuda(void* to, std::size_t bytes) { requireCuda(cudaMemsetAsync(to, 0, bytes), "clearing memory"); }

}  // namespace qs
