// SPDX-License-Identifier: GPL-3.0-or-later
// For a block B of columns: Σ_{j∈B} m_j (2 Σ_{i<B} m_i H_ij + Σ_{i∈B} m_i H_ij).
#include "kernels/quadratic_form.h"

#include <algorithm>

#include "kernels/blas.h"

namespace qs {

double quadraticForm(MatrixView<const float> M, MatrixView<const float> H, std::vector<float>& workspace) {
    constexpr std::size_t width = 256;
    workspace.resize(M.rows * std::min(width, M.cols));
    double total = 0;
    for (std::size_t b = 0; b < M.cols; b += width) {
        const std::size_t n = std::min(width, M.cols - b);
        float* product = workspace.data();
        gemm(Transpose::No, Transpose::No, M.rows, n, n, 1.0f, M.data + b, M.stride, H.data + b * H.stride + b, H.stride, 0.0f, product, n);
        if (b > 0) gemm(Transpose::No, Transpose::No, M.rows, n, b, 2.0f, M.data, M.stride, H.data + b, H.stride, 1.0f, product, n);
        for (std::size_t r = 0; r < M.rows; ++r)
            for (std::size_t j = 0; j < n; ++j) total += static_cast<double>(product[r * n + j]) * static_cast<double>(M(r, b + j));
    }
    return total;
}

}  // namespace qs
