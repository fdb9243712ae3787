// SPDX-License-Identifier: GPL-3.0-or-later
#include "quant/scale_system.h"

#include <algorithm>
#include <cmath>

#include "kernels/blas.h"

namespace qs {
namespace {

/// L Lᵀ of the groups in use, identity in the others; a pivot below noise · A_gg takes its group out of use. Lower triangle of L.
void factorPlainly(const ScaleSystem& system, double noise, std::vector<unsigned char>& used, Matrix<double>& L) {
    const std::size_t k = system.r.size();
    for (std::size_t g = 0; g < k; ++g) {
        double pivot = system.A(g, g);
        for (std::size_t h = 0; h < g; ++h) {
            double sum = used[g] && used[h] ? system.A(g, h) : 0;
            for (std::size_t i = 0; i < h; ++i) sum -= L(g, i) * L(h, i);
            L(g, h) = sum / L(h, h);
            pivot -= L(g, h) * L(g, h);
        }
        if (used[g] && !(pivot > noise * system.A(g, g))) {
            used[g] = 0;
            for (std::size_t h = 0; h < g; ++h) L(g, h) = 0;
        }
        L(g, g) = used[g] ? std::sqrt(pivot) : 1;
    }
}

/// The same by the library where no pivot is lost: false otherwise.
bool factorQuickly(const ScaleSystem& system, double noise, const std::vector<unsigned char>& used, Matrix<double>& L) {
    const std::size_t k = system.r.size();
    for (std::size_t g = 0; g < k; ++g)
        for (std::size_t h = 0; h <= g; ++h) L(g, h) = used[g] && used[h] ? system.A(g, h) : g == h ? 1 : 0;
    if (choleskyLower(k, L.data(), k) != 0) return false;
    for (std::size_t g = 0; g < k; ++g)
        if (used[g] && !(L(g, g) * L(g, g) > noise * system.A(g, g))) return false;
    return true;
}

/// δ with L Lᵀ δ = r; 0 for groups out of use.
void substitute(const Matrix<double>& L, const std::vector<double>& r, const std::vector<unsigned char>& used, std::vector<double>& delta) {
    const std::size_t k = r.size();
    for (std::size_t g = 0; g < k; ++g) {
        double sum = used[g] ? r[g] : 0;
        for (std::size_t h = 0; h < g; ++h) sum -= L(g, h) * delta[h];
        delta[g] = sum / L(g, g);
    }
    for (std::size_t g = k; g-- > 0;) {
        delta[g] /= L(g, g);
        for (std::size_t h = 0; h < g; ++h) delta[h] -= L(g, h) * delta[g];
    }
}

}  // namespace

ScaleChange unchangedScales(const ScaleSystem& system) {
    return {std::vector<double>(system.r.size()), std::vector<unsigned char>(system.r.size())};
}

double lossChange(const ScaleSystem& system, const std::vector<double>& delta) {
    double change = 0;
    for (std::size_t g = 0; g < delta.size(); ++g) {
        double sum = -2 * system.r[g];
        for (std::size_t h = 0; h < delta.size(); ++h) sum += system.A(g, h) * delta[h];
        change += delta[g] * sum;
    }
    return change;
}

void sweepScales(const ScaleSystem& system, ScaleChange& change, std::vector<double>& residual) {
    for (std::size_t g = 0; g < residual.size(); ++g) {
        if (system.fixed[g]) continue;
        const double step = residual[g] / system.A(g, g);
        if (!system.allows(g, change.delta[g] + step)) {
            change.nonPositive[g] = 1;
            continue;
        }
        change.delta[g] += step;
        for (std::size_t h = 0; h < residual.size(); ++h) residual[h] -= step * system.A(g, h);
    }
}

ScaleChange solveScales(const ScaleSystem& system, double noise, Matrix<double>& workspace) {
    ScaleChange change = unchangedScales(system);
    const std::size_t k = system.r.size();
    std::vector<unsigned char> wanted(k);
    for (std::size_t g = 0; g < k; ++g) wanted[g] = !system.fixed[g];
    for (bool again = true; again;) {  // every round takes a group out, so it ends
        std::vector<unsigned char> used = wanted;
        if (!factorQuickly(system, noise, used, workspace)) factorPlainly(system, noise, used, workspace);
        substitute(workspace, system.r, used, change.delta);
        again = false;
        for (std::size_t g = 0; g < k; ++g)
            if (used[g] && !system.allows(g, change.delta[g])) {
                wanted[g] = 0;
                change.nonPositive[g] = 1;
                again = true;
            }
    }
    return change;
}

}  // namespace qs
