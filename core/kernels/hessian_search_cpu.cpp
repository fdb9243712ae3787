// SPDX-License-Identifier: GPL-3.0-or-later
// See searchHessianGrids in kernels/hessian_search.h.
#include "kernels/hessian_search.h"

#if QS_ISA_avx512 || QS_ISA_avx512bf16
#include <immintrin.h>
#endif

#include "kernels/simd.h"

namespace qs::QS_ISA {
namespace {

// Vectors of as many doubles as one register holds.
constexpr std::size_t kHalf = kLanes / 2;
typedef float FloatHalf __attribute__((vector_size(QS_LANES * 2), aligned(4), may_alias));
typedef double DoubleHalf __attribute__((vector_size(QS_LANES * 4), aligned(8), may_alias));

QS_INLINE DoubleHalf widened(const float* p) {
#if QS_LANES == 16
    return reinterpret_cast<DoubleHalf>(
        _mm512_maskz_cvtps_pd(0xff, _mm256_loadu_ps(p)));  // the compiler takes two steps; unmasked, it warns
#else
    return __builtin_convertvector(*reinterpret_cast<const FloatHalf*>(p), DoubleHalf);
#endif
}

/// v += δ row, row in float.
QS_INLINE void addRow(double* v, const float* row, std::size_t count, double delta) {
    const DoubleHalf factor = DoubleHalf{} + delta;
    std::size_t j = 0;
    for (; j + kHalf <= count; j += kHalf) *reinterpret_cast<DoubleHalf*>(v + j) += factor * widened(row + j);
    for (; j < count; ++j) v[j] += delta * static_cast<double>(row[j]);
}

/// The running quadratic form of one walk over the candidates, from the largest scale down. Elements wait in a list of the candidate at
/// which their code changes next.
class Walk {
  public:
    Walk(const GridRule& rule, const HessianSearchRow& row, float base, const HessianSearchScratch::Row& scratch)
        : m(row),
          m_v(scratch.v),
          m_codes(scratch.codes),
          m_next(scratch.next),
          m_first(scratch.first),
          m_base(base),
          m_grid(static_cast<float>(rule.shrinkGrid)),
          m_steps(rule.shrinkSteps) {}

    double A = 0, B = 0;

    /// Codes of the first candidate on a grid from low to high, from nothing.
    void start(float low, float high) {
        m_low = low;
        m_high = high;
        A = B = 0;
        for (int i = 0; i < m_steps; ++i) m_first[i] = -1;
        for (std::size_t j = 0; j < m.count; ++j) {
            m_v[j] = 0;
            m_codes[j] = centredCode(m.w[j], m_base, low, high);
            m_next[j] = turnOf(m.w[j], m_codes[j], 0);
        }
        for (std::size_t j = 0; j < m.count; ++j) {
            await(static_cast<int>(j), m_next[j]);
            if (m_codes[j] < 0 || m_codes[j] > 0) change(j, static_cast<double>(m_codes[j]));
        }
    }

    /// Codes of candidate i.
    void moveTo(int i, float scale) {
        for (int j = m_first[i], following = 0; j >= 0; j = following) {
            following = m_next[j];
            const auto element = static_cast<std::size_t>(j);
            const float w = m.w[element], before = m_codes[element], code = centredCode(w, scale, m_low, m_high);
            await(j, turnOf(w, code, i));
            m_codes[element] = code;
            if (code < before || code > before) change(element, static_cast<double>(code) - static_cast<double>(before));
        }
    }

  private:
    /// The candidate behind i at which |w| / s passes |code| + ½, a little early so that rounding hides no change: the exact codes are
    /// looked at there. The number of candidates or more at the end of the grid.
    int turnOf(float w, float code, int i) const {
        const float size = w < 0 ? -w : w, half = (code < 0 ? -code : code) + 0.5f, end = w < 0 ? m_low : m_high;
        const float passed = m_grid - m_grid * (size * 1.00001f / (half * m_base));
        const int turn = static_cast<int>(passed) + 1;
        return code == end ? m_steps : turn > i ? turn : i + 1;
    }

    void await(int element, int turn) {
        if (turn >= m_steps) return;
        m_next[element] = m_first[turn];
        m_first[turn] = element;
    }

    void change(std::size_t i, double delta) {
        const float* row = m.H + i * m.stride;
        A += delta * (2 * m_v[i] + delta * static_cast<double>(row[i]));
        B += delta * m.Hw[i];
        addRow(m_v, row, m.count, delta);
    }

    const HessianSearchRow& m;
    double* m_v;            // H cᵀ
    float* m_codes;         // c = code − z
    int *m_next, *m_first;  // the next element in the list of an element; the first one in that of a candidate, or −1
    float m_base, m_grid, m_low = 0, m_high = 0;
    int m_steps;
};

}  // namespace

HessianGrid searchHessianGrid(const GridRule& rule, const HessianSearchRow& row, const HessianSearchScratch::Row& scratch) {
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
        const float zero = side == 0 ? below : above, low = -zero, high = static_cast<float>((1 << rule.bits) - 1) - zero;
        const double reach = reachOf(row.w, row.Hw, row.count, low, high);
        Walk walk(rule, row, base.scale, scratch);
        for (int i = 0; i < rule.shrinkSteps; ++i) {
            const float scale = base.scale * shrinkFactor<float>(i, rule.shrinkGrid);
            if (i == 0) walk.start(low, high);
            else walk.moveTo(i, scale);
            const double s = static_cast<double>(scale), error = s * s * walk.A - 2 * s * walk.B + C;
            if (error < best.error || (error <= best.error && i < leastStep)) {
                best = {{scale, zero}, error};
                leastStep = i;
            }
            if (isBeyondReach(s, reach, C, best.error)) break;
        }
    }
    best.grid.scale = storedScale(best.grid.scale, rule.storage);
    return best;
}

}  // namespace qs::QS_ISA
