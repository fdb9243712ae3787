// SPDX-License-Identifier: GPL-3.0-or-later
// Standard normal numbers of a seed, the same in every test.
#pragma once

#include <cstddef>
#include <random>
#include <span>
#include <vector>

#include "base/array.h"
#include "base/number_types.h"

namespace qs::testing {

inline void fillNormal(std::span<float> values, unsigned seed) {
    std::mt19937 generator(seed);
    std::normal_distribution<float> normal;
    for (float& value : values) value = normal(generator);
}

inline std::vector<float> randomValues(std::size_t n, unsigned seed) {
    std::vector<float> values(n);
    fillNormal(values, seed);
    return values;
}

inline Matrix<float> randomMatrix(std::size_t rows, std::size_t cols, unsigned seed) {
    Matrix<float> matrix(rows, cols);
    fillNormal(matrix.values(), seed);
    return matrix;
}

/// Rounded to bfloat16.
inline Matrix<float> randomBFloat16Matrix(std::size_t rows, std::size_t cols, unsigned seed) {
    Matrix<float> matrix = randomMatrix(rows, cols, seed);
    for (float& value : matrix.values()) value = toFloat(toBFloat16(value));
    return matrix;
}

}  // namespace qs::testing
