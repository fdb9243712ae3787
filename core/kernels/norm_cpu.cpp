// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/norm.h"

#include "kernels/lanes.h"

namespace qs::QS_ISA {
namespace {

/// 1 / sqrt(sum of squares / dim + epsilon)
float inverseRms(Floats squares, std::size_t dim, float epsilon) {
    return 1.0f / __builtin_sqrtf(sumOf(squares) / static_cast<float>(dim) + epsilon);
}

template <class In, class Out>
void normRows(const In* x, const float* w, float epsilon, std::size_t rows, std::size_t dim, Out* y) {
    for (std::size_t i = 0; i < rows; ++i, x += dim, y += dim) {
        Floats squares{};
        overLanes(dim, [&](std::size_t j, auto part) {
            const Floats v = load(x + j, part);
            squares = fma(v, v, squares);
        });
        const Floats r = splat(inverseRms(squares, dim, epsilon));
        overLanes(dim, [&](std::size_t j, auto part) { store(y + j, load(x + j, part) * r * load(w + j, part), part); });
    }
}

/// y += bias (if any); returns the sum of squares in lanes.
Floats addBias(float* y, const float* bias, std::size_t dim) {
    Floats squares{};
    overLanes(dim, [&](std::size_t j, auto part) {
        Floats v = load(y + j, part);
        if (bias) {
            v += load(bias + j, part);
            store(y + j, v, part);
        }
        squares = fma(v, v, squares);
    });
    return squares;
}

/// sum = h + y r w (or h + y), kept in y and rounded into h; returns the sum of squares in lanes.
template <class T>
Floats addToResidual(float* y, Floats r, const float* w, T* h, std::size_t dim) {
    Floats squares{};
    overLanes(dim, [&](std::size_t j, auto part) {
        Floats v = load(y + j, part);
        if (w) v = v * r * load(w + j, part);
        v += load(h + j, part);
        store(y + j, v, part);
        store(h + j, v, part);
        squares = fma(v, v, squares);
    });
    return squares;
}

template <class T>
void stepRows(const ResidualStep<T>& s) {
    for (std::size_t i = 0; i < s.rows; ++i) {
        float* y = s.y + i * s.dim;
        Floats r{};
        if (s.bias || s.postNorm) {
            const Floats squares = addBias(y, s.bias, s.dim);
            r = splat(inverseRms(squares, s.dim, s.epsilon));
        }
        const Floats squares = addToResidual(y, r, s.postNorm, s.h + i * s.dim, s.dim);
        if (!s.next) continue;
        r = splat(inverseRms(squares, s.dim, s.epsilon));
        T* x = s.x + i * s.dim;
        overLanes(s.dim, [&](std::size_t j, auto part) { store(x + j, load(y + j, part) * r * load(s.next + j, part), part); });
    }
}

}  // namespace

void rmsNormF32(const float* x, const float* w, float epsilon, std::size_t rows, std::size_t dim, float* y) {
    normRows(x, w, epsilon, rows, dim, y);
}
void rmsNormBf16(const BFloat16* x, const float* w, float epsilon, std::size_t rows, std::size_t dim, BFloat16* y) {
    normRows(x, w, epsilon, rows, dim, y);
}
void rmsNormBf16ToF32(const BFloat16* x, const float* w, float epsilon, std::size_t rows, std::size_t dim, float* y) {
    normRows(x, w, epsilon, rows, dim, y);
}
void residualStepF32(const ResidualStep<float>& step) { stepRows(step); }
void residualStepBf16(const ResidualStep<BFloat16>& step) { stepRows(step); }

}  // namespace qs::QS_ISA
