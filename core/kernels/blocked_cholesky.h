// SPDX-License-Identifier: GPL-3.0-or-later
// Cholesky factorisation of a large matrix in pieces: spread over threads, and interruptible between pieces.
#pragma once

#include <cstddef>

#include "base/job.h"
#include "base/parallel.h"

namespace qs {

/// In place A = Uᵀ U of the upper triangle of the row-major symmetric A [n, n]; the strict lower triangle is left as it was or destroyed.
/// Returns 0, or the 1-based column at which A is not positive definite. The result does not depend on the number of threads.
/// Calls context.check() at least every 100 ms.
int blockedCholesky(std::size_t n, float* A, std::size_t lda, JobContext& context, ThreadPool& pool);

}  // namespace qs
