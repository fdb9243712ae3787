// SPDX-License-Identifier: GPL-3.0-or-later
// Transposition by perfect shuffles: with N = 2^k vectors a_0 … a_{N−1} of N elements, replace them k times by
// a'_{2i}, a'_{2i+1} = first and second half of the interleaving of a_i with a_{i+N/2}.
#include "kernels/simd.h"
#include "kernels/tile_layout.h"

namespace qs::QS_ISA {
namespace {

constexpr std::size_t kBytes = 16;  // a square of codes is 16 × 16
typedef std::uint8_t Bytes __attribute__((vector_size(16)));
typedef std::uint8_t BytesUnaligned __attribute__((vector_size(16), aligned(1), may_alias));

template <class Vector, class Mask>
QS_INLINE void shuffleTranspose(Vector* a, std::size_t count, const Mask& low, const Mask& high) {
    Vector b[16];
    for (std::size_t round = 1; round < count; round *= 2) {
        for (std::size_t i = 0; i < count / 2; ++i) {
            b[2 * i] = __builtin_shuffle(a[i], a[i + count / 2], low);
            b[2 * i + 1] = __builtin_shuffle(a[i], a[i + count / 2], high);
        }
        for (std::size_t i = 0; i < count; ++i) a[i] = b[i];
    }
}

template <class Mask, class Index>
QS_INLINE Mask interleaving(std::size_t count, bool upper) {
    Mask mask{};  // element i of the shuffled vector comes from there
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t from = (upper ? count / 2 : 0) + i / 2 + (i % 2 ? count : 0);
        mask[i] = static_cast<Index>(from);
    }
    return mask;
}

QS_INLINE std::size_t target(const TileLayout& t, std::size_t c) { return t.position ? static_cast<std::size_t>(t.position[c]) : c; }

}  // namespace

bool rowsToLanes(const TileLayout& t, const float* W, float* tile) {
    const IntVector low = interleaving<IntVector, std::int32_t>(kLanes, false), high = interleaving<IntVector, std::int32_t>(kLanes, true);
    FloatVector notFinite{};  // x − x is 0, or NaN if x is NaN or infinite
    float restNotFinite = 0;
    const std::size_t whole = t.cols / kLanes * kLanes;
    for (std::size_t r = 0; r < t.lanes; r += kLanes)
        for (std::size_t c = 0; c < whole; c += kLanes) {
            FloatVector a[kLanes];
            for (std::size_t i = 0; i < kLanes; ++i) {
                a[i] = r + i < t.rows ? load(W + (r + i) * t.rowStride + c) : FloatVector{};
                notFinite += a[i] - a[i];
            }
            shuffleTranspose(a, kLanes, low, high);
            for (std::size_t i = 0; i < kLanes; ++i) store(tile + target(t, c + i) * t.lanes + r, a[i]);
        }
    for (std::size_t c = whole; c < t.cols; ++c)
        for (std::size_t r = 0; r < t.lanes; ++r) {
            const float x = r < t.rows ? W[r * t.rowStride + c] : 0;
            restNotFinite += x - x;
            tile[target(t, c) * t.lanes + r] = x;
        }
    return sumOf(notFinite) == 0 && restNotFinite == 0;
}

void lanesToRows(const TileLayout& t, const std::uint8_t* tile, std::uint8_t* codes) {
    const Bytes low = interleaving<Bytes, std::uint8_t>(kBytes, false), high = interleaving<Bytes, std::uint8_t>(kBytes, true);
    const std::size_t wholeRows = t.rows / kBytes * kBytes, wholeCols = t.cols / kBytes * kBytes;
    for (std::size_t r = 0; r < wholeRows; r += kBytes)
        for (std::size_t c = 0; c < wholeCols; c += kBytes) {
            Bytes a[kBytes];
            for (std::size_t i = 0; i < kBytes; ++i) a[i] = *reinterpret_cast<const BytesUnaligned*>(tile + target(t, c + i) * t.lanes + r);
            shuffleTranspose(a, kBytes, low, high);
            for (std::size_t i = 0; i < kBytes; ++i) *reinterpret_cast<BytesUnaligned*>(codes + (r + i) * t.rowStride + c) = a[i];
        }
    for (std::size_t c = 0; c < t.cols; ++c)
        for (std::size_t r = c < wholeCols ? wholeRows : 0; r < t.rows; ++r) codes[r * t.rowStride + c] = tile[target(t, c) * t.lanes + r];
}

}  // namespace qs::QS_ISA
