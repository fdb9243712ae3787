// SPDX-License-Identifier: GPL-3.0-or-later
// See cross_sum.h. All tokens but the first are summed in float32 by addCrossGram (kernels/gram.h says why that is enough), with double
// inputs in double; the first tokens by one product per length, their differences in float32.
#include "hessian/cross_sum.h"

#include <algorithm>
#include <string>
#include <type_traits>
#include <vector>

#include "base/error.h"
#include "hessian/cross_sum_device.h"
#include "hessian/sequence_rows.h"
#include "kernels/blas.h"

namespace qs {
namespace {

constexpr std::size_t kRowsPerItem = 64;

double numberOf(BFloat16 x) { return static_cast<double>(toFloat(x)); }
double numberOf(float x) { return static_cast<double>(x); }
double numberOf(double x) { return x; }

/// First tokens of one length: differences x̃ − x and x, each [n, in].
template <class T>
void firstTokensOf(std::span<const SequenceInput> untouched, std::span<const SequenceInput> quantized, std::size_t dim,
                   Matrix<float>& differences, Matrix<float>& values) {
    differences = values = Matrix<float>(quantized.size(), dim);
    for (std::size_t s = 0; s < quantized.size(); ++s) {
        const T *a = static_cast<const T*>(untouched[s].x), *b = static_cast<const T*>(quantized[s].x);
        for (std::size_t i = 0; i < dim; ++i) {
            differences(s, i) = static_cast<float>(numberOf(a[i]) - numberOf(b[i]));
            values(s, i) = static_cast<float>(numberOf(b[i]));
        }
    }
}

template <class T, class Sum>
CrossParts partsOnCpu(std::size_t dim, CrossPart part, int length, std::span<const SequenceInput> untouched,
                      std::span<const SequenceInput> quantized, ThreadPool& pool, const std::function<void()>& tick) {
    CrossParts parts;
    firstTokensOf<T>(untouched, quantized, dim, parts.firstDifferences, parts.firstTokens);
    Matrix<Sum> rest(dim, dim);
    addCrossGram(std::span<const T* const>(restOf<T>(untouched, length, dim)), std::span<const T* const>(restOf<T>(quantized, length, dim)),
                 dim, rest.data(), dim, pool, tick, part);
    if constexpr (std::is_same_v<Sum, float>) {
        parts.rest = std::move(rest);
    } else {
        parts.rest = Matrix<float>(dim, dim);
        std::transform(rest.values().begin(), rest.values().end(), parts.rest.data(), [](Sum sum) { return static_cast<float>(sum); });
    }
    return parts;
}

}  // namespace

CrossSum::CrossSum(int dim, DType dtype, Device device, CrossPart part)
    : m_dtype(dtype), m_device(device), m_part(part), m_sum(static_cast<std::size_t>(dim), static_cast<std::size_t>(dim)) {}

void CrossSum::add(int length, std::span<const SequenceInput> untouched, std::span<const SequenceInput> quantized, double factor,
                   double firstTokenWeight, ThreadPool& pool, const std::function<void()>& tick) {
    if (untouched.size() != quantized.size())
        throw Error("the cross term needs the same sequences from both chains, got " + std::to_string(untouched.size()) + " and " +
                    std::to_string(quantized.size()));
    if (quantized.empty() || factor == 0) return;
    const std::size_t dim = m_sum.rows();
    const CrossParts parts = m_device.kind == DeviceKind::Cuda ? crossOnDevice(m_device, m_dtype, static_cast<int>(dim), length, untouched,
                                                                               quantized, CrossWith::Input, tick)
                             : m_dtype == DType::BF16 ? partsOnCpu<BFloat16, float>(dim, m_part, length, untouched, quantized, pool, tick)
                             : m_dtype == DType::F32  ? partsOnCpu<float, float>(dim, m_part, length, untouched, quantized, pool, tick)
                                                      : partsOnCpu<double, double>(dim, m_part, length, untouched, quantized, pool, tick);
    const auto scale = static_cast<float>(factor), firstScale = static_cast<float>(factor * firstTokenWeight);
    const Matrix<float>&F = parts.firstTokens, &difference = parts.firstDifferences;
    pool.run((dim + kRowsPerItem - 1) / kRowsPerItem, [&](std::size_t item, int) {
        const std::size_t first = item * kRowsPerItem, rows = std::min(dim - first, kRowsPerItem);
        const float* rest = parts.rest.row(first);
        float* sum = m_sum.row(first);
        for (std::size_t i = 0; i < rows * dim; ++i) sum[i] += scale * rest[i];
        gemm(Transpose::Yes, Transpose::No, rows, dim, F.rows(), firstScale, difference.data() + first, dim, F.data(), dim, 1.0f, sum, dim);
    });
}

std::size_t CrossSum::bytesFor(int dim) { return 2 * static_cast<std::size_t>(dim) * static_cast<std::size_t>(dim) * sizeof(float); }

}  // namespace qs
