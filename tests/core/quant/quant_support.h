// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "kernels/blas.h"
#include "quant/hessian_factor.h"
#include "quant/quantizer.h"
#include "quant/reference_solver.h"
#include "support/random_matrix.h"

namespace qs::testing {

struct Recorder : JobObserver {
    void happened(const Event& event) override { events.push_back(event); }
    std::vector<std::string> kinds() const {
        std::vector<std::string> list;
        for (const Event& event : events) list.push_back(event.kind);
        return list;
    }
    std::vector<Event> events;
};

template <class T = float>
Matrix<T> matrixOf(std::size_t rows, std::size_t cols, const std::vector<T>& values) {
    Matrix<T> m(rows, cols);
    std::copy(values.begin(), values.end(), m.data());
    return m;
}

/// 2/N Σ x xᵀ of `tokens` correlated vectors with unequal channels; the columns in `dead` are zero.
inline Matrix<float> randomHessian(std::size_t n, std::size_t tokens, const std::vector<std::size_t>& dead = {}) {
    const Matrix<float> mix = randomMatrix(n, n, 11), base = randomMatrix(tokens, n, 12);
    Matrix<float> X(tokens, n), H(n, n);
    gemm(Transpose::No, Transpose::No, tokens, n, n, 1.0f, base.data(), n, mix.data(), n, 0.0f, X.data(), n);
    for (std::size_t t = 0; t < tokens; ++t) {
        for (std::size_t c = 0; c < n; ++c) X(t, c) *= 1 + static_cast<float>(c % 5);
        for (const std::size_t d : dead) X(t, d) = 0;
    }
    gemm(Transpose::Yes, Transpose::No, n, n, tokens, 2.0f / static_cast<float>(tokens), X.data(), n, X.data(), n, 0.0f, H.data(), n);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < i; ++j) H(i, j) = H(j, i);
    return H;
}

inline Matrix<double> toDouble(const Matrix<float>& m) {
    Matrix<double> d(m.rows(), m.cols());
    std::copy(m.values().begin(), m.values().end(), d.data());
    return d;
}

inline SolveResult solveFast(const Matrix<float>& W, const Matrix<float>& H, const QuantSettings& settings, JobContext& context,
                             int threads = 2, Device device = {}) {
    ThreadPool pool(threads, beginSingleThreadedMath);
    std::shared_ptr<const HessianFactor> factor;
    if (settings.method != Method::Rtn) factor = factorize(H.view(), settings, "layer", context, pool);
    const SolveInput input{W.view(), H.view(), factor.get(), "layer"};
    return quantizerOf(settings.method).solve(input, settings, context, pool, device);
}

inline SolveResult solvePlainly(const Matrix<float>& W, const Matrix<float>& H, const QuantSettings& settings, JobContext& context) {
    ThreadPool pool(2, beginSingleThreadedMath);
    const Matrix<double> wide = toDouble(W), hessian = toDouble(H);
    if (settings.method == Method::Rtn) return referenceRtn<double>({wide.view(), {}, "layer"}, settings, context, pool);
    return referenceGptq<double>({wide.view(), hessian.view(), "layer"}, settings, context, pool);
}

/// Σ (ŵ − w) H (ŵ − w)ᵀ in double of what dequantize() returns; with ŵ = 0 the energy.
inline double directLoss(const Matrix<float>& quantized, const Matrix<float>& W, const Matrix<float>& H) {
    Matrix<double> D = toDouble(W), product(W.rows(), W.cols());
    const Matrix<double> hessian = toDouble(H);
    for (std::size_t i = 0; i < D.size(); ++i) D.data()[i] -= static_cast<double>(quantized.data()[i]);
    gemm(Transpose::No, Transpose::No, W.rows(), W.cols(), W.cols(), 1.0, D.data(), W.cols(), hessian.data(), W.cols(), 0.0, product.data(),
         W.cols());
    double loss = 0;
    for (std::size_t i = 0; i < D.size(); ++i) loss += D.data()[i] * product.data()[i];
    return loss;
}

/// A way to set the solver differently.
struct Variant {
    const char* name;
    void (*change)(QuantSettings&);
};

/// Rows whose codes all agree. A value on a rounding boundary may go either way and then changes the rest of its row.
inline double equalRows(const QuantizedLinear& a, const QuantizedLinear& b) {
    std::size_t equal = 0;
    for (std::size_t r = 0; r < a.codes.rows(); ++r) equal += std::equal(a.codes.row(r), a.codes.row(r) + a.codes.cols(), b.codes.row(r));
    return static_cast<double>(equal) / static_cast<double>(a.codes.rows());
}

}  // namespace qs::testing
