// SPDX-License-Identifier: GPL-3.0-or-later
// The dense linear algebra of MKL inside libtorch, row-major, single-threaded on the calling thread. The only file that knows its symbols.
//
// libtorch_cpu.so exports these Fortran and CBLAS entry points. On AMD processors MKL takes its AVX2 path (95-104 GFLOP/s, one core) unless
// the exported function mkl_serv_intel_cpu_true returns 1; blas.cpp defines it so that it does exactly when the processor has
// AVX-512 (215-240 GFLOP/s). Sizes are in elements; strides ("ld") are row strides.
#pragma once

#include <cstddef>

#include "base/number_types.h"

namespace qs {

enum class Transpose { No, Yes };

/// C[m, n] = beta C + alpha op(A)[m, k] op(B)[k, n]. With Yes the matrix is stored transposed. Never fails.
void gemm(Transpose a, Transpose b, std::size_t m, std::size_t n, std::size_t k, float alpha, const float* A, std::size_t lda,
          const float* B, std::size_t ldb, float beta, float* C, std::size_t ldc);
void gemm(Transpose a, Transpose b, std::size_t m, std::size_t n, std::size_t k, double alpha, const double* A, std::size_t lda,
          const double* B, std::size_t ldb, double beta, double* C, std::size_t ldc);
/// bfloat16 in, float32 out. Without AVX512-BF16 instructions the operands are widened in pieces and multiplied in float32: products of
/// bfloat16 are exact in float32 either way.
void gemm(Transpose a, Transpose b, std::size_t m, std::size_t n, std::size_t k, float alpha, const BFloat16* A, std::size_t lda,
          const BFloat16* B, std::size_t ldb, float beta, float* C, std::size_t ldc);

/// In place Cholesky factorisation A = L Lᵀ of the *lower* triangle of the row-major symmetric A [n, n]; the strict upper triangle is
/// left as it was. Returns 0, or the 1-based column at which A is not positive definite.
int choleskyLower(std::size_t n, float* A, std::size_t lda);
int choleskyLower(std::size_t n, double* A, std::size_t lda);
/// In place A = Uᵀ U of the *upper* triangle (the strict lower one is left). Returns as choleskyLower.
int choleskyUpper(std::size_t n, float* A, std::size_t lda);
int choleskyUpper(std::size_t n, double* A, std::size_t lda);

enum class Side { Left, Right };
enum class Triangle { Lower, Upper };
enum class Diagonal { AsStored, Unit };
/// Left: B[m, n] = op(T)⁻¹ B with T [m, m]; Right: B = B op(T)⁻¹ with T [n, n]. T is the named triangle of a row-major matrix.
void solveTriangular(Side side, Triangle triangle, Transpose transpose, Diagonal diagonal, std::size_t m, std::size_t n, const float* T,
                     std::size_t ldt, float* B, std::size_t ldb);
void solveTriangular(Side side, Triangle triangle, Transpose transpose, Diagonal diagonal, std::size_t m, std::size_t n, const double* T,
                     std::size_t ldt, double* B, std::size_t ldb);

/// Eigenvalues of the symmetric A [n, n] (destroyed), ascending into w [n]. Returns false if the iteration does not converge.
bool symmetricEigenvalues(std::size_t n, double* A, double* w);
bool symmetricEigenvalues(std::size_t n, float* A, float* w);

/// Makes MKL and ATen single-threaded on the calling thread. First thing in main and in every worker (ThreadPool's onStart).
void beginSingleThreadedMath();

}  // namespace qs
