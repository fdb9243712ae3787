// SPDX-License-Identifier: GPL-3.0-or-later
// See difference_sum.h. Differences are taken in float32 (double) and, for bfloat16 inputs, rounded to bfloat16 once, as the cross term
// does (kernels/gram.h): without bias, and by less than a and b were rounded themselves. They are summed by addGram, some tokens at a time.
#include "hessian/difference_sum.h"

#include <algorithm>
#include <type_traits>
#include <vector>

#include "base/error.h"
#include "hessian/cross_sum_device.h"
#include "hessian/sequence_rows.h"
#include "kernels/blas.h"
#include "kernels/convert.h"
#include "kernels/gram.h"

namespace qs {
namespace {

constexpr std::size_t kTokensAtOnce = 4 * kGramChunk;  // whose differences are in memory
constexpr std::size_t kTokensPerItem = 64, kRowsOfProduct = 64;

void subtractRow(const float* a, const float* b, std::size_t n, float* out) {
    for (std::size_t i = 0; i < n; ++i) out[i] = a[i] - b[i];
}
void subtractRow(const double* a, const double* b, std::size_t n, double* out) {
    for (std::size_t i = 0; i < n; ++i) out[i] = a[i] - b[i];
}
void subtractRow(const BFloat16* a, const BFloat16* b, std::size_t n, BFloat16* out) {
    std::vector<float> wide(2 * n);
    convert(a, wide.data(), n);
    convert(b, wide.data() + n, n);
    subtractRow(wide.data(), wide.data() + n, n, wide.data());
    convert(wide.data(), out, n);
}

/// Σ (x̃ − x)(x̃ − x)ᵀ over all tokens but the first of each sequence, upper triangle.
template <class T, class Sum>
Matrix<Sum> restOnCpu(std::size_t dim, int length, std::span<const SequenceInput> untouched, std::span<const SequenceInput> quantized,
                      ThreadPool& pool, const std::function<void()>& tick) {
    const auto a = restOf<T>(untouched, length, dim), b = restOf<T>(quantized, length, dim);
    Matrix<Sum> sum(dim, dim);
    std::vector<T> differences(std::min(a.size(), kTokensAtOnce) * dim);
    for (std::size_t first = 0; first < a.size(); first += kTokensAtOnce) {
        const std::size_t tokens = std::min(kTokensAtOnce, a.size() - first);
        std::vector<const T*> rows(tokens);
        pool.run((tokens + kTokensPerItem - 1) / kTokensPerItem, [&](std::size_t item, int) {
            for (std::size_t t = item * kTokensPerItem; t < std::min(tokens, (item + 1) * kTokensPerItem); ++t) {
                rows[t] = differences.data() + t * dim;
                subtractRow(a[first + t], b[first + t], dim, differences.data() + t * dim);
            }
        });
        addGram(std::span<const T* const>(rows), dim, sum.data(), dim, pool, tick);
    }
    return sum;
}

template <class T>
Matrix<float> firstDifferences(std::span<const SequenceInput> untouched, std::span<const SequenceInput> quantized, std::size_t dim) {
    Matrix<float> differences(quantized.size(), dim);
    std::vector<float> wide(2 * dim);
    for (std::size_t s = 0; s < quantized.size(); ++s)
        if constexpr (std::is_same_v<T, double>) {
            const auto *a = static_cast<const double*>(untouched[s].x), *b = static_cast<const double*>(quantized[s].x);
            for (std::size_t i = 0; i < dim; ++i) differences(s, i) = static_cast<float>(a[i] - b[i]);
        } else if constexpr (std::is_same_v<T, float>) {
            subtractRow(static_cast<const float*>(untouched[s].x), static_cast<const float*>(quantized[s].x), dim, differences.row(s));
        } else {
            convert(static_cast<const T*>(untouched[s].x), wide.data(), dim);
            convert(static_cast<const T*>(quantized[s].x), wide.data() + dim, dim);
            subtractRow(wide.data(), wide.data() + dim, dim, differences.row(s));
        }
    return differences;
}

template <class T, class Sum>
CrossParts differencesOnCpu(std::size_t dim, int length, std::span<const SequenceInput> untouched, std::span<const SequenceInput> quantized,
                            ThreadPool& pool, const std::function<void()>& tick) {
    CrossParts parts;
    parts.firstDifferences = firstDifferences<T>(untouched, quantized, dim);
    Matrix<Sum> rest = restOnCpu<T, Sum>(dim, length, untouched, quantized, pool, tick);
    parts.rest = Matrix<float>(dim, dim);
    std::transform(rest.values().begin(), rest.values().end(), parts.rest.data(), [](Sum sum) { return static_cast<float>(sum); });
    return parts;
}

/// tr(A M Bᵀ) for A, B [out, in], M [in, in].
double traceOfProduct(MatrixView<const float> A, MatrixView<const float> M, MatrixView<const float> B, ThreadPool& pool) {
    const std::size_t items = (A.rows + kRowsOfProduct - 1) / kRowsOfProduct;
    std::vector<double> parts(items);
    pool.run(items, [&](std::size_t item, int) {
        const std::size_t first = item * kRowsOfProduct, rows = std::min(A.rows - first, kRowsOfProduct);
        Matrix<float> P(rows, A.cols);
        gemm(Transpose::No, Transpose::No, rows, A.cols, A.cols, 1.0f, A.row(first), A.stride, M.data, M.stride, 0.0f, P.data(), A.cols);
        for (std::size_t i = 0; i < rows; ++i)
            for (std::size_t j = 0; j < A.cols; ++j) parts[item] += static_cast<double>(P(i, j)) * static_cast<double>(B(first + i, j));
    });
    double sum = 0;
    for (const double part : parts) sum += part;
    return sum;
}

}  // namespace

DifferenceSum::DifferenceSum(int dim, DType dtype, Device device)
    : m_dtype(dtype), m_device(device), m_sum(static_cast<std::size_t>(dim), static_cast<std::size_t>(dim)) {}

void DifferenceSum::add(int length, std::span<const SequenceInput> untouched, std::span<const SequenceInput> quantized, double factor,
                        double firstTokenWeight, ThreadPool& pool, const std::function<void()>& tick) {
    if (untouched.size() != quantized.size())
        throw Error("differences of inputs need the same sequences from both chains, got " + std::to_string(untouched.size()) + " and " +
                    std::to_string(quantized.size()));
    if (quantized.empty() || factor == 0) return;
    const std::size_t dim = m_sum.rows();
    const CrossParts parts = m_device.kind == DeviceKind::Cuda ? crossOnDevice(m_device, m_dtype, static_cast<int>(dim), length, untouched,
                                                                               quantized, CrossWith::Difference, tick)
                             : m_dtype == DType::BF16 ? differencesOnCpu<BFloat16, float>(dim, length, untouched, quantized, pool, tick)
                             : m_dtype == DType::F32  ? differencesOnCpu<float, float>(dim, length, untouched, quantized, pool, tick)
                                                      : differencesOnCpu<double, double>(dim, length, untouched, quantized, pool, tick);
    const auto scale = static_cast<float>(factor), firstScale = static_cast<float>(factor * firstTokenWeight);
    const Matrix<float>& F = parts.firstDifferences;
    pool.run((dim + kRowsOfProduct - 1) / kRowsOfProduct, [&](std::size_t item, int) {
        const std::size_t first = item * kRowsOfProduct, rows = std::min(dim - first, kRowsOfProduct);
        const float* rest = parts.rest.row(first);
        float* sum = m_sum.row(first);
        for (std::size_t i = 0; i < rows * dim; ++i) sum[i] += scale * rest[i];
        gemm(Transpose::Yes, Transpose::No, rows, dim, F.rows(), firstScale, F.data() + first, dim, F.data(), dim, 1.0f, sum, dim);
    });
}

Matrix<float> DifferenceSum::take(ThreadPool& pool) {
    mirrorUpper(m_sum.data(), m_sum.rows(), m_sum.rows(), pool);
    return std::move(m_sum);
}

AsymmetricError asymmetricError(MatrixView<const float> H, MatrixView<const float> D, MatrixView<const float> C, MatrixView<const float> W,
                                MatrixView<const float> quantized, ThreadPool& pool) {
    Matrix<float> delta(W.rows, W.cols), sum(H.rows, H.cols);
    for (std::size_t i = 0; i < W.rows; ++i)
        for (std::size_t j = 0; j < W.cols; ++j) delta(i, j) = quantized(i, j) - W(i, j);
    // tr(W D Wᵀ) = tr(W Dᵀ Wᵀ): one product for the energy.
    for (std::size_t i = 0; i < H.rows; ++i)
        for (std::size_t j = 0; j < H.cols; ++j) sum(i, j) = H(i, j) + 2 * D(i, j) + C(i, j);
    const double constant = traceOfProduct(W, C, W, pool);
    const double loss = traceOfProduct(delta.view(), H, delta.view(), pool) - 2 * traceOfProduct(W, D, delta.view(), pool) + constant;
    return {std::max(loss, 0.0), std::max(traceOfProduct(W, sum.view(), W, pool), 0.0)};
}

}  // namespace qs
