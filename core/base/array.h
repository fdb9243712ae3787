// SPDX-License-Identifier: GPL-3.0-or-later
// Row-major matrices: an owning one and a view. Nothing else: arithmetic lives in core/kernels.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <type_traits>
#include <vector>

namespace qs {

/// 64-byte aligned memory; from 32 MiB on in huge pages where the system allows it, since faulting in small pages can cost more than
/// many a kernel that runs on them. Throws std::bad_alloc.
void* allocateAligned(std::size_t bytes);
void freeAligned(void* memory, std::size_t bytes);

/// Allocator with 64-byte alignment (one cache line, one AVX-512 register).
template <class T>
struct AlignedAllocator {
    using value_type = T;
    AlignedAllocator() = default;
    template <class U>
    explicit AlignedAllocator(const AlignedAllocator<U>&) {}
    T* allocate(std::size_t n) { return static_cast<T*>(allocateAligned(n * sizeof(T))); }
    void deallocate(T* p, std::size_t n) { freeAligned(p, n * sizeof(T)); }
    bool operator==(const AlignedAllocator&) const { return true; }
};

template <class T>
using AlignedVector = std::vector<T, AlignedAllocator<T>>;

/// Non-owning row-major view [rows, cols] with a row stride in elements. T may be const.
template <class T>
struct MatrixView {
    T* data = nullptr;
    std::size_t rows = 0;
    std::size_t cols = 0;
    std::size_t stride = 0;

    T* row(std::size_t i) const { return data + i * stride; }
    T& operator()(std::size_t i, std::size_t j) const { return data[i * stride + j]; }
    bool empty() const { return rows == 0 || cols == 0; }
    operator MatrixView<const T>() const requires(!std::is_const_v<T>) { return {data, rows, cols, stride}; }
};

/// Owning row-major matrix [rows, cols], contiguous, 64-byte aligned, zero-initialised.
template <class T>
class Matrix {
  public:
    Matrix() = default;
    Matrix(std::size_t rows, std::size_t cols) : m_rows(rows), m_cols(cols), m_values(rows * cols) {}

    std::size_t rows() const { return m_rows; }
    std::size_t cols() const { return m_cols; }
    std::size_t size() const { return m_values.size(); }
    bool empty() const { return m_values.empty(); }
    T* data() { return m_values.data(); }
    const T* data() const { return m_values.data(); }
    T* row(std::size_t i) { return data() + i * m_cols; }
    const T* row(std::size_t i) const { return data() + i * m_cols; }
    T& operator()(std::size_t i, std::size_t j) { return m_values[i * m_cols + j]; }
    const T& operator()(std::size_t i, std::size_t j) const { return m_values[i * m_cols + j]; }
    std::span<T> values() { return {m_values.data(), m_values.size()}; }
    std::span<const T> values() const { return {m_values.data(), m_values.size()}; }
    MatrixView<T> view() { return {data(), m_rows, m_cols, m_cols}; }
    MatrixView<const T> view() const { return {data(), m_rows, m_cols, m_cols}; }
    bool operator==(const Matrix&) const = default;

  private:
    std::size_t m_rows = 0;
    std::size_t m_cols = 0;
    AlignedVector<T> m_values;
};

}  // namespace qs
