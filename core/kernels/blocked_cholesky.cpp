// SPDX-License-Identifier: GPL-3.0-or-later
// Right-looking: for each block row k of height b
//   U_kk = chol(A_kk),  U_kr = U_kk⁻ᵀ A_kr,  A_rr −= U_krᵀ U_kr (upper tiles only).
#include "kernels/blocked_cholesky.h"

#include <algorithm>
#include <vector>

#include "kernels/blas.h"

namespace qs {
namespace {

constexpr std::size_t kWhole = 1024;  // up to this size one library call takes a few milliseconds
constexpr std::size_t kBlock = 512;
constexpr std::size_t kTileRows = 256, kTileCols = 1024;

struct Tile {
    std::size_t row, rows, col, cols;
};

/// Tiles that cover the upper triangle of [first, n).
std::vector<Tile> upperTiles(std::size_t first, std::size_t n) {
    std::vector<Tile> tiles;
    for (std::size_t i = first; i < n; i += kTileRows)
        for (std::size_t j = i; j < n; j += kTileCols) tiles.push_back({i, std::min(kTileRows, n - i), j, std::min(kTileCols, n - j)});
    return tiles;
}

}  // namespace

int blockedCholesky(std::size_t n, float* A, std::size_t lda, JobContext& context, ThreadPool& pool) {
    context.check();
    if (n <= kWhole) return choleskyUpper(n, A, lda);
    for (std::size_t k = 0; k < n; k += kBlock) {
        const std::size_t b = std::min(kBlock, n - k), rest = k + b;
        float* row = A + k * lda;
        if (const int info = choleskyUpper(b, row + k, lda)) return static_cast<int>(k) + info;
        const std::size_t pieces = (n - rest + kTileCols - 1) / kTileCols;
        pool.run(pieces, [&](std::size_t piece, int) {
            context.check();
            const std::size_t j = rest + piece * kTileCols;
            solveTriangular(Side::Left, Triangle::Upper, Transpose::Yes, Diagonal::AsStored, b, std::min(kTileCols, n - j), row + k, lda,
                            row + j, lda);
        });
        const std::vector<Tile> tiles = upperTiles(rest, n);
        pool.run(tiles.size(), [&](std::size_t item, int) {
            context.check();
            const Tile& t = tiles[item];
            gemm(Transpose::Yes, Transpose::No, t.rows, t.cols, b, -1.0f, row + t.row, lda, row + t.col, lda, 1.0f, A + t.row * lda + t.col,
                 lda);
        });
    }
    return 0;
}

}  // namespace qs
