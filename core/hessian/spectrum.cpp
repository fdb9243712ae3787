// SPDX-License-Identifier: GPL-3.0-or-later
#include "hessian/spectrum.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/error.h"
#include "kernels/blas.h"
#include "kernels/gram.h"
#include "kernels/quadratic_form.h"

namespace qs {
namespace {

double traceOf(MatrixView<const float> A) {
    double trace = 0;
    for (std::size_t i = 0; i < A.rows; ++i) trace += static_cast<double>(A(i, i));
    return trace;
}

void requireSquare(MatrixView<const float> A, const char* what) {
    if (A.rows != A.cols)
        throw Error(std::string(what) + " needs a square matrix, got " + std::to_string(A.rows) + " x " + std::to_string(A.cols));
}

/// Fills trace, rank, condition number, effective rank and top share from the descending eigenvalues.
void summarise(Spectrum& spectrum) {
    const auto& values = spectrum.eigenvalues;
    for (const float value : values) spectrum.trace += static_cast<double>(value);
    if (values.empty() || !(spectrum.trace > 0)) return;
    const double largest = static_cast<double>(values.front()), noise = largest * static_cast<double>(values.size()) * 0x1p-24;
    double entropy = 0;
    for (const float value : values) {
        const double lambda = static_cast<double>(value), share = lambda / spectrum.trace;
        if (share > 0) entropy -= share * std::log(share);
        if (lambda <= noise) continue;
        ++spectrum.rank;
        spectrum.conditionNumber = largest / lambda;
    }
    spectrum.effectiveRank = std::exp(entropy);
    spectrum.topShare = largest / spectrum.trace;
}

}  // namespace

Spectrum spectrumOf(MatrixView<const float> H) {
    requireSquare(H, "a spectrum");
    const std::size_t n = H.rows;
    Matrix<float> work(n, n);
    for (std::size_t i = 0; i < n; ++i) std::copy(H.row(i), H.row(i) + n, work.row(i));
    for (std::size_t i = 0; i < work.size(); ++i)
        if (!std::isfinite(work.data()[i]))
            throw Error("the Hessian holds a NaN or infinite value at row " + std::to_string(i / n) + ", column " + std::to_string(i % n));
    Spectrum spectrum;
    spectrum.eigenvalues.resize(n);
    if (!symmetricEigenvalues(n, work.data(), spectrum.eigenvalues.data()))
        throw Error("the eigenvalues of a Hessian of " + std::to_string(n) + " channels did not converge");
    std::reverse(spectrum.eigenvalues.begin(), spectrum.eigenvalues.end());
    for (float& value : spectrum.eigenvalues) value = std::max(value, 0.0f);
    summarise(spectrum);
    return spectrum;
}

double driftBetween(MatrixView<const float> A, MatrixView<const float> B) {
    requireSquare(A, "drift");
    requireSquare(B, "drift");
    if (A.rows != B.rows)
        throw Error("drift needs two Hessians of one size, got " + std::to_string(A.rows) + " and " + std::to_string(B.rows) + " channels");
    const double traceA = traceOf(A), traceB = traceOf(B);
    if (!(traceA > 0) || !(traceB > 0)) throw Error("drift needs Hessians with a positive trace: one of the two is zero or holds a NaN");
    double difference = 0, norm = 0;
    for (std::size_t i = 0; i < A.rows; ++i) {
        difference += scaledSquaredDistance(A.row(i), 1 / traceA, B.row(i), 1 / traceB, A.cols);
        norm += scaledSquaredDistance(B.row(i), 1 / traceB, B.row(i), 0, A.cols);
    }
    return std::sqrt(difference / norm);
}

}  // namespace qs
