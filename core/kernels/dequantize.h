// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/isa.h"

namespace qs {

/// out[i] = scale · float(codes[i] − zero), one rounding.
void dequantizeRun(const std::uint8_t* codes, std::size_t count, float scale, std::uint8_t zero, float* out);

}  // namespace qs

QS_ISA_DECLARE(void, dequantizeRun, (const std::uint8_t* codes, std::size_t count, float scale, std::uint8_t zero, float* out))
