// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <vector>

#include "base/array.h"

namespace qs {

/// Σ_r m_r H m_rᵀ over the rows m_r of M [rows, n], H [n, n] symmetric (both triangles stored, one is read): rows · n² flops. Products in
/// float32 sums of at most n terms, everything beyond in double. `workspace` is resized as needed.
double quadraticForm(MatrixView<const float> M, MatrixView<const float> H, std::vector<float>& workspace);

}  // namespace qs
