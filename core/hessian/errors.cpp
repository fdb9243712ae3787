// SPDX-License-Identifier: GPL-3.0-or-later
// See errors.h. G = MᵀM is symmetric and half of it suffices: ⟨S, G⟩ = Σ_i S_ii G_ii + 2 Σ_{i<j} S_ij G_ij. Weights that are bfloat16
// values, as most checkpoints store them, take the faster exact bfloat16 Gram kernel.
#include "hessian/errors.h"

#include <algorithm>
#include <bit>
#include <string>

#include "base/error.h"
#include "kernels/blas.h"
#include "kernels/convert.h"
#include "kernels/gram.h"

namespace qs {
namespace {

bool holdsBFloat16(MatrixView<const float> M) {
    for (std::size_t i = 0; i < M.rows; ++i) {
        std::uint32_t lost = 0;
        for (std::size_t j = 0; j < M.cols; ++j) lost |= std::bit_cast<std::uint32_t>(M(i, j)) & 0xffffu;
        if (lost != 0) return false;
    }
    return true;
}

/// Upper triangle of MᵀM.
Matrix<float> gramOf(MatrixView<const float> M, ThreadPool& pool) {
    Matrix<float> G(M.cols, M.cols);
    if (holdsBFloat16(M)) {
        std::vector<BFloat16> narrow(M.rows * M.cols);
        std::vector<const BFloat16*> rows(M.rows);
        for (std::size_t i = 0; i < M.rows; ++i) {
            rows[i] = narrow.data() + i * M.cols;
            convert(M.row(i), narrow.data() + i * M.cols, M.cols);
        }
        addGram(std::span<const BFloat16* const>(rows), M.cols, G.data(), M.cols, pool);
    } else {
        std::vector<const float*> rows(M.rows);
        for (std::size_t i = 0; i < M.rows; ++i) rows[i] = M.row(i);
        addGram(std::span<const float* const>(rows), M.cols, G.data(), M.cols, pool);
    }
    return G;
}

/// Σ ‖M x₀‖² over rows [first, last) of M and all rows x₀ of F.
double firstTokenForm(const Matrix<float>& F, MatrixView<const float> M, std::size_t first, std::size_t last) {
    Matrix<float> P(last - first, F.rows());
    gemm(Transpose::No, Transpose::Yes, last - first, F.rows(), M.cols, 1.0f, M.row(first), M.stride, F.data(), F.cols(), 0.0f, P.data(),
         F.rows());
    double sum = 0;
    for (const float value : P.values()) sum += static_cast<double>(value) * static_cast<double>(value);
    return sum;
}

void requireMatching(std::span<const HessianBank* const> banks, MatrixView<const float> M) {
    for (const HessianBank* bank : banks)
        if (static_cast<std::size_t>(bank->dim()) != M.cols)
            throw Error("errors per length need as many columns as the bank has channels, got " + std::to_string(M.cols) + " and " +
                        std::to_string(bank->dim()));
}

double totalOf(const double* parts, std::size_t count) {
    double total = 0;
    for (std::size_t i = 0; i < count; ++i) total += parts[i];
    return total;
}

constexpr std::size_t kGramRows = 128, kWeightRows = 512;  // of one work item

}  // namespace

std::vector<std::vector<QuadraticForm>> quadraticForms(std::span<const HessianBank* const> banks, MatrixView<const float> M,
                                                       ThreadPool& pool) {
    requireMatching(banks, M);
    const Matrix<float> G = gramOf(M, pool);
    std::vector<const LengthBucket*> buckets;
    for (const HessianBank* bank : banks)
        for (const LengthBucket& bucket : bank->buckets()) buckets.push_back(&bucket);
    const std::size_t gramItems = (M.cols + kGramRows - 1) / kGramRows, weightItems = (M.rows + kWeightRows - 1) / kWeightRows;
    const std::size_t items = gramItems + weightItems;  // of one bucket
    std::vector<double> parts(buckets.size() * items);
    pool.run(parts.size(), [&](std::size_t item, int) {
        const LengthBucket& bucket = *buckets[item / items];
        const std::size_t part = item % items;
        if (part < gramItems) {
            const std::size_t first = part * kGramRows;
            parts[item] =
                symmetricInnerProduct(bucket.rest.data(), M.cols, G.data(), M.cols, M.cols, first, std::min(M.cols, first + kGramRows));
        } else {
            const std::size_t first = (part - gramItems) * kWeightRows;
            parts[item] = firstTokenForm(bucket.firstTokens, M, first, std::min(M.rows, first + kWeightRows));
        }
    });
    std::vector<std::vector<QuadraticForm>> forms;
    const double* next = parts.data();
    for (const HessianBank* bank : banks) {
        std::vector<QuadraticForm>& result = forms.emplace_back();
        for (std::size_t b = 0; b < bank->buckets().size(); ++b, next += items)
            result.push_back({std::max(totalOf(next, gramItems), 0.0), totalOf(next + gramItems, weightItems)});
    }
    return forms;
}

std::vector<std::vector<BucketError>> lengthErrors(std::span<const HessianBank* const> banks, MatrixView<const float> W,
                                                   MatrixView<const float> quantized,
                                                   const std::vector<std::vector<QuadraticForm>>& energies, ThreadPool& pool) {
    if (W.rows != quantized.rows || W.cols != quantized.cols)
        throw Error("errors per length compare weights of one shape, got " + std::to_string(W.rows) + " x " + std::to_string(W.cols) +
                    " and " + std::to_string(quantized.rows) + " x " + std::to_string(quantized.cols));
    Matrix<float> difference(W.rows, W.cols);
    for (std::size_t i = 0; i < W.rows; ++i)
        for (std::size_t j = 0; j < W.cols; ++j) difference(i, j) = quantized(i, j) - W(i, j);
    const auto forms = quadraticForms(banks, difference.view(), pool);
    std::vector<std::vector<BucketError>> errors(banks.size());
    for (std::size_t k = 0; k < banks.size(); ++k)
        for (std::size_t b = 0; b < forms[k].size(); ++b) {
            const LengthBucket& bucket = banks[k]->buckets()[b];
            const QuadraticForm &error = forms[k][b], &energy = energies.at(k).at(b);
            errors[k].push_back({bucket.length, bucket.sequences, error.total(), energy.total(), error.withoutFirst, energy.withoutFirst});
        }
    return errors;
}

std::vector<std::vector<BucketError>> lengthErrors(std::span<const HessianBank* const> banks, MatrixView<const float> W,
                                                   MatrixView<const float> quantized, ThreadPool& pool) {
    return lengthErrors(banks, W, quantized, quadraticForms(banks, W, pool), pool);
}

std::vector<BucketError> lengthErrors(const HessianBank& bank, MatrixView<const float> W, MatrixView<const float> quantized,
                                      ThreadPool& pool) {
    const HessianBank* const banks[] = {&bank};
    return std::move(lengthErrors(banks, W, quantized, pool).front());
}

}  // namespace qs
