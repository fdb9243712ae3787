// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/attention.h"

#include "kernels/lanes_functions.h"

namespace qs::QS_ISA {
namespace {

constexpr Accuracy accuracyFor(const float*) { return Accuracy::Fine; }
constexpr Accuracy accuracyFor(const BFloat16*) { return Accuracy::Coarse; }

/// The keys [first, end) that a row sees, and the whole vectors that hold them.
struct Seen {
    std::size_t first, end;
    std::size_t vectorStart() const { return first / kWidth * kWidth; }
    std::size_t vectorEnd() const { return (end + kWidth - 1) / kWidth * kWidth; }
    bool whole(std::size_t j) const { return j >= first && j + kWidth <= end; }
    Ints mask(std::size_t j) const {
        const Ints key = laneIndex() + static_cast<std::int32_t>(j);
        return (key >= static_cast<std::int32_t>(first)) & (key < static_cast<std::int32_t>(end));
    }
};

template <class T>
Seen seenBy(const SoftmaxTile<T>& s, std::size_t row) {
    const std::size_t query = s.queryStart + row;
    if (query < s.keyStart) return {0, 0};
    const std::size_t last = query - s.keyStart + 1, end = last < s.keys ? last : s.keys;
    const std::size_t hidden = s.window != 0 && query + 1 > s.window ? query + 1 - s.window : 0;
    const std::size_t first = hidden > s.keyStart ? hidden - s.keyStart : 0;
    return first < end ? Seen{first, end} : Seen{0, 0};
}

/// Replaces the scores by cap tanh(scale s / cap).
void capScores(float* scores, Seen seen, float scale, float cap) {
    for (std::size_t j = seen.vectorStart(); j < seen.vectorEnd(); j += kWidth)
        store(scores + j, cap * tanhOf(load(scores + j, All{}) * (scale / cap)), All{});
}

float largest(const float* scores, Seen seen) {
    const Floats lowest = splat(-__builtin_inff());
    Floats most = lowest;
    for (std::size_t j = seen.vectorStart(); j < seen.vectorEnd(); j += kWidth) {
        const Floats s = load(scores + j, All{});
        most = maximum(most, seen.whole(j) ? s : (seen.mask(j) ? s : lowest));
    }
    return maximumOf(most);
}

/// p = 2^(factor s − maximum) for the seen keys; returns their sum.
template <class T>
float exponentials(const float* scores, Seen seen, float factor, float maximum, T* p) {
    const Floats slope = splat(factor), shift = splat(-maximum);
    Floats total{};
    for (std::size_t j = seen.vectorStart(); j < seen.vectorEnd(); j += kWidth) {
        Floats e = exp2Of<accuracyFor(static_cast<T*>(nullptr))>(fma(load(scores + j, All{}), slope, shift));
        if (!seen.whole(j)) e = seen.mask(j) ? e : Floats{};
        total += e;
        store(p + j, e, All{});
    }
    return sumOf(total);
}

template <class T>
void zero(T* p, std::size_t from, std::size_t to) {
    for (std::size_t j = from; j < to; j += kWidth) store(p + j, Floats{}, All{});
}

template <class T>
void softmaxRow(const SoftmaxTile<T>& s, std::size_t i) {
    const Seen seen = seenBy(s, i);
    float* scores = s.scores + i * s.stride;
    T* p = s.p + i * s.stride;
    const std::size_t width = (s.keys + kWidth - 1) / kWidth * kWidth;
    zero(p, 0, seen.vectorStart());
    zero(p, seen.vectorEnd(), width);
    if (seen.end == 0) return;
    if (s.softcap > 0) capScores(scores, seen, s.scale, s.softcap);
    const float factor = (s.softcap > 0 ? 1.0f : s.scale) * kLog2E;
    const float here = largest(scores, seen) * factor, before = s.maximum[i];
    const float most = here > before ? here : before;
    const float added = exponentials(scores, seen, factor, most, p);
    if (s.sum[i] > 0 && most > before) {
        const Floats shrink = exp2Of(splat(before - most));
        float* out = s.out + i * s.valueDim;
        overLanes(s.valueDim, [&](std::size_t j, auto part) { store(out + j, load(out + j, part) * shrink, part); });
        s.sum[i] *= shrink[0];
    }
    s.maximum[i] = most;
    s.sum[i] += added;
}

template <class T>
void softmaxRows(const SoftmaxTile<T>& s) {
    for (std::size_t i = 0; i < s.rows; ++i) softmaxRow(s, i);
}

template <class T>
void divide(const float* x, const float* divisor, std::size_t rows, std::size_t dim, T* y, std::size_t stride) {
    for (std::size_t i = 0; i < rows; ++i, x += dim, y += stride) {
        const Floats inverse = splat(1.0f / divisor[i]);
        overLanes(dim, [&](std::size_t j, auto part) { store(y + j, load(x + j, part) * inverse, part); });
    }
}

}  // namespace

void softmaxTileF32(const SoftmaxTile<float>& tile) { softmaxRows(tile); }
void softmaxTileBf16(const SoftmaxTile<BFloat16>& tile) { softmaxRows(tile); }

void divideRowsF32(const float* x, const float* divisor, std::size_t rows, std::size_t dim, float* y, std::size_t stride) {
    divide(x, divisor, rows, dim, y, stride);
}
void divideRowsBf16(const float* x, const float* divisor, std::size_t rows, std::size_t dim, BFloat16* y, std::size_t stride) {
    divide(x, divisor, rows, dim, y, stride);
}

}  // namespace qs::QS_ISA
