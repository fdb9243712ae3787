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

// Vectors of as many doubles as one register holds, with the floats for them.
constexpr std::size_t kHalf = kLanes / 2;
typedef float FloatHalf __attribute__((vector_size(QS_LANES * 2), aligned(4), may_alias));
typedef double DoubleHalf __attribute__((vector_size(QS_LANES * 4), aligned(8), may_alias));

/// v += δ row, row in float.
QS_INLINE void addRow(double* v, const float* row, std::size_t count, double delta) {
    const DoubleHalf factor = DoubleHalf{} + delta;
    std::size_t j = 0;
    for (; j + kHalf <= count; j += kHalf)
        *reinterpret_cast<DoubleHalf*>(v + j) += factor * __builtin_convertvector(*reinterpret_cast<const FloatHalf*>(row + j), DoubleHalf);
    for (; j < count; ++j) v[j] += delta * static_cast<double>(row[j]);
}

/// The running quadratic form of one walk over the candidates, from the largest scale down. Turns and codes are written by whole vectors,
/// since they are read so: a load that spans a younger narrow store waits for it.
class Walk {
  public:
    Walk(const HessianSearchRow& row, double* doubles, float* floats)
        : m(row), m_padded(roundedUp(row.count)), m_v(doubles), m_w(floats), m_codes(floats + m_padded), m_turns(floats + 2 * m_padded) {
        for (std::size_t j = 0; j < m_padded; ++j) m_w[j] = j < m.count ? m.w[j] : 0;
    }

    double A = 0, B = 0;

    /// Codes of the grid (scale, low, high), from nothing.
    void start(float scale, float low, float high) {
        m_low = low;
        m_high = high;
        A = B = 0;
        for (std::size_t j = 0; j < m.count; ++j) m_v[j] = 0;
        for (std::size_t j = 0; j < m_padded; ++j) m_codes[j] = 0;  // every element that has another code changes at once
        for (std::size_t j = 0; j < m_padded; j += kLanes) look(j, scale);
    }

    /// Codes of a smaller scale: only vectors with elements whose turn has come are looked at.
    void moveTo(float scale) {
        const FloatVector scales = splat(scale);
        for (std::size_t j = 0; j < m_padded; j += kLanes)
            if (laneBits(load(m_turns + j) > scales) != 0) look(j, scale);
    }

    static std::size_t roundedUp(std::size_t count) { return (count + kLanes - 1) / kLanes * kLanes; }

  private:
    /// The scales below which the codes leave `codes`, a little enlarged so that rounding hides no change; 0 at the end of the grid.
    FloatVector turnsOf(FloatVector w, FloatVector codes) const {
        const FloatVector size = w < 0 ? -w : w, steps = codes < 0 ? -codes : codes, turns = size / (steps + 0.5f) * 1.000001f;
        const FloatVector end = w > 0 ? splat(m_high) : splat(m_low);
        return codes == end ? FloatVector{} : turns;
    }

    /// Takes up the changes of a vector of elements.
    void look(std::size_t j, float scale) {
        const FloatVector w = load(m_w + j), before = load(m_codes + j);
        const FloatVector codes = centredCode(w, splat(scale), splat(m_low), splat(m_high)), delta = codes - before;
        store(m_codes + j, codes);
        store(m_turns + j, turnsOf(w, codes));
        alignas(64) float changes[kLanes];
        store(changes, delta);
        for (unsigned bits = laneBits(codes != before); bits != 0; bits &= bits - 1) {
            const auto lane = static_cast<unsigned>(__builtin_ctz(bits));
            change(j + lane, static_cast<double>(changes[lane]));
        }
    }

    void change(std::size_t i, double delta) {
        const float* row = m.H + i * m.stride;
        A += delta * (2 * m_v[i] + delta * static_cast<double>(row[i]));
        B += delta * m.Hw[i];
        addRow(m_v, row, m.count, delta);
    }

    const HessianSearchRow& m;
    const std::size_t m_padded;
    double* m_v;                     // H cᵀ
    float *m_w, *m_codes, *m_turns;  // w, c = code − z, turns; padded with zeros
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
