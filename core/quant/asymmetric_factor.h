// SPDX-License-Identifier: GPL-3.0-or-later
// What GPTAQ adds to the factor of a Hessian: its correction for inputs that earlier linears have changed.
#pragma once

#include <memory>
#include <string>

#include "kernels/gram.h"
#include "quant/quantizer.h"

namespace qs {

/// Made by factorizeCross() once per input tag, shared by the linears that see this input. Indices are solve positions; only the parts
/// strictly below the diagonal have a meaning. Symbols: asymmetric_factor.cpp.
struct AsymmetricFactor {
    Matrix<float> correction;  ///< [in, in] row j, column i < j: α M_ij / R_jj
    /// CorrectionWeight::Published: S = α Tᵀ of every block of `block` columns, one below the other [in, block]; else empty.
    Matrix<float> withinBlock;
    std::size_t block = 0;
};

/// The part of D that is read: factorizeCross() takes what is above the diagonal, where act-order brings every element; --refine takes all,
/// and so does who measures the asymmetric loss.
inline CrossPart crossPartOf(const QuantSettings& settings, bool measured) {
    return measured || settings.actOrder || settings.method == Method::Boa || settings.refine != Refine::None ? CrossPart::Whole
                                                                                                              : CrossPart::Upper;
}

/// The upper triangle (in solve order) of D [in, in] = E[(x̃ − x) xᵀ], in the unit of H and natural order, row = difference, column = input,
/// is enough: no other element is read. Columns at dead inputs count as zero. n³/3 flops, once more in²·block with the published weight.
/// Throws Error if D has another shape than the factor or is not finite.
std::shared_ptr<const AsymmetricFactor> factorizeCross(MatrixView<const float> D, const HessianFactor& factor,
                                                       const QuantSettings& settings, const std::string& subject, JobContext& context,
                                                       ThreadPool& pool);

}  // namespace qs
