// SPDX-License-Identifier: GPL-3.0-or-later
// Narrow groups of searchHessianGrids in kernels/hessian_search.h, one row at a time:
//
//   1. codes of the largest scale, v = H cᵀ, A = c v, B = c H wᵀ
//   2. every later change of a code, found for all elements of a vector at once: |c_j| becomes k + 1 at the first candidate i with
//      rint(|w_j| / s_i) > k, which is the first i beyond  grid (1 − |w_j| / ((k + ½) s_0));  exact codes decide where that is nearly whole
//   3. the changes sorted by candidate, then A and B behind each of them. Four at a time, so that v is read and written once for them:
//      A += δ_a (2 v_a + 2 Σ_{b<a} δ_b H_ab + δ_a H_aa)
//   4. e of each candidate from A and B behind its last change
#include "kernels/hessian_search.h"

#if defined(__AVX2__)
#include <immintrin.h>
#endif

#include "kernels/simd.h"

namespace qs::QS_ISA {
namespace {

constexpr std::size_t kBatch = 4;      // changes at a time
constexpr int kCandidatesPerStep = 8;  // between two looks whether smaller scales can win
constexpr unsigned kPlaceBits = 11;    // of an element and its sign in a change; above them the candidate
constexpr float kDoubt = 2e-6f;        // more than rounding moves i / grid

// Vectors of as many doubles as one register holds.
constexpr std::size_t kHalf = kLanes / 2;
constexpr std::size_t kPanel = 8;  // of them, held in registers
typedef float FloatHalf __attribute__((vector_size(QS_LANES * 2), aligned(4), may_alias));
typedef double DoubleHalf __attribute__((vector_size(QS_LANES * 4), aligned(8), may_alias));
typedef std::int32_t IntsAnywhere __attribute__((vector_size(QS_LANES * 4), aligned(4), may_alias));

QS_INLINE DoubleHalf widened(const float* p) {
#if QS_LANES == 16
    return reinterpret_cast<DoubleHalf>(
        _mm512_maskz_cvtps_pd(0xff, _mm256_loadu_ps(p)));  // the compiler takes two steps; unmasked, it warns
#else
    return __builtin_convertvector(*reinterpret_cast<const FloatHalf*>(p), DoubleHalf);
#endif
}

/// Bit k: lane k of a comparison.
QS_INLINE unsigned bitsOf(IntVector lanes) {
#if QS_LANES == 16
    return _mm512_movepi32_mask(reinterpret_cast<__m512i>(lanes));
#elif QS_LANES == 8
    return static_cast<unsigned>(_mm256_movemask_ps(reinterpret_cast<__m256>(lanes)));
#else
    unsigned bits = 0;
    for (std::size_t k = 0; k < kLanes; ++k) bits |= static_cast<unsigned>(lanes[k] & 1) << k;
    return bits;
#endif
}

/// Writes the chosen lanes one behind the other, and up to a vector of anything behind them; returns how many.
QS_INLINE std::size_t append(std::uint32_t* out, IntVector lanes, IntVector chosen) {
    const unsigned bits = bitsOf(chosen);
#if QS_LANES == 16
    _mm512_storeu_si512(out, _mm512_maskz_compress_epi32(static_cast<__mmask16>(bits), reinterpret_cast<__m512i>(lanes)));
    return static_cast<std::size_t>(__builtin_popcount(bits));
#else
    std::size_t count = 0;
    for (std::size_t k = 0; k < kLanes; ++k) {
        out[count] = static_cast<std::uint32_t>(lanes[k]);
        count += bits >> k & 1;
    }
    return count;
#endif
}

/// 1 or −1, without a branch: signs follow no pattern.
QS_INLINE double signOf(std::uint32_t place) {
    const std::uint64_t bits = std::uint64_t{0x3ff} << 52 | std::uint64_t{place & 1} << 63;
    double sign;
    __builtin_memcpy(&sign, &bits, sizeof sign);
    return sign;
}

QS_INLINE DoubleHalf doubles(const double* p) { return *reinterpret_cast<const DoubleHalf*>(p); }
QS_INLINE double sumOf(DoubleHalf v) {
    double sum = 0;
    for (std::size_t k = 0; k < kHalf; ++k) sum += v[k];
    return sum;
}

/// Σ a_j b_j.
QS_INLINE double dot(const float* a, const double* b, std::size_t count) {
    DoubleHalf sums{};
    std::size_t j = 0;
    for (; j + kHalf <= count; j += kHalf) sums += widened(a + j) * doubles(b + j);
    double sum = sumOf(sums);
    for (; j < count; ++j) sum += static_cast<double>(a[j]) * b[j];
    return sum;
}

/// reachOf (kernels/hessian_search.h) by vectors.
QS_INLINE double reachByVectors(const HessianSearchRow& row, float low, float high) {
    DoubleHalf sums{};
    const DoubleHalf zero{}, below = zero + static_cast<double>(low), above = zero + static_cast<double>(high);
    std::size_t j = 0;
    for (; j + kHalf <= row.count; j += kHalf) {
        const DoubleHalf term = (widened(row.w + j) < zero ? below : above) * doubles(row.Hw + j);
        sums += term > zero ? term : zero;
    }
    return sumOf(sums) + reachOf(row.w + j, row.Hw + j, row.count - j, low, high);
}

/// The quadratic form of one row on one zero point over the candidates, from the largest scale down.
class Walk {
  public:
    Walk(const GridRule& rule, const HessianSearchRow& row, float base, const HessianSearchScratch::Row& scratch)
        : m(row), s(scratch), m_base(base), m_grid(static_cast<float>(rule.shrinkGrid)) {}

    /// Codes of the first candidate on a grid from low to high: A[0] and B[0].
    void start(float low, float high);
    /// Finds all changes at candidates below `limit`.
    void plan(int limit);
    /// A and B behind the changes up to those of candidate i, at least.
    void goOn(int i);
    float scale(int i) const { return m_base * s.factors[i]; }
    /// e.
    double error(int i, double C) const { return errorBehind(static_cast<std::size_t>(s.upTo[i]), i, C); }
    double firstError(double C) const { return errorBehind(0, 0, C); }

  private:
    double errorBehind(std::size_t changes, int i, double C) const {
        const double size = static_cast<double>(scale(i));
        return size * size * s.A[changes] - 2 * size * s.B[changes] + C;
    }
    template <std::size_t N>
    void addFirstRows(std::size_t j, std::size_t count);
    void addFirstCodes(std::size_t count);
    std::size_t changesOfLevel(float level, int limit, std::uint32_t* out) const;
    void settle(float level, int limit, std::size_t j, FloatVector passed, unsigned lanes, IntVector& turn) const;
    template <std::size_t N>
    void change(std::size_t first);

    const HessianSearchRow& m;
    const HessianSearchScratch::Row& s;
    float m_base, m_grid, m_levels = 0;
    std::size_t m_planned = 0, m_done = 0;  ///< changes
};

void Walk::start(float low, float high) {
    m_levels = largerOf(-low, high);
    m_done = 0;
    IntVector place{};
    for (std::size_t k = 0; k < kLanes; ++k) place[k] = static_cast<std::int32_t>(2 * k);
    std::size_t found = 0;
    for (std::size_t j = 0; j < m.count; j += kLanes, place += static_cast<std::int32_t>(2 * kLanes)) {
        FloatVector w{};  // zeros behind the end never change
        if (j + kLanes <= m.count) w = load(m.w + j);
        else
            for (std::size_t k = 0; j + k < m.count; ++k) w[k] = m.w[j + k];
        const IntVector negative = w < 0;
        const FloatVector code = centredCode(w, splat(m_base), splat(low), splat(high));
        store(s.size + j, negative ? -w : w);
        store(s.codes + j, code);
        store(s.ends + j, negative ? splat(-low) : splat(high));
        const IntVector signedPlace = place - negative;
        *reinterpret_cast<IntsAnywhere*>(s.places + j) = signedPlace;
        found += append(s.found + found, signedPlace, (code < 0) | (code > 0));
    }
    addFirstCodes(found);
}

/// Columns [j, j + N vectors) of v of the first codes.
template <std::size_t N>
void Walk::addFirstRows(std::size_t j, std::size_t count) {
    DoubleHalf sums[N] = {};
    for (std::size_t a = 0; a < count; ++a) {
        const float* row = m.H + (s.found[a] >> 1) * m.stride + j;
        const DoubleHalf code = DoubleHalf{} + static_cast<double>(s.codes[s.found[a] >> 1]);
        for (std::size_t k = 0; k < N; ++k) sums[k] += code * widened(row + k * kHalf);
    }
    for (std::size_t k = 0; k < N; ++k) *reinterpret_cast<DoubleHalf*>(s.v + j + k * kHalf) = sums[k];
}

/// v, A and B of the first `count` places that were found.
void Walk::addFirstCodes(std::size_t count) {
    std::size_t j = 0;
    for (; j + kPanel * kHalf <= m.count; j += kPanel * kHalf) addFirstRows<kPanel>(j, count);
    for (; j + kPanel / 2 * kHalf <= m.count; j += kPanel / 2 * kHalf) addFirstRows<kPanel / 2>(j, count);
    for (; j + kHalf <= m.count; j += kHalf) addFirstRows<1>(j, count);
    for (; j < m.count; ++j) {
        s.v[j] = 0;
        for (std::size_t a = 0; a < count; ++a) {
            const std::size_t i = s.found[a] >> 1;
            s.v[j] += static_cast<double>(s.codes[i]) * static_cast<double>(m.H[i * m.stride + j]);
        }
    }
    s.A[0] = dot(s.codes, s.v, m.count);
    s.B[0] = dot(s.codes, m.Hw, m.count);
}

/// The candidates of lanes that are too near to a whole number to know which it is.
void Walk::settle(float level, int limit, std::size_t j, FloatVector passed, unsigned lanes, IntVector& turn) const {
    for (std::size_t k = 0; k < kLanes; ++k) {
        if (!(lanes >> k & 1)) continue;
        int i = static_cast<int>(roundHalfEven(static_cast<float>(passed[k])));
        if (i < 1) i = 1;
        while (i < limit && !(centredCode(s.size[j + k], scale(i), 0.0f, s.ends[j + k]) > level)) ++i;
        turn[k] = i;
    }
}

/// Changes from |c| = level to level + 1, as candidate and place; returns how many.
std::size_t Walk::changesOfLevel(float level, int limit, std::uint32_t* out) const {
    const float slope = m_grid / ((level + 0.5f) * m_base),
                doubt = kDoubt * m_grid, *const size = s.size, *const codes = s.codes, *const ends = s.ends;
    const std::uint32_t* const places = s.places;
    const std::size_t count = m.count;
    std::size_t found = 0;
    for (std::size_t j = 0; j < count; j += kLanes) {
        const FloatVector passed = largerOf(splat(m_grid) - load(size + j) * slope, splat(0)), off = passed - roundHalfEven(passed);
        IntVector turn = __builtin_convertvector(passed, IntVector) + 1;
        const FloatVector code = load(codes + j);
        IntVector chosen = (code <= level) & (code >= -level) & (load(ends + j) > level) & (passed < splat(static_cast<float>(limit)));
        if (const unsigned near = bitsOf(chosen & (off <= doubt) & (off >= -doubt)); near) settle(level, limit, j, passed, near, turn);
        chosen &= turn < limit;
        found += append(out + found, (turn << static_cast<int>(kPlaceBits)) | *reinterpret_cast<const IntsAnywhere*>(places + j), chosen);
    }
    return found;
}

void Walk::plan(int limit) {
    std::uint32_t *const found = s.found, *const changes = s.changes;
    int* const upTo = s.upTo;
    std::size_t count = 0;
    for (float level = 0; level < m_levels; ++level) count += changesOfLevel(level, limit, found + count);
    for (int i = 0; i < limit; ++i) upTo[i] = 0;
    for (std::size_t a = 0; a < count; ++a) ++upTo[found[a] >> kPlaceBits];
    int before = 0;
    for (int i = 0; i < limit; ++i) {
        const int own = upTo[i];
        upTo[i] = before;
        before += own;
    }
    for (std::size_t a = 0; a < count; ++a) changes[upTo[found[a] >> kPlaceBits]++] = found[a] & ((std::uint32_t{1} << kPlaceBits) - 1);
    m_planned = count;
}

/// The changes first … first + N − 1.
template <std::size_t N>
void Walk::change(std::size_t first) {
    const float* rows[N];
    double deltas[N], *const v = s.v, *const behindA = s.A + first, *const behindB = s.B + first;
    double A = behindA[0], B = behindB[0];
    for (std::size_t a = 0; a < N; ++a) {
        const std::uint32_t place = s.changes[first + a], i = place >> 1;
        rows[a] = m.H + i * m.stride;
        deltas[a] = signOf(place);
        double product = v[i];
        for (std::size_t b = 0; b < a; ++b) product += deltas[b] * static_cast<double>(rows[b][i]);
        A += 2 * deltas[a] * product + static_cast<double>(rows[a][i]);
        B += deltas[a] * m.Hw[i];
        behindA[a + 1] = A;
        behindB[a + 1] = B;
    }
    const std::size_t count = m.count;
    std::size_t j = 0;
    for (; j + kHalf <= count; j += kHalf) {
        DoubleHalf sum = doubles(v + j);
        for (std::size_t a = 0; a < N; ++a) sum += (DoubleHalf{} + deltas[a]) * widened(rows[a] + j);
        *reinterpret_cast<DoubleHalf*>(v + j) = sum;
    }
    for (; j < count; ++j)
        for (std::size_t a = 0; a < N; ++a) v[j] += deltas[a] * static_cast<double>(rows[a][j]);
}

void Walk::goOn(int i) {
    const auto last = static_cast<std::size_t>(s.upTo[i]);
    while (m_done < last)  // rather beyond the candidate than in small pieces
        if (m_done + kBatch <= m_planned) {
            change<kBatch>(m_done);
            m_done += kBatch;
        } else {
            change<1>(m_done++);
        }
}

/// Candidates behind which no error can be `best` or less.
int reachableSteps(const GridRule& rule, float base, double reach, double C, double best) {
    const double least = (C - sqrt(C * (best + 1e-5 * C))) / reach, steps = rule.shrinkGrid * (1 - least / static_cast<double>(base)) + 2;
    return steps > 1 && steps < rule.shrinkSteps ? static_cast<int>(steps) : rule.shrinkSteps;
}

}  // namespace

HessianGrid searchHessianGrid(const GridRule& rule, const HessianSearchRow& row, const HessianSearchScratch::Row& scratch) {
    FloatVector smallestLanes = splat(row.w[0]), largestLanes = smallestLanes;
    std::size_t wide = 0;
    for (; wide + kLanes <= row.count; wide += kLanes) {
        smallestLanes = smallerOf(smallestLanes, load(row.w + wide));
        largestLanes = largerOf(largestLanes, load(row.w + wide));
    }
    float smallest = row.w[0], largest = row.w[0];
    for (std::size_t k = 0; k < kLanes; ++k) {
        smallest = smallerOf(smallest, smallestLanes[k]);
        largest = largerOf(largest, largestLanes[k]);
    }
    for (std::size_t j = wide; j < row.count; ++j) {
        smallest = smallerOf(smallest, row.w[j]);
        largest = largerOf(largest, row.w[j]);
    }
    const double C = dot(row.w, row.Hw, row.count);
    const Grid<float> base = baseGrid<float>(rule.kind, rule.bits, smallest, largest);
    // The zero points to try: both neighbours of the unrounded one, in this order for every candidate.
    const float below = ::floorf(base.zero), above = ::ceilf(base.zero);
    HessianGrid best{{base.scale, below}, HUGE_VAL};
    int leastStep = 0;
    for (int side = 0; side < (above > below ? 2 : 1); ++side) {
        const float zero = side == 0 ? below : above, low = -zero, high = static_cast<float>((1 << rule.bits) - 1) - zero;
        const double reach = reachByVectors(row, low, high);
        Walk walk(rule, row, base.scale, scratch);
        walk.start(low, high);
        const int limit = reachableSteps(rule, base.scale, reach, C, smallerOf(best.error, walk.firstError(C)));
        walk.plan(limit);
        for (int first = 0; first < limit; first += kCandidatesPerStep) {
            const int last = first + kCandidatesPerStep < limit ? first + kCandidatesPerStep : limit;
            walk.goOn(last - 1);
            double errors[kCandidatesPerStep], least = HUGE_VAL;
            for (int i = first; i < last; ++i) {
                errors[i - first] = walk.error(i, C);
                least = smallerOf(errors[i - first], least);
            }
            if (least < best.error || (least <= best.error && first < leastStep))
                for (int i = first; i < last; ++i)
                    if (errors[i - first] < best.error || (errors[i - first] <= best.error && i < leastStep)) {
                        best = {{walk.scale(i), zero}, errors[i - first]};
                        leastStep = i;
                    }
            if (isBeyondReach(static_cast<double>(walk.scale(last - 1)), reach, C, best.error)) break;
        }
    }
    best.grid.scale = storedScale(best.grid.scale, rule.storage);
    return best;
}

}  // namespace qs::QS_ISA
