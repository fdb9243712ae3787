// SPDX-License-Identifier: GPL-3.0-or-later
// See kernels/gptq_columns.h for the formulas. A few columns of two vectors of lanes stay in registers while the columns before them are
// subtracted; then they are quantised one by one, each updating the rest in registers.
#include "kernels/gptq_columns.h"

#include "kernels/simd.h"

namespace qs::QS_ISA {
namespace {

constexpr std::size_t kColumns = kLanes == 16 ? 8 : 4;  // in registers at once; × 2 vectors
constexpr std::size_t kVectors = 2;

struct Sums {
    FloatVector e2{}, d2{};
};

/// Columns [j, j + N) of the lanes [lane, lane + kVectors · kLanes).
template <std::size_t N, bool Corrected>
QS_INLINE void solveFew(const ColumnBlock& b, std::size_t j, std::size_t lane, Sums& sums) {
    FloatVector v[N][kVectors];
    for (std::size_t c = 0; c < N; ++c)
        for (std::size_t k = 0; k < kVectors; ++k) {
            const std::size_t at = (j + c) * b.lanes + lane + k * kLanes;
            v[c][k] = b.compensation ? load(b.weights + at) + load(b.compensation + at) : load(b.weights + at);
        }
    if (b.unitLower)
        for (std::size_t i = 0; i < j; ++i)
            for (std::size_t k = 0; k < kVectors; ++k) {
                const FloatVector d = load(b.weights + i * b.lanes + lane + k * kLanes);
                for (std::size_t c = 0; c < N; ++c) v[c][k] += d * b.unitLower[(j + c) * b.unitLowerStride + i];
                if constexpr (Corrected) {
                    const FloatVector value = load(b.values + i * b.lanes + lane + k * kLanes);
                    for (std::size_t c = 0; c < N; ++c) v[c][k] += value * b.correction[(j + c) * b.unitLowerStride + i];
                }
            }
    const float maxq = static_cast<float>((1 << b.bits) - 1);
    for (std::size_t c = 0; c < N; ++c) {
        const std::size_t group = static_cast<std::size_t>(b.groups[j + c]) * b.lanes + lane;
        const float diagonal = b.diagonal ? b.diagonal[j + c] : 1;
        for (std::size_t k = 0; k < kVectors; ++k) {
            const std::size_t at = (j + c) * b.lanes + lane + k * kLanes;
            const FloatVector scale = load(b.scales + group + k * kLanes), zero = load(b.zeros + group + k * kLanes);
            const auto [code, d, e] = quantizeColumn(v[c][k], load(b.weights + at), scale, zero, maxq, diagonal);
            store(b.weights + at, d);
            if constexpr (Corrected) {
                store(b.values + at, v[c][k]);
                for (std::size_t later = c + 1; later < N; ++later)
                    v[later][k] += v[c][k] * b.correction[(j + later) * b.unitLowerStride + j + c];
            }
            storeBytes(b.codes + at, code);
            sums.e2 += e * e;
            sums.d2 += d * d;
            if (b.unitLower)
                for (std::size_t later = c + 1; later < N; ++later) v[later][k] += d * b.unitLower[(j + later) * b.unitLowerStride + j + c];
        }
    }
}

template <bool Corrected>
QS_INLINE ColumnSums solveAll(const ColumnBlock& b) {
    ColumnSums total;
    for (std::size_t lane = 0; lane < b.lanes; lane += kVectors * kLanes) {
        for (std::size_t first = 0; first < b.count;) {
            const std::size_t last = first + 128 < b.count ? first + 128 : b.count;  // a piece whose sums are taken in float32
            Sums sums;
            std::size_t j = first;
            for (; j + kColumns <= last; j += kColumns) solveFew<kColumns, Corrected>(b, j, lane, sums);
            for (; j < last; ++j) solveFew<1, Corrected>(b, j, lane, sums);
            total.squaredErrors += sumOf(sums.e2);
            total.squaredDifferences += sumOf(sums.d2);
            first = last;
        }
    }
    return total;
}

}  // namespace

ColumnSums solveColumns(const ColumnBlock& b) { return b.correction ? solveAll<true>(b) : solveAll<false>(b); }

}  // namespace qs::QS_ISA
