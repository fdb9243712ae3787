// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/fitted_weighting.h"

#include <algorithm>
#include <cstdio>
#include <limits>

#include "base/error.h"
#include "hessian/errors.h"

namespace qs {
namespace {

double weighted(const QuadraticForm& form, double firstTokenWeight) { return form.withoutFirst + firstTokenWeight * form.firstOnly; }

/// Mean over lengths of the relative errors, of one linear.
double meanError(const std::vector<QuadraticForm>& errors, const std::vector<QuadraticForm>& energies, double firstTokenWeight) {
    double sum = 0;
    for (std::size_t b = 0; b < errors.size(); ++b) {
        const double energy = weighted(energies[b], firstTokenWeight);
        if (energy > 0) sum += weighted(errors[b], firstTokenWeight) / energy;
    }
    return sum / static_cast<double>(errors.size());
}

Weighting powerOf(double power, double firstTokenWeight) {
    Weighting weighting;
    weighting.kind = WeightingKind::Power;
    weighting.power = power;
    weighting.firstTokenWeight = firstTokenWeight;
    return weighting;
}

}  // namespace

void requireFittable(const QuantizeOptions& options) {
    if (Weighting::parse(options.weighting).kind != WeightingKind::Fitted) return;
    const QuantizerEntry& quantizer = quantizerOf(options.quant.method);
    if (options.calibration.heldOutText.empty()) throw Error("--weighting fitted needs text to fit to; give --held-out", ErrorKind::Usage);
    if (options.plan.budget > 0 || options.plan.budgetBytes > 0)
        throw Error("--weighting fitted has no Hessian before the widths are chosen; give the bit plan as a file, or another weighting",
                    ErrorKind::Usage);
    if (!quantizer.needsHessian || needsCross(options.quant) || quantizer.outputHessians || quantizer.scalesInputs)
        throw Error(std::string("--weighting fitted works with methods whose columns depend on the Hessian alone (gptq), not with ") +
                        quantizer.title + "; use another weighting",
                    ErrorKind::Usage);
}

FittedWeighting fitWeighting(const std::vector<FittedLinear>& linears, const HessianBank& calibration, const HessianBank& heldOut,
                             double firstTokenWeight, const std::string& subject, JobContext& context, ThreadPool& pool, Device device) {
    const HessianBank* const banks[] = {&heldOut};
    std::vector<std::vector<QuadraticForm>> energies;
    for (const FittedLinear& linear : linears) energies.push_back(std::move(quadraticForms(banks, linear.W, pool).front()));
    FittedWeighting fitted;
    double least = std::numeric_limits<double>::infinity();
    for (const double power : kFittedPowers) {
        const Weighting weighting = powerOf(power, firstTokenWeight);
        const Matrix<float> H = calibration.combine(weighting, context, pool);
        const auto factor = factorize(H.view(), linears.front().settings, subject, context, pool);
        double error = 0;
        for (std::size_t l = 0; l < linears.size(); ++l) {
            SolveInput input;
            input.W = linears[l].W;
            input.H = H.view();
            input.factor = factor.get();
            input.name = linears[l].name;
            input.energy = false;
            const SolveResult result = quantizeLinear(input, linears[l].settings, StepDetail::None, context, pool, device);
            Matrix<float> difference = dequantize(result.quantized, device);
            for (std::size_t r = 0; r < difference.rows(); ++r)
                for (std::size_t c = 0; c < difference.cols(); ++c) difference(r, c) -= linears[l].W(r, c);
            error += meanError(quadraticForms(banks, difference.view(), pool).front(), energies[l], firstTokenWeight) /
                     static_cast<double>(linears.size());
        }
        fitted.errors.push_back(error);
        if (error < least) {
            least = error;
            fitted.weighting = weighting;
        }
    }
    return fitted;
}

std::string FittedWeighting::text() const {
    const auto errorOf = [&](double power) {
        const auto at = std::find(kFittedPowers.begin(), kFittedPowers.end(), power) - kFittedPowers.begin();
        return 100 * errors.at(static_cast<std::size_t>(at));
    };
    char buffer[160];
    std::snprintf(buffer, sizeof buffer, "L^%g: relative held-out error %.4g %%, MaCa %.4g %%, token %.4g %%", weighting.power,
                  errorOf(weighting.power), errorOf(-1), errorOf(0));
    return buffer;
}

}  // namespace qs
