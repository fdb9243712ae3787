// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/blas.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <vector>

#include "base/array.h"
#include "kernels/convert.h"
#include "kernels/isa.h"

extern "C" {
void sgemm_(const char*, const char*, const int*, const int*, const int*, const float*, const float*, const int*, const float*, const int*,
            const float*, float*, const int*);
void dgemm_(const char*, const char*, const int*, const int*, const int*, const double*, const double*, const int*, const double*,
            const int*, const double*, double*, const int*);
void strsm_(const char*, const char*, const char*, const char*, const int*, const int*, const float*, const float*, const int*, float*,
            const int*);
void dtrsm_(const char*, const char*, const char*, const char*, const int*, const int*, const double*, const double*, const int*, double*,
            const int*);
void spotrf_(const char*, const int*, float*, const int*, int*);
void dpotrf_(const char*, const int*, double*, const int*, int*);
void ssyevd_(const char*, const char*, const int*, float*, const int*, float*, float*, const int*, int*, const int*, int*);
void dsyevd_(const char*, const char*, const int*, double*, const int*, double*, double*, const int*, int*, const int*, int*);
// MKL's own C interface: bfloat16 operands, float32 result.
void cblas_gemm_bf16bf16f32(int layout, int transa, int transb, int m, int n, int k, float alpha, const void* a, int lda, const void* b,
                            int ldb, float beta, float* c, int ldc);
int MKL_Set_Num_Threads_Local(int);  // the lower-case name is the Fortran one: it takes a pointer

/// Asked by MKL before it takes its AVX-512 path (see blas.h). Must not say yes on a processor without AVX-512.
__attribute__((visibility("default"))) int mkl_serv_intel_cpu_true();
int mkl_serv_intel_cpu_true() {
#if defined(__x86_64__)
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512dq");
#else
    return 0;
#endif
}
}

namespace qs {
namespace {

int asInt(std::size_t n) { return static_cast<int>(n); }
const char* letter(Transpose t) { return t == Transpose::Yes ? "T" : "N"; }

/// A row-major product is the column-major product of the swapped operands.
template <class T, class Fortran>
void gemmWith(Fortran f, Transpose a, Transpose b, std::size_t m, std::size_t n, std::size_t k, T alpha, const T* A, std::size_t lda,
              const T* B, std::size_t ldb, T beta, T* C, std::size_t ldc) {
    if (m == 0 || n == 0) return;
    const int mm = asInt(m), nn = asInt(n), kk = asInt(k), la = asInt(lda), lb = asInt(ldb), lc = asInt(ldc);
    f(letter(b), letter(a), &nn, &mm, &kk, &alpha, B, &lb, A, &la, &beta, C, &lc);
}

template <class T, class Fortran>
int choleskyWith(Fortran f, const char* triangle, std::size_t n, T* A, std::size_t lda) {
    const int nn = asInt(n), la = asInt(lda);
    int info = 0;
    f(triangle, &nn, A, &la, &info);
    return info;
}

template <class T, class Fortran>
void solveWith(Fortran f, Side side, Triangle triangle, Transpose transpose, Diagonal diagonal, std::size_t m, std::size_t n, const T* A,
               std::size_t lda, T* B, std::size_t ldb) {
    if (m == 0 || n == 0) return;
    const int mm = asInt(m), nn = asInt(n), la = asInt(lda), lb = asInt(ldb);
    const T one = 1;
    f(side == Side::Left ? "R" : "L", triangle == Triangle::Lower ? "U" : "L", letter(transpose), diagonal == Diagonal::Unit ? "U" : "N",
      &nn, &mm, &one, A, &la, B, &lb);
}

template <class T, class Fortran>
bool eigenvaluesWith(Fortran f, std::size_t n, T* A, T* w) {
    if (n == 0) return true;
    const int nn = asInt(n), query = -1;
    int info = 0, integers = 0;
    T reals = 0;
    f("N", "L", &nn, A, &nn, w, &reals, &query, &integers, &query, &info);
    std::vector<T> work(static_cast<std::size_t>(reals));
    std::vector<int> integerWork(static_cast<std::size_t>(integers));
    const int workSize = asInt(work.size()), integerSize = asInt(integerWork.size());
    f("N", "L", &nn, A, &nn, w, work.data(), &workSize, integerWork.data(), &integerSize, &info);
    return info == 0;
}

void widen(const BFloat16* from, std::size_t ld, std::size_t rows, std::size_t cols, AlignedVector<float>& to) {
    if (to.size() < rows * cols) to.resize(rows * cols);
    for (std::size_t i = 0; i < rows; ++i) convert(from + i * ld, to.data() + i * cols, cols);
}

/// In pieces whose widened copies stay in the cache; each part of B is widened once, of A once for every piece of columns.
void gemmWidened(Transpose a, Transpose b, std::size_t m, std::size_t n, std::size_t k, float alpha, const BFloat16* A, std::size_t lda,
                 const BFloat16* B, std::size_t ldb, float beta, float* C, std::size_t ldc) {
    thread_local AlignedVector<float> left, right;
    constexpr std::size_t kRows = 512, kCols = 512, kDepth = 256;
    const bool at = a == Transpose::Yes, bt = b == Transpose::Yes;
    for (std::size_t j = 0; j < n; j += kCols)
        for (std::size_t p = 0; p < k; p += kDepth) {
            const std::size_t cols = std::min(kCols, n - j), depth = std::min(kDepth, k - p);
            widen(bt ? B + j * ldb + p : B + p * ldb + j, ldb, bt ? cols : depth, bt ? depth : cols, right);
            for (std::size_t i = 0; i < m; i += kRows) {
                const std::size_t rows = std::min(kRows, m - i);
                widen(at ? A + p * lda + i : A + i * lda + p, lda, at ? depth : rows, at ? rows : depth, left);
                gemm(a, b, rows, cols, depth, alpha, left.data(), at ? rows : depth, right.data(), bt ? depth : cols, p == 0 ? beta : 1.0f,
                     C + i * ldc + j, ldc);
            }
        }
}

}  // namespace

void gemm(Transpose a, Transpose b, std::size_t m, std::size_t n, std::size_t k, float alpha, const float* A, std::size_t lda,
          const float* B, std::size_t ldb, float beta, float* C, std::size_t ldc) {
    gemmWith(sgemm_, a, b, m, n, k, alpha, A, lda, B, ldb, beta, C, ldc);
}

void gemm(Transpose a, Transpose b, std::size_t m, std::size_t n, std::size_t k, double alpha, const double* A, std::size_t lda,
          const double* B, std::size_t ldb, double beta, double* C, std::size_t ldc) {
    gemmWith(dgemm_, a, b, m, n, k, alpha, A, lda, B, ldb, beta, C, ldc);
}

void gemm(Transpose a, Transpose b, std::size_t m, std::size_t n, std::size_t k, float alpha, const BFloat16* A, std::size_t lda,
          const BFloat16* B, std::size_t ldb, float beta, float* C, std::size_t ldc) {
    if (m == 0 || n == 0) return;
    if (activeIsa() == Isa::Avx512Bf16) {
        constexpr int rowMajor = 101, no = 111, yes = 112;
        cblas_gemm_bf16bf16f32(rowMajor, a == Transpose::Yes ? yes : no, b == Transpose::Yes ? yes : no, asInt(m), asInt(n), asInt(k),
                               alpha, A, asInt(lda), B, asInt(ldb), beta, C, asInt(ldc));
        return;
    }
    if (k == 0) return gemm(a, b, m, n, k, alpha, static_cast<const float*>(nullptr), std::max(lda, m), nullptr, ldb, beta, C, ldc);
    gemmWidened(a, b, m, n, k, alpha, A, lda, B, ldb, beta, C, ldc);
}

// The lower triangle of a row-major matrix is the upper one of the column-major matrix that LAPACK sees.
int choleskyLower(std::size_t n, float* A, std::size_t lda) { return choleskyWith(spotrf_, "U", n, A, lda); }
int choleskyLower(std::size_t n, double* A, std::size_t lda) { return choleskyWith(dpotrf_, "U", n, A, lda); }
int choleskyUpper(std::size_t n, float* A, std::size_t lda) { return choleskyWith(spotrf_, "L", n, A, lda); }
int choleskyUpper(std::size_t n, double* A, std::size_t lda) { return choleskyWith(dpotrf_, "L", n, A, lda); }

void solveTriangular(Side side, Triangle triangle, Transpose transpose, Diagonal diagonal, std::size_t m, std::size_t n, const float* T,
                     std::size_t ldt, float* B, std::size_t ldb) {
    solveWith(strsm_, side, triangle, transpose, diagonal, m, n, T, ldt, B, ldb);
}
void solveTriangular(Side side, Triangle triangle, Transpose transpose, Diagonal diagonal, std::size_t m, std::size_t n, const double* T,
                     std::size_t ldt, double* B, std::size_t ldb) {
    solveWith(dtrsm_, side, triangle, transpose, diagonal, m, n, T, ldt, B, ldb);
}

bool symmetricEigenvalues(std::size_t n, double* A, double* w) { return eigenvaluesWith(dsyevd_, n, A, w); }
bool symmetricEigenvalues(std::size_t n, float* A, float* w) { return eigenvaluesWith(ssyevd_, n, A, w); }

void beginSingleThreadedMath() {
    at::set_num_threads(1);
    MKL_Set_Num_Threads_Local(1);
}

}  // namespace qs
