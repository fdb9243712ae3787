// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/rotary.h"

#include "kernels/lanes.h"

namespace qs::QS_ISA {
namespace {

/// One token's head: z + bias, times r w if the head has a norm.
struct Normed {
    const float *z, *bias, *w;
    Floats r{};

    template <class Part>
    Floats biased(std::size_t j, Part part) const {
        return bias ? load(z + j, part) + load(bias + j, part) : load(z + j, part);
    }
    template <class Part>
    Floats at(std::size_t j, Part part) const {
        return w ? biased(j, part) * r * load(w + j, part) : biased(j, part);
    }
};

template <class T>
void rotateRows(const HeadRotation<T>& s) {
    const std::size_t half = s.headDim / 2;
    for (std::size_t t = 0; t < s.tokens; ++t) {
        Normed head{s.in + t * s.inStride, s.bias, s.norm};
        T* out = s.out + t * s.headDim;
        if (s.norm) {
            Floats squares{};
            overLanes(s.headDim, [&](std::size_t j, auto part) {
                const Floats v = head.biased(j, part);
                squares = fma(v, v, squares);
            });
            head.r = splat(1.0f / __builtin_sqrtf(sumOf(squares) / static_cast<float>(s.headDim) + s.epsilon));
        }
        if (!s.cos) {
            overLanes(s.headDim, [&](std::size_t j, auto part) { store(out + j, head.at(j, part), part); });
            continue;
        }
        const float *cos = s.cos + t * half, *sin = s.sin + t * half;
        overLanes(half, [&](std::size_t j, auto part) {
            const Floats a = head.at(j, part), b = head.at(j + half, part), c = load(cos + j, part), d = load(sin + j, part);
            store(out + j, a * c - b * d, part);
            store(out + j + half, b * c + a * d, part);
        });
    }
}

}  // namespace

void rotateHeadF32(const HeadRotation<float>& head) { rotateRows(head); }
void rotateHeadBf16(const HeadRotation<BFloat16>& head) { rotateRows(head); }

}  // namespace qs::QS_ISA
