// SPDX-License-Identifier: GPL-3.0-or-later
// Wide groups of searchHessianGrids in kernels/hessian_search.h.
//
// Several changes δ_a of one row at once: A += Σ_a δ_a (2 H_a: cᵀ + δ_a H_aa) + 2 Σ_{a<b} δ_a δ_b H_ab, c before them.
#include "kernels/hessian_search.h"

#if QS_ISA_avx512 || QS_ISA_avx512bf16
#include <immintrin.h>
#endif

#include "kernels/simd.h"

namespace qs::QS_ISA {
namespace {

constexpr std::size_t kBatch = WideSearchWalk::kBatch;
constexpr std::size_t kRun = 512;  // columns whose products are summed in float

#if QS_LANES == 16  // the compiler would go lane by lane
typedef float FloatHalf __attribute__((vector_size(32)));
typedef double DoubleHalf __attribute__((vector_size(64)));
typedef double DoubleQuarter __attribute__((vector_size(32)));
QS_INLINE double wideSum(FloatVector v) {
    const FloatHalf low = __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7),
                    high = __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
    const DoubleHalf both = __builtin_convertvector(low, DoubleHalf) + __builtin_convertvector(high, DoubleHalf);
    const DoubleQuarter sum = __builtin_shufflevector(both, both, 0, 1, 2, 3) + __builtin_shufflevector(both, both, 4, 5, 6, 7);
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}
/// Bit k: a_k ≥ b, of one vector of `a`.
QS_INLINE unsigned atLeast(const float* a, float b) { return _mm512_cmp_ps_mask(_mm512_loadu_ps(a), _mm512_set1_ps(b), _CMP_GE_OQ); }
#else
QS_INLINE double wideSum(FloatVector v) { return sumOf(v); }
QS_INLINE unsigned atLeast(const float* a, float b) {
    unsigned bits = 0;
    for (std::size_t k = 0; k < kLanes; ++k) bits |= static_cast<unsigned>(a[k] >= b) << k;
    return bits;
}
#endif

/// products[a] = Σ_j rows[a]_j c_j over the first `count` columns.
template <std::size_t N>
QS_INLINE void multiply(const float* const (&rows)[N], const float* c, std::size_t count, double (&products)[N]) {
    constexpr std::size_t parts = N == 1 ? 4 : 1;
    for (std::size_t a = 0; a < N; ++a) products[a] = 0;
    std::size_t j = 0;
    while (j + kLanes <= count) {
        const std::size_t end = count - j < kRun ? count : j + kRun;
        FloatVector sums[N * parts] = {};
        for (; j + parts * kLanes <= end; j += parts * kLanes)
            for (std::size_t k = 0; k < parts; ++k) {
                const FloatVector codes = load(c + j + k * kLanes);
                for (std::size_t a = 0; a < N; ++a) sums[a * parts + k] += load(rows[a] + j + k * kLanes) * codes;
            }
        for (; j + kLanes <= end; j += kLanes) sums[0] += load(rows[0] + j) * load(c + j);  // N is 1
        for (std::size_t a = 0; a < N; ++a) {
            FloatVector sum = sums[a * parts];
            for (std::size_t k = 1; k < parts; ++k) sum += sums[a * parts + k];
            products[a] += wideSum(sum);
        }
    }
    for (; j < count; ++j)
        for (std::size_t a = 0; a < N; ++a) products[a] += static_cast<double>(rows[a][j] * c[j]);
}

/// The quadratic forms of all rows over the candidates, from the largest scale down. Elements are gone through in blocks of one vector, all
/// walks for each, so that walks share the rows of H that they need.
class Walks {
  public:
    Walks(const GridRule& rule, const WideSearchRows& rows, const HessianSearchScratch::Wide& scratch, HessianGrid* found)
        : m_rule(rule), m(rows), m_scratch(scratch), m_found(found), m_blocks((rows.count + kLanes - 1) / kLanes) {}

    /// Codes of the first candidate, from nothing.
    void start() {
        for (std::size_t r = 0; r < m.rows; ++r) addWalksOf(r);
        for (std::size_t k = 0; k < m_walks * m.count; ++k) m_scratch.codes[k] = 0;
        for (std::size_t k = 0; k < m_walks * m_blocks * kLanes; ++k) m_scratch.turns[k] = 0;
        for (std::size_t j = 0; j < m.count; ++j)
            for (std::size_t k = 0; k < m_walks; ++k) {
                WideSearchWalk& walk = m_scratch.walks[k];
                const float w = m.w[walk.row * m.wStride + j], code = centredCode(w, walk.base, walk.low, walk.high);
                turnOf(k, j) = nextTurn(walk, w, code);
                if (code < 0 || code > 0) change(walk, k, j, code, code, j);
            }
        judge(0, m.count);
    }

    void moveTo(int i) {
        const float factor = shrinkFactor<float>(i, m_rule.shrinkGrid);
        const float* turns = m_scratch.turns;
        for (std::size_t block = 0; block < m_blocks; ++block)
            for (std::size_t k = 0; k < m_walks; ++k, turns += kLanes) {
                const float scale = m_scratch.walks[k].base * factor;
                for (unsigned due = atLeast(turns, scale); due != 0; due &= due - 1)
                    update(k, block * kLanes + static_cast<std::size_t>(__builtin_ctz(due)), scale);
            }
        judge(i, m.count);
    }

    /// The scales as they are stored.
    void finish() {
        for (std::size_t r = 0; r < m.rows; ++r) m_found[r].grid.scale = storedScale(m_found[r].grid.scale, m_rule.storage);
    }

  private:
    void addWalksOf(std::size_t r) {
        const float* w = m.w + r * m.wStride;
        const double* Hw = m.Hw + r * m.count;
        float smallest = w[0], largest = w[0];
        double C = 0;
        for (std::size_t j = 0; j < m.count; ++j) {
            smallest = smallerOf(smallest, w[j]);
            largest = largerOf(largest, w[j]);
            C += Hw[j] * static_cast<double>(w[j]);
        }
        const Grid<float> base = baseGrid<float>(m_rule.kind, m_rule.bits, smallest, largest);
        const float below = ::floorf(base.zero), above = ::ceilf(base.zero), maxq = static_cast<float>((1 << m_rule.bits) - 1);
        for (int side = 0; side < (above > below ? 2 : 1); ++side) {
            const float zero = side == 0 ? below : above;
            WideSearchWalk& walk = m_scratch.walks[m_walks++];
            walk.row = r;
            walk.base = base.scale;
            walk.low = -zero;
            walk.high = maxq - zero;
            walk.A = walk.B = 0;
            walk.reach = reachOf(w, Hw, m.count, walk.low, walk.high);
            walk.waiting = 0;
        }
        m_scratch.C[r] = C;
        m_found[r] = {{base.scale, below}, HUGE_VAL};
    }

    /// Looks at element j of walk k.
    void update(std::size_t k, std::size_t j, float scale) {
        WideSearchWalk& walk = m_scratch.walks[k];
        const float w = m.w[walk.row * m.wStride + j], before = m_scratch.codes[k * m.count + j],
                    code = centredCode(w, scale, walk.low, walk.high);
        turnOf(k, j) = nextTurn(walk, w, code);
        if (code < before || code > before) change(walk, k, j, code, code - before, m.count);
    }

    float& turnOf(std::size_t k, std::size_t j) { return m_scratch.turns[(j / kLanes * m_walks + k) * kLanes + j % kLanes]; }

    /// The scale below which |w| / s passes |code| + ½, a little large so that rounding hides no change: the exact codes are looked at
    /// there. 0 at the end of the grid.
    static float nextTurn(const WideSearchWalk& walk, float w, float code) {
        const float size = w < 0 ? -w : w, half = (code < 0 ? -code : code) + 0.5f;
        return code == (w < 0 ? walk.low : walk.high) ? 0 : size * 1.00001f / half;
    }

    /// `known`: columns in front of which codes may differ from 0.
    void change(WideSearchWalk& walk, std::size_t k, std::size_t j, float code, float delta, std::size_t known) {
        walk.B += static_cast<double>(delta) * m.Hw[walk.row * m.count + j];
        walk.element[walk.waiting] = j;
        walk.code[walk.waiting] = code;
        walk.delta[walk.waiting] = delta;
        if (++walk.waiting == kBatch) settle(walk, k, known);
    }

    /// Takes the waiting changes into A and the codes.
    void settle(WideSearchWalk& walk, std::size_t k, std::size_t known) {
        float* c = m_scratch.codes + k * m.count;
        double products[kBatch];
        const float* rows[kBatch];
        for (std::size_t a = 0; a < kBatch; ++a) rows[a] = m.H + walk.element[a < walk.waiting ? a : 0] * m.stride;
        if (walk.waiting > 2) multiply(rows, c, known, products);
        else
            for (std::size_t a = 0; a < walk.waiting; ++a) {
                const float* const row[1] = {rows[a]};
                double product[1];
                multiply(row, c, known, product);
                products[a] = product[0];
            }
        for (std::size_t a = 0; a < walk.waiting; ++a) {
            const double delta = static_cast<double>(walk.delta[a]);
            double v = 2 * products[a] + delta * static_cast<double>(rows[a][walk.element[a]]);
            for (std::size_t b = 0; b < a; ++b) v += 2 * static_cast<double>(walk.delta[b]) * static_cast<double>(rows[a][walk.element[b]]);
            walk.A += delta * v;
            c[walk.element[a]] = walk.code[a];
        }
        walk.waiting = 0;
    }

    /// Takes candidate i where it is better; of equal ones the largest scale, then the smaller zero point.
    void judge(int i, std::size_t known) {
        const float factor = shrinkFactor<float>(i, m_rule.shrinkGrid);
        for (std::size_t k = 0; k < m_walks; ++k) {
            WideSearchWalk& walk = m_scratch.walks[k];
            if (walk.waiting > 0) settle(walk, k, known);
            const float scale = walk.base * factor;
            const double s = static_cast<double>(scale), error = s * s * walk.A - 2 * s * walk.B + m_scratch.C[walk.row];
            if (HessianGrid& best = m_found[walk.row]; error < best.error) best = {{scale, -walk.low}, error};
            if (walk.reach > 0 && isBeyondReach(s, walk.reach, m_scratch.C[walk.row], m_found[walk.row].error)) end(walk, k);
        }
    }

    /// No element of this walk is looked at again. Its errors below, of the codes that it has, stay above the best one.
    void end(WideSearchWalk& walk, std::size_t k) {
        walk.reach = 0;
        for (std::size_t block = 0; block < m_blocks; ++block)
            for (std::size_t lane = 0; lane < kLanes; ++lane) m_scratch.turns[(block * m_walks + k) * kLanes + lane] = 0;
    }

    const GridRule& m_rule;
    const WideSearchRows& m;
    const HessianSearchScratch::Wide& m_scratch;
    HessianGrid* m_found;
    std::size_t m_blocks, m_walks = 0;
};

}  // namespace

void searchWideHessianGrids(const GridRule& rule, const WideSearchRows& rows, const HessianSearchScratch::Wide& scratch,
                            const HessianSearchTick& tick, HessianGrid* found) {
    Walks walks(rule, rows, scratch, found);
    walks.start();
    for (int i = 1; i < rule.shrinkSteps; ++i) {
        tick.call(tick.argument);
        walks.moveTo(i);
    }
    walks.finish();
}

}  // namespace qs::QS_ISA
