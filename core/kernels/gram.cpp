// SPDX-License-Identifier: GPL-3.0-or-later
// S += Σ x xᵀ in three loops: slabs of tokens (packed once, in parallel), tiles of S (in parallel, largest first), chunks of kGramChunk
// tokens. A tile goes through all chunks of a slab while its part of S stays in cache. See gram.h.
#include "kernels/gram.h"

#include <algorithm>
#include <memory>
#include <new>
#include <vector>

#include "kernels/blas.h"
#include "kernels/convert.h"
#include "kernels/gram_kernels.h"

namespace qs {
namespace {

constexpr std::size_t kSlabBytes = std::size_t{4} << 20;  // of packed tokens: amortises the two hand-overs to the pool, stays in L3
constexpr double kTickFlops = 4e10;                       // between two ticks: 50–100 ms of one core

std::size_t roundUp(std::size_t n, std::size_t unit) { return (n + unit - 1) / unit * unit; }

/// Memory for one packed slab, kept between calls of a thread: fresh pages for every call would cost as much as the packing.
struct Scratch {
    std::byte* data = nullptr;
    std::size_t size = 0;
    ~Scratch() { ::operator delete (data, std::align_val_t{64}); }
    template <class T>
    T* need(std::size_t count) {
        if (count * sizeof(T) > size) {
            ::operator delete (data, std::align_val_t{64});
            data = nullptr;
            size = 0;
            data = static_cast<std::byte*>(::operator new (count * sizeof(T), std::align_val_t{64}));
            size = count * sizeof(T);
        }
        return reinterpret_cast<T*>(data);
    }
};

Scratch& scratch() {
    static thread_local Scratch memory;
    return memory;
}

std::size_t slabTokens(std::size_t rowBytes, std::size_t tokens) {
    const std::size_t fitting = std::max(kSlabBytes / rowBytes / kGramChunk, std::size_t{1}) * kGramChunk;
    return std::min(fitting, roundUp(tokens, kGramChunk));
}

/// pool.run over `count` items that cost `flops` together, with a tick now and then.
void runWithTicks(ThreadPool& pool, std::size_t count, double flops, const std::function<void()>& tick,
                  const std::function<void(std::size_t)>& body) {
    const auto batches = static_cast<std::size_t>(flops / kTickFlops) + 1;
    const std::size_t step = tick ? std::max((count + batches - 1) / batches, static_cast<std::size_t>(pool.size())) : count;
    for (std::size_t first = 0; first < count; first += step) {
        pool.run(std::min(step, count - first), [&](std::size_t item, int) { body(first + item); });
        if (tick) tick();
    }
}

void toOut(const BFloat16* x, std::size_t n, float* out) { convert(x, out, n); }
void toOut(const float* x, std::size_t n, float* out) { convert(x, out, n); }
void toOut(const double* x, std::size_t n, double* out) { std::copy(x, x + n, out); }

/// A rectangle of S that one gemm adds to. The grid depends on dim only.
struct GramTile {
    std::size_t row, rows, column, columns;
};

std::vector<GramTile> tileGrid(std::size_t dim, bool upperOnly) {
    const std::size_t height = dim >= 2048 ? 256 : 128, width = 2048;
    std::vector<GramTile> tiles;
    for (std::size_t i = 0; i < dim; i += height)
        for (std::size_t j = upperOnly ? i : 0; j < dim; j += width)
            tiles.push_back({i, std::min(height, dim - i), j, std::min(width, dim - j)});
    std::stable_sort(tiles.begin(), tiles.end(),
                     [](const GramTile& a, const GramTile& b) { return a.rows * a.columns > b.rows * b.columns; });
    return tiles;
}

/// The gemm path: rows widened to Out, then S[tile] += A[:, rows]ᵀ B[:, columns] chunk by chunk. For the Gram matrix A = B = x; for the
/// cross term (`other` given) A = x − other, B = other.
template <class In, class Out>
void addDense(std::span<const In* const> rows, const std::span<const In* const>* other, CrossPart part, std::size_t dim, Out* S,
              std::size_t lds, ThreadPool& pool, const std::function<void()>& tick) {
    const std::size_t copies = other ? 2 : 1;
    const std::size_t ld = roundUp(dim, 64 / sizeof(Out)), slab = slabTokens(copies * ld * sizeof(Out), rows.size());
    Out* A = scratch().need<Out>(copies * slab * ld);
    Out* B = other ? A + slab * ld : A;
    const std::vector<GramTile> tiles = tileGrid(dim, part == CrossPart::Upper);
    for (std::size_t t0 = 0; t0 < rows.size(); t0 += slab) {
        const std::size_t tokens = std::min(slab, rows.size() - t0), group = 64;
        pool.run((tokens + group - 1) / group, [&](std::size_t item, int) {
            for (std::size_t t = item * group; t < std::min(tokens, (item + 1) * group); ++t) {
                Out *a = A + t * ld, *b = B + t * ld;
                toOut(rows[t0 + t], dim, a);
                if (!other) continue;
                toOut((*other)[t0 + t], dim, b);
                for (std::size_t i = 0; i < dim; ++i) a[i] -= b[i];
            }
        });
        const auto size = static_cast<double>(dim);
        runWithTicks(pool, tiles.size(), static_cast<double>(tokens) * size * size * (part == CrossPart::Whole ? 8 : 4), tick,
                     [&](std::size_t item) {
                         const GramTile& tile = tiles[item];
                         for (std::size_t t = 0; t < tokens; t += kGramChunk)
                             gemm(Transpose::Yes, Transpose::No, tile.rows, tile.columns, std::min(kGramChunk, tokens - t), Out{1},
                                  A + t * ld + tile.row, ld, B + t * ld + tile.column, ld, Out{1}, S + tile.row * lds + tile.column, lds);
                     });
    }
}

#if defined(__x86_64__)
/// The AVX512-BF16 path: packed pairs, own micro-kernel, columns of S handed out from the longest on. Operands as in addDense.
void addPacked(std::span<const BFloat16* const> rows, const std::span<const BFloat16* const>* other, CrossPart part, std::size_t dim,
               float* S, std::size_t lds, ThreadPool& pool, const std::function<void()>& tick) {
    namespace kernel = isa_avx512bf16;
    const std::size_t copies = other ? 2 : 1, padded = roundUp(dim, kernel::kTileColumns);
    const std::size_t slab = slabTokens(copies * padded * sizeof(BFloat16), rows.size());
    constexpr std::size_t pairs = kGramChunk / 2, packColumns = 16 * kernel::kTileColumns;
    std::uint32_t* A = scratch().need<std::uint32_t>(copies * slab / 2 * padded);
    std::uint32_t* B = other ? A + slab / 2 * padded : A;
    const std::size_t packStrips = (padded + packColumns - 1) / packColumns;
    // Large matrices: several strips of columns share a block of rows in L2 (512 KiB), which would otherwise come from L3 for each.
    const std::size_t groupColumns = (dim >= 2048 ? 4 : 1) * kernel::kTileColumns, rowBlock = 512;
    const std::size_t groups = (padded + groupColumns - 1) / groupColumns;
    const auto* const* bits = reinterpret_cast<const std::uint16_t* const*>(rows.data());
    const auto* const* otherBits = other ? reinterpret_cast<const std::uint16_t* const*>(other->data()) : nullptr;
    for (std::size_t t0 = 0; t0 < rows.size(); t0 += slab) {
        const std::size_t tokens = std::min(slab, rows.size() - t0), chunks = (tokens + kGramChunk - 1) / kGramChunk;
        const auto pairsOf = [&](std::size_t chunk) { return std::min(pairs, (tokens - chunk * kGramChunk + 1) / 2); };
        pool.run(chunks * packStrips, [&](std::size_t item, int) {
            const std::size_t chunk = item / packStrips, first = item % packStrips * packColumns, t = chunk * kGramChunk;
            const std::size_t count = std::min(kGramChunk, tokens - t), last = std::min(first + packColumns, padded);
            std::uint32_t *a = A + chunk * pairs * padded, *b = B + chunk * pairs * padded;
            kernel::gramPack((other ? otherBits : bits) + t0 + t, count, dim, first, last, pairsOf(chunk), b);
            if (other) kernel::gramPackDifference(bits + t0 + t, otherBits + t0 + t, count, dim, first, last, pairsOf(chunk), a);
        });
        const auto size = static_cast<double>(dim);
        const bool upper = part == CrossPart::Upper;
        runWithTicks(pool, groups, static_cast<double>(tokens) * size * size * (upper ? 2 : 4), tick, [&](std::size_t item) {
            const std::size_t last = padded - item * groupColumns, first = last > groupColumns ? last - groupColumns : 0;
            for (std::size_t chunk = 0; chunk < chunks; ++chunk) {
                const std::size_t at = chunk * pairs * padded;
                for (std::size_t row = 0; row < (upper ? last : dim); row += rowBlock)
                    for (std::size_t column = first; column < last; column += kernel::kTileColumns)
                        kernel::gramTiles(A + at, B + at, pairsOf(chunk), dim, row, std::min(dim, row + rowBlock), column, upper, S, lds);
            }
        });
    }
}
#endif

template <class T>
void mirror(T* A, std::size_t n, std::size_t lda, ThreadPool& pool) {
    constexpr std::size_t block = 32;  // a block and its transpose fit L1
    pool.run((n + block - 1) / block, [&](std::size_t item, int) {
        const std::size_t i0 = item * block, i1 = std::min(n, i0 + block);
        for (std::size_t j0 = 0; j0 < i1; j0 += block)
            for (std::size_t i = i0; i < i1; ++i)
                for (std::size_t j = j0; j < std::min(i, j0 + block); ++j) A[i * lda + j] = A[j * lda + i];
    });
}

}  // namespace

void addGram(std::span<const BFloat16* const> rows, std::size_t dim, float* S, std::size_t lds, ThreadPool& pool,
             const std::function<void()>& tick) {
    if (rows.empty() || dim == 0) return;
#if defined(__x86_64__)
    if (activeIsa() == Isa::Avx512Bf16) return addPacked(rows, nullptr, CrossPart::Upper, dim, S, lds, pool, tick);
#endif
    addDense<BFloat16, float>(rows, nullptr, CrossPart::Upper, dim, S, lds, pool, tick);
}

void addGram(std::span<const float* const> rows, std::size_t dim, float* S, std::size_t lds, ThreadPool& pool,
             const std::function<void()>& tick) {
    addDense<float, float>(rows, nullptr, CrossPart::Upper, dim, S, lds, pool, tick);
}

void addGram(std::span<const double* const> rows, std::size_t dim, double* S, std::size_t lds, ThreadPool& pool,
             const std::function<void()>& tick) {
    addDense<double, double>(rows, nullptr, CrossPart::Upper, dim, S, lds, pool, tick);
}

void addCrossGram(std::span<const BFloat16* const> a, std::span<const BFloat16* const> b, std::size_t dim, float* D, std::size_t ldd,
                  ThreadPool& pool, const std::function<void()>& tick, CrossPart part) {
    if (a.empty() || dim == 0) return;
#if defined(__x86_64__)
    if (activeIsa() == Isa::Avx512Bf16) return addPacked(a, &b, part, dim, D, ldd, pool, tick);
#endif
    addDense<BFloat16, float>(a, &b, part, dim, D, ldd, pool, tick);
}

void addCrossGram(std::span<const float* const> a, std::span<const float* const> b, std::size_t dim, float* D, std::size_t ldd,
                  ThreadPool& pool, const std::function<void()>& tick, CrossPart part) {
    addDense<float, float>(a, &b, part, dim, D, ldd, pool, tick);
}

void addCrossGram(std::span<const double* const> a, std::span<const double* const> b, std::size_t dim, double* D, std::size_t ldd,
                  ThreadPool& pool, const std::function<void()>& tick, CrossPart part) {
    addDense<double, double>(a, &b, part, dim, D, ldd, pool, tick);
}

void mirrorUpper(float* A, std::size_t n, std::size_t lda, ThreadPool& pool) { mirror(A, n, lda, pool); }
void mirrorUpper(double* A, std::size_t n, std::size_t lda, ThreadPool& pool) { mirror(A, n, lda, pool); }

void addSquares(const BFloat16* x, std::size_t n, double* sums) {
    QS_ISA_CALL(gramSquaresBf16)(reinterpret_cast<const std::uint16_t*>(x), n, sums);
}
void addSquares(const float* x, std::size_t n, double* sums) { QS_ISA_CALL(gramSquaresF32)(x, n, sums); }
void addSquares(const double* x, std::size_t n, double* sums) {
    for (std::size_t i = 0; i < n; ++i) sums[i] += x[i] * x[i];
}

double symmetricInnerProduct(const float* S, std::size_t lds, const float* G, std::size_t ldg, std::size_t dim, std::size_t first,
                             std::size_t last) {
    double sum = 0;
    for (std::size_t i = first; i < last; ++i) {
        const float *s = S + i * lds + i, *g = G + i * ldg + i;
        sum += static_cast<double>(s[0]) * static_cast<double>(g[0]) + 2 * QS_ISA_CALL(gramDot)(s + 1, g + 1, dim - i - 1);
    }
    return sum;
}

double scaledSquaredDistance(const float* x, double xScale, const float* y, double yScale, std::size_t n) {
    return QS_ISA_CALL(gramDistance)(x, xScale, y, yScale, n);
}

}  // namespace qs
