// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/isa.h"

namespace qs {

/// out[i] = scale · float(codes[i] − zero), one rounding.
void dequantizeRun(const std::uint8_t* codes, std::size_t count, float scale, std::uint8_t zero, float* out);

/// Ŵ [rows, in] on the current CUDA device, all pointers there: codes [rows, in], scales and zeros [rows, groups], groupOf [in].
void dequantizeOnCuda(const std::uint8_t* codes, std::size_t rows, std::size_t in, const float* scales, const std::uint8_t* zeros,
                      std::size_t groups, const std::int32_t* groupOf, float* out);

}  // namespace qs

QS_ISA_DECLARE(void, dequantizeRun, (const std::uint8_t* codes, std::size_t count, float scale, std::uint8_t zero, float* out))
