// SPDX-License-Identifier: GPL-3.0-or-later
// `solve` for hessians. In: x.<m>, x_fp.<m> [L_m, dim] (the same tokens behind quantized and behind untouched layers), lengths [M]. Out:
//   H_token = 2/N Σ_m X_mᵀ X_m, N = Σ L_m           H_maca = 1/M Σ_m (1/L_m) X_mᵀ X_m
//   D_token, D_maca: the same weights on (X̃_m − X_m)ᵀ X_m (row = residual, column = input)
//   maca_diag_after [M, dim]: diagonal of the running mean H ← (m−1)/m H + 1/m (1/L_m) X_mᵀ X_m after each sequence
//   distinct_lengths, sum_by_length.<L> = Σ_{m: L_m = L} X_mᵀ X_m
// with X_m token-major. Sources: Frantar et al., arXiv 2210.17323 (token); MaCa, eq. 2 and Algorithm 1.
// Precision float32 runs the Hessian bank of the jobs; D, which it does not hold, comes from float32 products then.
#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "hessian/bank.h"
#include "kernels/blas.h"
#include "run/solve_outcome.h"
#include "run/solve_request.h"

namespace qs {
namespace {

template <class R>
Matrix<R> inPrecision(MatrixView<const double> from) {
    Matrix<R> to(from.rows, from.cols);
    for (std::size_t i = 0; i < from.rows; ++i)
        for (std::size_t j = 0; j < from.cols; ++j) to(i, j) = static_cast<R>(from(i, j));
    return to;
}

Matrix<double> inDouble(const Matrix<float>& from) {
    Matrix<double> to(from.rows(), from.cols());
    std::copy(from.values().begin(), from.values().end(), to.data());
    return to;
}

/// The sequences of the problem, checked against `lengths`.
struct Sequences {
    std::vector<MatrixView<const double>> x, untouched;
    std::size_t dim = 0;
    double tokens = 0;
};

Sequences readSequences(SolveRequest& request) {
    const std::vector<double>& lengths = request.tensors.vector("lengths");
    const std::vector<int> listed = request.settings.integers("lengths");
    const bool hasDim = request.settings.has("dim");
    const auto dim = static_cast<std::size_t>(request.settings.integer("dim", 1, 1, 1 << 24));
    request.settings.refuseUnknown();
    if (!listed.empty() && std::vector<double>(listed.begin(), listed.end()) != lengths)
        throw Error("setting 'lengths' differs from the tensor 'lengths'; make them equal or leave the setting out", ErrorKind::Usage);
    Sequences s;
    s.dim = hasDim ? dim : request.tensors.matrix("x.0").cols;
    for (std::size_t m = 0; m < lengths.size(); ++m) {
        if (lengths[m] < 1 || lengths[m] != std::floor(lengths[m]))
            throw Error("tensor 'lengths' is not a positive whole number at [" + std::to_string(m) + "]");
        const auto length = static_cast<std::size_t>(lengths[m]);
        s.x.push_back(request.tensors.matrix("x." + std::to_string(m), length, s.dim));
        s.untouched.push_back(request.tensors.matrix("x_fp." + std::to_string(m), length, s.dim));
        s.tokens += lengths[m];
    }
    return s;
}

/// Xᵀ X and (X̃ − X)ᵀ X of one sequence, computed in R.
template <class R>
std::pair<Matrix<double>, Matrix<double>> products(MatrixView<const double> x, MatrixView<const double> untouched) {
    const std::size_t dim = x.cols, length = x.rows;
    const Matrix<R> X = inPrecision<R>(x);
    Matrix<R> residual = inPrecision<R>(untouched), product(dim, dim);
    for (std::size_t i = 0; i < X.size(); ++i) residual.data()[i] -= X.data()[i];
    const auto times = [&](const Matrix<R>& left) {
        gemm(Transpose::Yes, Transpose::No, dim, dim, length, R(1), left.data(), dim, X.data(), dim, R(0), product.data(), dim);
        Matrix<double> wide(dim, dim);
        for (std::size_t i = 0; i < product.size(); ++i) wide.data()[i] = static_cast<double>(product.data()[i]);
        return wide;
    };
    Matrix<double> gram = times(X);
    return {std::move(gram), times(residual)};
}

void addTo(Matrix<double>& sum, const Matrix<double>& term, double factor) {
    if (sum.empty()) sum = Matrix<double>(term.rows(), term.cols());
    for (std::size_t i = 0; i < sum.size(); ++i) sum.data()[i] += factor * term.data()[i];
}

struct Sums {
    Matrix<double> tokenH, macaH, tokenD, macaD, diagonals;
    std::map<std::size_t, Matrix<double>> byLength;
};

template <class R>
Sums sumSequences(const Sequences& sequences, JobContext& context) {
    const std::size_t count = sequences.x.size();
    Sums sums;
    sums.diagonals = Matrix<double>(count, sequences.dim);
    std::vector<double> running(sequences.dim);
    for (std::size_t m = 0; m < count; ++m) {
        context.check();
        const auto [S, C] = products<R>(sequences.x[m], sequences.untouched[m]);
        const auto length = static_cast<double>(sequences.x[m].rows), seen = static_cast<double>(m + 1);
        addTo(sums.tokenH, S, 2 / sequences.tokens);
        addTo(sums.tokenD, C, 2 / sequences.tokens);
        addTo(sums.macaH, S, 1 / (static_cast<double>(count) * length));
        addTo(sums.macaD, C, 1 / (static_cast<double>(count) * length));
        addTo(sums.byLength[sequences.x[m].rows], S, 1);
        for (std::size_t i = 0; i < sequences.dim; ++i) {
            running[i] = running[i] * (seen - 1) / seen + S(i, i) / (seen * length);
            sums.diagonals(m, i) = running[i];
        }
    }
    return sums;
}

/// Replaces H and the sums by length by those of the bank.
void useBank(const Sequences& sequences, Sums& sums, JobContext& context, ThreadPool& pool) {
    HessianBank bank(static_cast<int>(sequences.dim), DType::F32, {});
    std::map<std::size_t, std::vector<Matrix<float>>> ofLength;
    for (const MatrixView<const double>& x : sequences.x) ofLength[x.rows].push_back(inPrecision<float>(x));
    for (const auto& [length, inputs] : ofLength) {
        std::vector<SequenceInput> list;
        for (const Matrix<float>& input : inputs) list.push_back({input.data(), false});
        bank.add(static_cast<int>(length), list, pool);
    }
    bank.finish(pool);
    sums.tokenH = inDouble(bank.combine(Weighting::parse("token"), context, pool));
    sums.macaH = inDouble(bank.combine(Weighting::parse("maca"), context, pool));
    for (std::size_t i = 0; i < bank.buckets().size(); ++i)
        sums.byLength[static_cast<std::size_t>(bank.buckets()[i].length)] = inDouble(bank.sum(i, pool));
}

/// ‖A / tr A − B / tr B‖ / ‖B / tr B‖ in the Frobenius norm.
double relativeDistance(const Matrix<double>& A, const Matrix<double>& B) {
    double traceA = 0, traceB = 0, difference = 0, norm = 0;
    for (std::size_t i = 0; i < A.rows(); ++i) {
        traceA += A(i, i);
        traceB += B(i, i);
    }
    for (std::size_t i = 0; i < A.size(); ++i) {
        const double a = A.data()[i] / traceA, b = B.data()[i] / traceB;
        difference += (a - b) * (a - b);
        norm += b * b;
    }
    return std::sqrt(difference / norm);
}

}  // namespace

SolveOutcome solveHessiansProblem(SolveRequest& request) {
    const Sequences sequences = readSequences(request);
    Sums sums = request.production ? sumSequences<float>(sequences, request.context) : sumSequences<double>(sequences, request.context);
    if (request.production) useBank(sequences, sums, request.context, request.pool);
    SolveOutcome outcome;
    outcome.tensors = {{"H_token", tensorOf(sums.tokenH)},
                       {"H_maca", tensorOf(sums.macaH)},
                       {"D_token", tensorOf(sums.tokenD)},
                       {"D_maca", tensorOf(sums.macaD)},
                       {"maca_diag_after", tensorOf(sums.diagonals)}};
    NamedTensor distinct{{static_cast<std::int64_t>(sums.byLength.size())}, {}, "I32"};
    for (const auto& [length, sum] : sums.byLength) {
        distinct.values.push_back(static_cast<double>(length));
        outcome.tensors["sum_by_length." + std::to_string(length)] = tensorOf(sum);
    }
    outcome.tensors["distinct_lengths"] = std::move(distinct);
    outcome.valuesJson = nlohmann::json{{"maca_vs_token_relative_distance", relativeDistance(sums.macaH, sums.tokenH)}}.dump();
    return outcome;
}

}  // namespace qs
