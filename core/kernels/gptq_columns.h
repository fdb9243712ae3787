// SPDX-License-Identifier: GPL-3.0-or-later
// The column loop of GPTQ without an inverse, for a block of columns and a tile of rows (rows as lanes).
//
// H = R Rᵀ (damped), R [in, in] upper triangular; D = W − Ŵ. For column j, with i < j already solved:
//   v_j = w_j + (1 / R_jj) Σ_{i<j} D_i R_ij    compensated column
//   q_j = quant(v_j),  D_j = w_j − ŵ_j,  e_j = (v_j − ŵ_j) R_jj,  Σ e² = tr(D H Dᵀ)
// The same numbers as Frantar et al. (arXiv 2210.17323) with U = R⁻¹, since E = D R; no inverse is formed.
// With a correction (GPTAQ, quant/asymmetric_factor.h) the sum is Σ D_i R_ij + α Σ v_i M_ij.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/grid.h"
#include "kernels/isa.h"

namespace qs {

/// One column of one row (or vector of rows): q_j, D_j and e_j from v_j and w_j.
template <class R>
struct QuantizedColumn {
    R code, difference, error;
};
template <class R, class Element = typename ElementOf<R>::Type>
QS_INLINE QuantizedColumn<R> quantizeColumn(R v, R w, R scale, R zero, Element maxq, Element diagonal) {
    const R centred = centredCode(v, scale, -zero, maxq - zero), quantized = scale * centred;
    return {centred + zero, w - quantized, (v - quantized) * diagonal};
}

/// Columns [0, count) of a block. Lane rows are `lanes` apart (a multiple of kLaneMultiple).
struct ColumnBlock {
    std::size_t count = 0, lanes = 0;
    float* weights = nullptr;             ///< [count][lanes] in: w; out: D
    const float* compensation = nullptr;  ///< [count][lanes] (1 / R_jj) Σ over the columns before this block; null: none
    const float* unitLower = nullptr;     ///< row j, column i of the block: R_ij / R_jj; null: plain rounding, no compensation
    std::size_t unitLowerStride = 0;
    const float* diagonal = nullptr;       ///< [count] R_jj; null: 1
    const float* scales = nullptr;         ///< [groups][lanes]
    const float* zeros = nullptr;          ///< [groups][lanes]
    const std::int32_t* groups = nullptr;  ///< [count] group of each column
    int bits = 4;
    std::uint8_t* codes = nullptr;  ///< [count][lanes]
    /// Row j, column i of the block: α M_ij / R_jj, with the stride of unitLower; null: none. Needs unitLower and values.
    const float* correction = nullptr;
    float* values = nullptr;  ///< [count][lanes] out: v
};

/// Sums over the block.
struct ColumnSums {
    double squaredErrors = 0;       ///< Σ e²
    double squaredDifferences = 0;  ///< Σ D²
};

/// Sums of up to 128 columns are taken in float32 (relative error below 1e-5 at worst, 1e-6 in practice), everything beyond in double.
ColumnSums solveColumns(const ColumnBlock& block);

/// The same on the current CUDA device; every pointer of `block` is on the device, and the sums are added to sums[0] (Σ e²) and sums[1] (Σ
/// D²) there.
void solveColumnsOnCuda(const ColumnBlock& block, double* sums);

}  // namespace qs

QS_ISA_DECLARE(::qs::ColumnSums, solveColumns, (const ::qs::ColumnBlock& block))
