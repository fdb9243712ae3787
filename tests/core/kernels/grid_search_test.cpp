// SPDX-License-Identifier: GPL-3.0-or-later
// The lane kernel against the plain form of kernels/grid.h, on every instruction set that this machine has; the walk of the Hessian
// search against evaluating every candidate.
#include "kernels/grid_search.h"
#include "kernels/hessian_search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/error.h"
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

/// A problem of the Hessian search, in double where it is evaluated.
struct HessianProblem {
    std::size_t rows, count, stride;
    std::vector<float> w, H;
    std::vector<double> Hw;

    HessianProblem(std::size_t rows_, std::size_t n)
        : rows(rows_), count(n), stride(n + 3), w(randomValues(rows_ * n, 4)), H(n * stride), Hw(rows_ * n) {
        const std::vector<float> X = randomValues(8 * n, 5);
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j)
                for (std::size_t t = 0; t < 8; ++t)
                    H[i * stride + j] +=
                        X[t * n + i] * X[t * n + j] * (1 + static_cast<float>(i % 3)) * (1 + static_cast<float>(j % 3)) + (i == j ? 2 : 0);
        for (std::size_t r = 0; r < rows; ++r)
            for (std::size_t i = 0; i < n; ++i)
                for (std::size_t j = 0; j < n; ++j)
                    Hw[r * n + i] += static_cast<double>(H[i * stride + j]) * static_cast<double>(w[r * n + j]);
    }

    double error(std::size_t r, float scale, float zero, int bits) const {
        std::vector<double> d(count);
        double sum = 0;
        for (std::size_t j = 0; j < count; ++j)
            d[j] = static_cast<double>(scale) * static_cast<double>(centredCode(w[r * count + j], {scale, zero}, bits)) -
                   static_cast<double>(w[r * count + j]);
        for (std::size_t i = 0; i < count; ++i)
            for (std::size_t j = 0; j < count; ++j) sum += d[i] * d[j] * static_cast<double>(H[i * stride + j]);
        return sum;
    }

    double leastError(std::size_t r, const GridRule& rule) const {
        const auto [low, high] = std::minmax_element(w.data() + r * count, w.data() + (r + 1) * count);
        const Grid<float> base = baseGrid(rule.kind, rule.bits, *low, *high);
        double least = HUGE_VAL;
        for (int i = 0; i < rule.shrinkSteps; ++i)
            for (const float zero : {std::floor(base.zero), std::ceil(base.zero)})
                least = std::min(least, error(r, base.scale * shrinkFactor<float>(i, rule.shrinkGrid), zero, rule.bits));
        return least;
    }

    /// w H wᵀ, against which the float sums of the search round.
    double energy(std::size_t r) const {
        double sum = 0;
        for (std::size_t j = 0; j < count; ++j) sum += Hw[r * count + j] * static_cast<double>(w[r * count + j]);
        return sum;
    }
};

TEST(SearchHessianGrids, EveryInstructionSetFindsTheLeastError) {
    using testing::Kernel;
    const Kernel<decltype(&searchHessianGrid)> narrow[] = {QS_TEST_ISAS(searchHessianGrid)};
    const Kernel<decltype(&searchWideHessianGrids)> wide[] = {QS_TEST_ISAS(searchWideHessianGrids)};
    const auto expectLeast = [](const HessianProblem& problem, const GridRule& rule, const std::vector<HessianGrid>& found,
                                double accuracy) {
        for (std::size_t r = 0; r < problem.rows; ++r) {
            const double least = problem.leastError(r, rule), rounding = accuracy * problem.energy(r) + 1e-12;
            EXPECT_LE(problem.error(r, found[r].grid.scale, found[r].grid.zero, rule.bits), least + rounding) << problem.count;
            EXPECT_NEAR(found[r].error, least, rounding) << problem.count;
        }
    };
    for (const auto& [rows, n] : {std::pair(4, 1), std::pair(3, 5), std::pair(3, 64), std::pair(2, 130), std::pair(2, 300)}) {
        const HessianProblem problem(static_cast<std::size_t>(rows), static_cast<std::size_t>(n));
        for (const auto& [kind, bits] : {std::pair(GridKind::Symmetric, 3), std::pair(GridKind::Asymmetric, 3),
                                         std::pair(GridKind::Narrow, 2), std::pair(GridKind::Asymmetric, 8)}) {
            const GridRule rule{kind, bits, 40, 35, 2, ScaleStorage::Full};
            for (std::size_t k = 0; k < std::size(narrow); ++k) {
                if (!testing::hasIsa(narrow[k].isa)) continue;
                SCOPED_TRACE(nameOf(narrow[k].isa));
                std::vector<HessianGrid> found(problem.rows);
                HessianSearchScratch scratch;
                for (std::size_t r = 0; r < problem.rows; ++r)
                    found[r] = narrow[k].function(rule,
                                                  {problem.w.data() + r * problem.count, problem.H.data(), problem.count, problem.stride,
                                                   problem.Hw.data() + r * problem.count},
                                                  scratch.roomFor(rule, problem.count));
                expectLeast(problem, rule, found, 1e-11);
                wide[k].function(
                    rule,
                    {problem.w.data(), problem.rows, problem.count, problem.count, problem.H.data(), problem.stride, problem.Hw.data()},
                    scratch.roomFor(problem.rows, problem.count), {[](const void*) {}, nullptr}, found.data());
                expectLeast(problem, rule, found, 1e-6);
            }
        }
    }
}

TEST(SearchHessianGrids, ChangesExactlyAtACandidate) {
    using testing::Kernel;
    const Kernel<decltype(&searchHessianGrid)> kernels[] = {QS_TEST_ISAS(searchHessianGrid)};
    HessianProblem problem(1, 41);
    problem.w[0] = 3.5f;                  // a largest scale of 1 at 3 bits
    for (std::size_t j = 1; j < 41; ++j)  // between two codes at p = j / 40
        problem.w[j] = (static_cast<float>(j % 3) + 0.5f) * static_cast<float>(j) / 40 * (j % 2 == 0 ? 1.0f : -1.0f);
    std::fill(problem.Hw.begin(), problem.Hw.end(), 0.0);
    for (std::size_t i = 0; i < 41; ++i)
        for (std::size_t j = 0; j < 41; ++j)
            problem.Hw[i] += static_cast<double>(problem.H[i * problem.stride + j]) * static_cast<double>(problem.w[j]);
    for (const auto& [isa, kernel] : kernels) {
        if (!testing::hasIsa(isa)) continue;
        SCOPED_TRACE(nameOf(isa));
        for (const int grid : {40, 1000}) {
            const GridRule rule{GridKind::Symmetric, 3, grid, grid, 2, ScaleStorage::Full};
            HessianSearchScratch scratch;
            const HessianGrid found = kernel(rule, {problem.w.data(), problem.H.data(), problem.count, problem.stride, problem.Hw.data()},
                                             scratch.roomFor(rule, problem.count));
            EXPECT_NEAR(found.error, problem.leastError(0, rule), 1e-11 * problem.energy(0));
            EXPECT_NEAR(found.error, problem.error(0, found.grid.scale, found.grid.zero, 3), 1e-11 * problem.energy(0));
        }
    }
}

TEST(SearchHessianGrids, WideRowsStopWhenAsked) {
    const HessianProblem problem(2, 1100);
    const GridRule rule{GridKind::Asymmetric, 3, 20, 14, 2, ScaleStorage::Full};
    HessianSearchScratch scratch;
    std::vector<HessianGrid> found(2);
    const MatrixView<const float> w{problem.w.data(), 2, 1100, 1100}, H{problem.H.data(), 1100, 1100, problem.stride};
    searchHessianGrids(
        rule, w, H, scratch, [] {}, found.data());
    for (std::size_t r = 0; r < 2; ++r) EXPECT_NEAR(found[r].error, problem.leastError(r, rule), 1e-6 * problem.energy(r));
    int calls = 0;
    const auto stopAtTheTenth = [&] {
        if (++calls == 10) throw Error("stopped", ErrorKind::Stopped);
    };
    EXPECT_THROW(searchHessianGrids(rule, w, H, scratch, stopAtTheTenth, found.data()), Error);
}

}  // namespace
}  // namespace qs
