// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/grid_search.h"

namespace qs {

void searchGrids(const GridRule& rule, const float* x, std::size_t count, std::size_t stride, std::size_t lanes, float* scales,
                 float* zeros) {
    QS_ISA_CALL(searchGrids)(rule, x, count, stride, lanes, scales, zeros);
}

}  // namespace qs
