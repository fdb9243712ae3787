// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/grid_search.h"

namespace qs {

void searchGrids(const GridRule& rule, const float* x, std::size_t count, std::size_t stride, std::size_t lanes, float* scales,
                 float* zeros) {
    QS_ISA_CALL(searchGrids)(rule, x, count, stride, lanes, scales, zeros);
}

Grid<float> searchHessianGrid(const GridRule& rule, const float* w, std::size_t count, const float* H, std::size_t stride,
                              double* workspace) {
    return QS_ISA_CALL(searchHessianGrid)(rule, w, count, H, stride, workspace);
}

}  // namespace qs
