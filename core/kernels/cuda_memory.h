// SPDX-License-Identifier: GPL-3.0-or-later
// Memory of the current CUDA device, for code that includes no CUDA header. Defined only in builds with CUDA.
#pragma once

#include <cstddef>

namespace qs {

/// Makes a device current for the calling thread. This and the following throw Error with CUDA's own message.
void useCudaDevice(int index);
void* allocateOnCuda(std::size_t bytes);
void freeOnCuda(void* memory) noexcept;
void copyToCuda(void* to, const void* from, std::size_t bytes);
void copyFromCuda(void* to, const void* from, std::size_t bytes);
/// `rows` rows of `bytes` each; those of `from` (or `to`) on the host begin `stride` bytes apart, on the device they lie side by side.
void copyRowsToCuda(void* to, const void* from, std::size_t stride, std::size_t bytes, std::size_t rows);
void copyRowsFromCuda(void* to, std::size_t stride, const void* from, std::size_t bytes, std::size_t rows);
void copyOnCuda(void* to, const void* from, std::size_t bytes);
void zeroOnCuda(void* to, std::size_t bytes);

/// An array on the device that was current when it was made.
template <class T>
class CudaArray {
  public:
    CudaArray() = default;
    explicit CudaArray(std::size_t size) : m_data(static_cast<T*>(allocateOnCuda(size * sizeof(T)))) {}
    ~CudaArray() { freeOnCuda(m_data); }
    CudaArray(const CudaArray&) = delete;
    CudaArray& operator=(const CudaArray&) = delete;

    T* data() const { return m_data; }

  private:
    T* m_data = nullptr;
};

}  // namespace qs
