// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of the plain solvers, in float64 or float32 (R): damped factor, static grids, column loop, loss. Formulas:
// reference_columns.cpp.
#pragma once

#include <string>
#include <vector>

#include "base/array.h"
#include "quant/damping.h"
#include "quant/quantizer.h"

namespace qs {

template <class R, class From>
Matrix<R> convertedTo(MatrixView<From> from) {
    Matrix<R> to(from.rows, from.cols);
    for (std::size_t i = 0; i < from.rows; ++i)
        for (std::size_t j = 0; j < from.cols; ++j) to(i, j) = static_cast<R>(from(i, j));
    return to;
}

/// Throws Error naming the tensor and the element.
void requireFinite(MatrixView<const double> A, const std::string& name, const char* tensor);

/// Uᵀ U = A⁻¹ with U [n, n] upper triangular (zeros below), by way of the inverse; A is destroyed. Returns 0 or the 1-based column at which
/// A is not positive definite.
template <class R>
int upperOfInverse(Matrix<R>& A, Matrix<R>& U);

/// U of the damped, permuted Hessian.
template <class R>
struct ReferenceFactor {
    HessianColumns columns;
    double damping = 0;  ///< negative: the factorisation failed and settings.onFailure is Rtn
    Matrix<R> U;         ///< [in, in] in solve order

    std::size_t natural(std::size_t j) const { return columns.order.empty() ? j : static_cast<std::size_t>(columns.order[j]); }
};

/// Damping is retried as in factorize(); throws the same errors.
template <class R>
ReferenceFactor<R> referenceFactor(MatrixView<const double> H, const QuantSettings& settings, const std::string& name, JobContext& context);

/// H with H_dd = m for dead d and λ on the diagonal, in natural order.
template <class R>
Matrix<R> dampedHessian(MatrixView<const double> H, const ReferenceFactor<R>& factor);

/// Columns `columns` of W set to zero.
template <class R>
void clearColumns(Matrix<R>& W, const std::vector<std::int32_t>& columns);

/// What the column loop needs besides W.
template <class R>
struct ColumnLoop {
    const ReferenceFactor<R>& factor;
    const QuantSettings& settings;
    bool staticGrids = true;                ///< grids stand in the result already, in natural groups
    const Matrix<R>* correction = nullptr;  ///< P [in, in] in solve order
    CorrectionWeight weight = CorrectionWeight::Before;
};

/// Room for codes, scales and zeros.
QuantizedLinear emptyResult(std::size_t rows, std::size_t in, const QuantSettings& settings);

/// Grids of all natural groups of rows [first, last) of W into q, by the search of the settings; H [in, in] for the Hessian search only.
template <class R>
void chooseStaticGrids(const Matrix<R>& W, MatrixView<const R> H, const QuantSettings& settings, std::size_t first, std::size_t last,
                       QuantizedLinear& q, JobContext& context);

/// The column loop over rows [first, last) of W [rows, in], whose columns are in solve order and which it uses up; codes (and dynamic
/// grids) into the same rows of q. Returns Σ e².
template <class R>
double solveColumns(Matrix<R>& W, std::size_t first, std::size_t last, const ColumnLoop<R>& loop, QuantizedLinear& q, JobContext& context);

/// Ŵ − W in float64.
Matrix<double> quantizationError(const QuantizedLinear& q, MatrixView<const double> W);

/// Per row (ŵ−w) H (ŵ−w)ᵀ − 2 w D (ŵ−w)ᵀ of E = Ŵ − W, in float64; without H ‖ŵ−w‖², without D the first term.
std::vector<double> rowLosses(const Matrix<double>& E, MatrixView<const double> W, MatrixView<const double> H,
                              MatrixView<const double> D = {});

/// Sum of rowLosses.
double lossOf(const QuantizedLinear& q, MatrixView<const double> W, MatrixView<const double> H, MatrixView<const double> D = {});

}  // namespace qs
