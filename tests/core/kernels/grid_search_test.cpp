// SPDX-License-Identifier: GPL-3.0-or-later
// The lane kernel against the plain form of kernels/grid.h, on every instruction set that this machine has; the walk of the Hessian
// search against evaluating every candidate.
#include "kernels/grid_search.h"
#include "kernels/hessian_search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "support/isa.h"
#include "support/random_matrix.h"

namespace qs {
namespace {

using testing::randomValues;

/// Error of x[0], x[stride], … on a grid, in double.
double errorOf(const float* x, std::size_t stride, std::size_t count, double scale, double zero, const GridRule& rule) {
    double error = 0;
    for (std::size_t j = 0; j < count; ++j) {
        const double value = static_cast<double>(x[j * stride]);
        error += std::pow(std::abs(scale * centredCode(value, {scale, zero}, rule.bits) - value), rule.norm);
    }
    return error;
}

TEST(SearchGrids, EveryInstructionSetFindsTheLeastError) {
    constexpr std::size_t lanes = 32;
    using testing::Kernel;
    const Kernel<decltype(&searchGrids)> kernels[] = {QS_TEST_ISAS(searchGrids)};
    for (const auto& [isa, kernel] : kernels) {
        if (!testing::hasIsa(isa)) continue;
        SCOPED_TRACE(nameOf(isa));
        for (const GridKind kind : {GridKind::Symmetric, GridKind::Narrow, GridKind::Asymmetric})
            for (const int steps : {0, 80})
                for (const double norm : {2.0, 2.4, 1.0})
                    for (const std::size_t count : {1u, 7u, 128u, 333u}) {
                        const GridRule rule{kind, 3, 100, steps, norm, ScaleStorage::Full};
                        const std::vector<float> x = randomValues(count * lanes, 3);
                        std::vector<float> scales(lanes), zeros(lanes);
                        kernel(rule, x.data(), count, lanes, lanes, scales.data(), zeros.data());
                        for (std::size_t r = 0; r < lanes; ++r) {
                            std::vector<double> row(count);
                            for (std::size_t j = 0; j < count; ++j) row[j] = static_cast<double>(x[j * lanes + r]);
                            const Grid<double> plain = chooseGrid(row.data(), 1, count, rule);
                            EXPECT_EQ(zeros[r], plain.zero);
                            const double found = errorOf(x.data() + r, lanes, count, static_cast<double>(scales[r]), plain.zero, rule);
                            const double least = errorOf(x.data() + r, lanes, count, plain.scale, plain.zero, rule);
                            if (steps == 0) {
                                EXPECT_NEAR(scales[r] / plain.scale, 1, 1e-6);
                            } else EXPECT_LE(found, least * (1 + 1e-5) + 1e-6) << "row " << r << " count " << count << " norm " << norm;
                        }
                    }
    }
}

TEST(SearchHessianGrid, EveryInstructionSetFindsTheLeastError) {
    using testing::Kernel;
    const Kernel<decltype(&searchHessianGrid)> kernels[] = {QS_TEST_ISAS(searchHessianGrid)};
    for (const auto& [isa, kernel] : kernels) {
        if (!testing::hasIsa(isa)) continue;
        SCOPED_TRACE(nameOf(isa));
        for (const std::size_t n : {1u, 5u, 64u, 130u})
            for (const auto& [kind, bits] : {std::pair(GridKind::Symmetric, 3), std::pair(GridKind::Asymmetric, 3),
                                             std::pair(GridKind::Narrow, 2), std::pair(GridKind::Asymmetric, 8)}) {
                const std::size_t stride = n + 3;
                const std::vector<float> w = randomValues(n, 4), X = randomValues(2 * n * n, 5);
                std::vector<float> H(n * stride);
                for (std::size_t i = 0; i < n; ++i)
                    for (std::size_t j = 0; j < n; ++j)
                        for (std::size_t t = 0; t < 2 * n; ++t)
                            H[i * stride + j] +=
                                X[t * n + i] * X[t * n + j] * (1 + static_cast<float>(i % 3)) * (1 + static_cast<float>(j % 3));
                const auto error = [&](double scale, double zero) {
                    std::vector<double> d(n);
                    double sum = 0;
                    for (std::size_t j = 0; j < n; ++j) {
                        const double value = static_cast<double>(w[j]);
                        d[j] = scale * static_cast<double>(centredCode(w[j], {static_cast<float>(scale), static_cast<float>(zero)}, bits)) -
                               value;
                    }
                    for (std::size_t i = 0; i < n; ++i)
                        for (std::size_t j = 0; j < n; ++j) sum += d[i] * d[j] * static_cast<double>(H[i * stride + j]);
                    return sum;
                };
                const GridRule rule{kind, bits, 100, 100, 2, ScaleStorage::Full};
                std::vector<double> Hw(n), v(n);
                std::vector<float> codes(n);
                std::vector<int> next(n), first(100);
                for (std::size_t i = 0; i < n; ++i)
                    for (std::size_t j = 0; j < n; ++j) Hw[i] += static_cast<double>(H[i * stride + j]) * static_cast<double>(w[j]);
                const auto [found, foundError] =
                    kernel(rule, {w.data(), H.data(), n, stride, Hw.data()}, {v.data(), codes.data(), next.data(), first.data()});
                const auto [low, high] = std::minmax_element(w.begin(), w.end());
                const Grid<float> base = baseGrid(kind, bits, *low, *high);
                double least = HUGE_VAL;
                for (int i = 0; i < 100; ++i)
                    for (const float zero : {std::floor(base.zero), std::ceil(base.zero)})
                        least = std::min(least,
                                         error(static_cast<double>(base.scale * shrinkFactor<float>(i, 100)), static_cast<double>(zero)));
                EXPECT_LE(error(static_cast<double>(found.scale), static_cast<double>(found.zero)), least * (1 + 1e-9) + 1e-12);
                EXPECT_NEAR(foundError, least, 1e-9 * least + 1e-12);
            }
    }
}

}  // namespace
}  // namespace qs
