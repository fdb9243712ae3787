// SPDX-License-Identifier: GPL-3.0-or-later
// See searchHessianGrids in kernels/hessian_search.h.
#include "kernels/hessian_search.h"

#if defined(__AVX2__)
#include <immintrin.h>
#endif

#include "kernels/simd.h"

namespace qs::QS_ISA {
namespace {

/// Bit l says whether lane l of a comparison (0 or −1) holds.
QS_INLINE unsigned laneBits(IntVector comparison) {
#if QS_LANES == 16
    return _mm512_movepi32_mask(reinterpret_cast<__m512i>(comparison));
#elif QS_LANES == 8
    return static_cast<unsigned>(_mm256_movemask_ps(reinterpret_cast<__m256>(comparison)));
#else
    unsigned bits = 0;
    for (std::size_t lane = 0; lane < kLanes; ++lane) bits |= static_cast<unsigned>(comparison[lane] & 1) << lane;
    return bits;
#endif
}

typedef double DoublesAnywhere __attribute__((vector_size(QS_LANES * 8), aligned(8), may_alias));

/// Σ_j row_j c_j in double.
QS_INLINE double dot(const float* row, const double* c, std::size_t count) {
    DoubleVector even{}, odd{};
    std::size_t j = 0;
    for (; j + 2 * kLanes <= count; j += 2 * kLanes) {
        even += __builtin_convertvector(load(row + j), DoubleVector) * *reinterpret_cast<const DoublesAnywhere*>(c + j);
        odd += __builtin_convertvector(load(row + j + kLanes), DoubleVector) * *reinterpret_cast<const DoublesAnywhere*>(c + j + kLanes);
    }
    even += odd;
    double sum = 0;
    for (; j < count; ++j) sum += static_cast<double>(row[j]) * c[j];
    for (std::size_t half = kLanes / 2; half > 0; half /= 2)
        for (std::size_t lane = 0; lane < half; ++lane) even[lane] += even[lane + half];
    return sum + even[0];
}

/// The running quadratic form of one walk over the candidates, from the largest scale down.
class Walk {
  public:
    Walk(const HessianSearchRow& row, double* codes, float* turns) : m(row), m_codes(codes), m_turns(turns) {}

    double A = 0, B = 0;

    /// Codes of the grid (scale, low, high), from nothing.
    void start(float scale, float low, float high) {
        m_low = low;
        m_high = high;
        for (std::size_t j = 0; j < m.count; ++j) {
            const float code = centredCode(m.w[j], scale, low, high);
            m_codes[j] = static_cast<double>(code);
            m_turns[j] = turnOf(m.w[j], code);
        }
        for (std::size_t j = m.count; j < m.count + kLanes; ++j) m_turns[j] = 0;
        A = B = 0;
        for (std::size_t i = 0; i < m.count; ++i)
            if (m_codes[i] < 0 || m_codes[i] > 0) {
                A += m_codes[i] * dot(m.H + i * m.stride, m_codes, m.count);
                B += m_codes[i] * m.Hw[i];
            }
    }

    /// Codes of a smaller scale: only elements whose turn has come are looked at.
    void moveTo(float scale) {
        const FloatVector scales = splat(scale);
        for (std::size_t j = 0; j < m.count; j += kLanes)
            for (unsigned bits = laneBits(load(m_turns + j) > scales); bits != 0; bits &= bits - 1)
                look(j + static_cast<unsigned>(__builtin_ctz(bits)), scale);
    }

  private:
    /// The scale below which the code of w leaves `code`, a little enlarged so that rounding hides no change; 0 at the end of the grid.
    float turnOf(float w, float code) const {
        const float size = w < 0 ? -w : w, steps = code < 0 ? -code : code;
        return (w > 0 ? code < m_high : code > m_low) ? size / (steps + 0.5f) * 1.000001f : 0;
    }

    void look(std::size_t i, float scale) {
        const float next = centredCode(m.w[i], scale, m_low, m_high);
        const double delta = static_cast<double>(next) - m_codes[i];
        if (!(delta < 0 || delta > 0)) return;
        const float* row = m.H + i * m.stride;
        A += delta * (2 * dot(row, m_codes, m.count) + delta * static_cast<double>(row[i]));
        B += delta * m.Hw[i];
        m_codes[i] = static_cast<double>(next);
        m_turns[i] = turnOf(m.w[i], next);
    }

    const HessianSearchRow& m;
    double* m_codes;  // c = code − z
    float* m_turns;
    float m_low = 0, m_high = 0;
};

}  // namespace

HessianGrid searchHessianGrid(const GridRule& rule, const HessianSearchRow& row, double* doubles, float* floats) {
    float smallest = row.w[0], largest = row.w[0];
    double C = 0;
    for (std::size_t j = 0; j < row.count; ++j) {
        smallest = smallerOf(smallest, row.w[j]);
        largest = largerOf(largest, row.w[j]);
        C += row.Hw[j] * static_cast<double>(row.w[j]);
    }
    const Grid<float> base = baseGrid<float>(rule.kind, rule.bits, smallest, largest);
    // The zero points to try: both neighbours of the unrounded one, in this order for every candidate.
    const float below = ::floorf(base.zero), above = ::ceilf(base.zero);
    HessianGrid best{{base.scale, below}, HUGE_VAL};
    int leastStep = 0;
    for (int side = 0; side < (above > below ? 2 : 1); ++side) {
        const float zero = side == 0 ? below : above;
        Walk walk(row, doubles, floats);
        for (int i = 0; i < rule.shrinkSteps; ++i) {
            const float scale = base.scale * shrinkFactor<float>(i, rule.shrinkGrid);
            if (i == 0) walk.start(scale, -zero, static_cast<float>((1 << rule.bits) - 1) - zero);
            else walk.moveTo(scale);
            const double s = static_cast<double>(scale), error = s * s * walk.A - 2 * s * walk.B + C;
            if (error < best.error || (error <= best.error && i < leastStep)) {
                best = {{scale, zero}, error};
                leastStep = i;
            }
        }
    }
    best.grid.scale = storedScale(best.grid.scale, rule.storage);
    return best;
}

}  // namespace qs::QS_ISA
