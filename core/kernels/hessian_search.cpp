// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/hessian_search.h"

#include <algorithm>

#include "kernels/blas.h"

namespace qs {
namespace {

constexpr std::size_t kPanel = 256;    // columns of H that are widened at once
constexpr std::size_t kNarrow = 1024;  // columns up to which a row is narrow; a change holds no greater element
constexpr std::size_t kLanes = 16;     // of the widest vector

void widen(MatrixView<const float> from, double* to) {
    for (std::size_t i = 0; i < from.rows; ++i)
        for (std::size_t j = 0; j < from.cols; ++j) to[i * from.cols + j] = static_cast<double>(from(i, j));
}

}  // namespace

HessianGrid searchHessianGrid(const GridRule& rule, const HessianSearchRow& row, const HessianSearchScratch::Row& scratch) {
    return QS_ISA_CALL(searchHessianGrid)(rule, row, scratch);
}

void searchWideHessianGrids(const GridRule& rule, const WideSearchRows& rows, const HessianSearchScratch::Wide& scratch,
                            const HessianSearchTick& tick, HessianGrid* found) {
    QS_ISA_CALL(searchWideHessianGrids)(rule, rows, scratch, tick, found);
}

HessianSearchScratch::Row HessianSearchScratch::roomFor(const GridRule& rule, std::size_t count) {
    const std::size_t padded = (count + kLanes - 1) / kLanes * kLanes, levels = std::size_t{1} << rule.bits,
                      most = padded * levels + kLanes;  // an element changes once at every code on its side
    for (auto* vector : {&size, &codes, &ends}) vector->resize(padded);
    v.resize(padded);
    places.resize(padded);
    for (auto* vector : {&found, &changes}) vector->resize(most);
    for (auto* vector : {&A, &B}) vector->resize(most);
    const auto steps = static_cast<std::size_t>(rule.shrinkSteps);
    upTo.resize(steps);
    factors.resize(steps);
    for (std::size_t i = 0; i < steps; ++i) factors[i] = shrinkFactor<float>(static_cast<int>(i), rule.shrinkGrid);
    return {v.data(),       size.data(), codes.data(), ends.data(), places.data(), found.data(),
            changes.data(), A.data(),    B.data(),     upTo.data(), factors.data()};
}

HessianSearchScratch::Wide HessianSearchScratch::roomFor(std::size_t rows, std::size_t count) {
    walks.resize(2 * rows);
    codes.resize(2 * rows * count);
    turns.resize(2 * rows * (count + kLanes));
    C.resize(rows);
    return {walks.data(), codes.data(), turns.data(), C.data()};
}

void searchHessianGrids(const GridRule& rule, MatrixView<const float> w, MatrixView<const float> H, HessianSearchScratch& scratch,
                        const std::function<void()>& tick, HessianGrid* found) {
    const std::size_t n = w.cols, panel = std::min(kPanel, n);
    scratch.wide.resize(n * panel);
    scratch.W.resize(w.rows * n);
    scratch.Hw.resize(w.rows * n);
    widen(w, scratch.W.data());
    for (std::size_t first = 0; first < n; first += panel) {
        tick();
        const std::size_t width = std::min(panel, n - first);
        widen({H.data + first, n, width, H.stride}, scratch.wide.data());
        gemm(Transpose::No, Transpose::No, w.rows, width, n, 1.0, scratch.W.data(), n, scratch.wide.data(), width, 0.0,
             scratch.Hw.data() + first, n);
    }
    if (n > kNarrow) {
        searchWideHessianGrids(rule, {w.data, w.rows, n, w.stride, H.data, H.stride, scratch.Hw.data()}, scratch.roomFor(w.rows, n),
                               {[](const void* f) { (*static_cast<const std::function<void()>*>(f))(); }, &tick}, found);
        return;
    }
    const HessianSearchScratch::Row row = scratch.roomFor(rule, n);
    for (std::size_t r = 0; r < w.rows; ++r)
        found[r] = searchHessianGrid(rule, {w.row(r), H.data, n, H.stride, scratch.Hw.data() + r * n}, row);
}

}  // namespace qs
