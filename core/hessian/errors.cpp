// SPDX-License-Identifier: GPL-3.0-or-later
// See errors.h. G = MᵀM is symmetric and half of it suffices: ⟨S, G⟩ = Σ_i S_ii G_ii + 2 Σ_{i<j} S_ij G_ij. Weights that are bfloat16
// values, as most checkpoints store them, take the faster exact bfloat16 Gram kernel.
#include "hessian/errors.h"

#include <algorithm>
#include <bit>
#include <string>

#include "base/error.h"
#include "kernels/blas.h"
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
            for (std::size_t j = 0; j < M.cols; ++j)
                narrow[i * M.cols + j] = {static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(M(i, j)) >> 16)};
        }
        addGram(std::span<const BFloat16* const>(rows), M.cols, G.data(), M.cols, pool);
    } else {
        std::vector<const float*> rows(M.rows);
        for (std::size_t i = 0; i < M.rows; ++i) rows[i] = M.row(i);
        addGram(std::span<const float* const>(rows), M.cols, G.data(), M.cols, pool);
    }
    return G;
}

constexpr std::size_t kTileRows = 64;

/// ⟨S, G⟩ over rows [first, last) of the upper triangle.
double innerProduct(const Matrix<float>& S, const Matrix<float>& G, std::size_t first, std::size_t last) {
    double diagonal = 0, above = 0;
    for (std::size_t i = first; i < last; ++i) {
        const float *s = S.row(i), *g = G.row(i);
        diagonal += static_cast<double>(s[i]) * static_cast<double>(g[i]);
        double lanes[8] = {};  // independent sums, so that the compiler may use one register for all
        std::size_t j = i + 1;
        for (; j + 8 <= S.cols(); j += 8)
            for (std::size_t l = 0; l < 8; ++l) lanes[l] += static_cast<double>(s[j + l]) * static_cast<double>(g[j + l]);
        for (; j < S.cols(); ++j) lanes[0] += static_cast<double>(s[j]) * static_cast<double>(g[j]);
        for (const double lane : lanes) above += lane;
    }
    return diagonal + 2 * above;
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

double totalOf(const std::vector<double>& parts) {
    double total = 0;
    for (const double part : parts) total += part;
    return total;
}

}  // namespace

std::vector<std::vector<QuadraticForm>> quadraticForms(std::span<const HessianBank* const> banks, MatrixView<const float> M,
                                                       ThreadPool& pool) {
    requireMatching(banks, M);
    const Matrix<float> G = gramOf(M, pool);
    const std::size_t gramTiles = (M.cols + kTileRows - 1) / kTileRows, rowTiles = (M.rows + kTileRows - 1) / kTileRows;
    std::vector<std::vector<QuadraticForm>> forms;
    for (const HessianBank* bank : banks) {
        std::vector<QuadraticForm>& result = forms.emplace_back();
        for (const LengthBucket& bucket : bank->buckets()) {
            std::vector<double> rest(gramTiles, 0.0), first(rowTiles, 0.0);
            pool.run(gramTiles + rowTiles, [&](std::size_t item, int) {
                if (item < gramTiles) {
                    rest[item] = innerProduct(bucket.rest, G, item * kTileRows, std::min(M.cols, (item + 1) * kTileRows));
                } else {
                    const std::size_t tile = item - gramTiles;
                    first[tile] = firstTokenForm(bucket.firstTokens, M, tile * kTileRows, std::min(M.rows, (tile + 1) * kTileRows));
                }
            });
            result.push_back({std::max(totalOf(rest), 0.0), totalOf(first)});
        }
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
