// SPDX-License-Identifier: GPL-3.0-or-later
//   own or kept range R:  Δ = R / m, m = 2^(b−1) − 1;  Q(x) = clip(rint(x / Δ), −m, m) Δ;   dQ/dx = 1 for |x| ≤ R, else 0
//   learned step s:       v = clip(x / s, −m, m);      Q(x) = rint(v) s;   dQ/dx = 1 for |x| ≤ m s;   dQ/ds = rint(v) − v inside, v outside
// With the range of the tensor itself nothing lies outside and the gradient passes as it is. The pull p Σ (x − Q(x))² adds
// 2 p (x − Q(x)) to the gradient of x, its exact derivative wherever Q is constant.
// Sources: DSA-QAT; learned step size: Esser et al., arXiv 1902.08153.
#include "qat/straight_through.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/clamp.h>

#include <cmath>

#include "qat/fake_quantize.h"

namespace qs {
namespace {

double levels(int bits) { return static_cast<double>((1 << (bits - 1)) - 1); }

at::Tensor rounded(const at::Tensor& x, double step, int bits) {
    if (step == 0) return x.mul(0);
    return x.div(step).round_().clamp_(-levels(bits), levels(bits)).mul_(step);
}

}  // namespace

at::Tensor fakeQuantized(const at::Tensor& x, const FakeQuantization& how, QuantizedFigures* figures) {
    at::Tensor q, difference;
    double range = how.maxAbs;
    {
        const at::NoGradGuard noGradient;
        const at::Tensor values = x.detach();
        const bool wantsMax = how.maxAbs == 0 || figures;
        const double largest = wantsMax ? values.abs().max().item().toDouble() : 0;
        if (range == 0) range = largest;
        q = rounded(values, stepOf(range, how.bits), how.bits);
        if (figures || how.pull != 0) difference = values.sub(q);
        if (figures) {
            figures->maxAbs = largest;
            figures->sumSquares = difference.square().sum(at::kDouble).item().toDouble();
            if (how.probeBits > 0)
                figures->probeAbsolute =
                    values.sub(rounded(values, stepOf(largest, how.probeBits), how.probeBits)).abs_().sum(at::kDouble).item().toDouble();
        }
    }
    if (!x.requires_grad() || !at::GradMode::is_enabled()) return q;
    at::Tensor source = x;
    if (how.pull != 0) {
        source = x.view(x.sizes());  // a node of its own for the hook
        source.register_hook([difference, pull = 2 * how.pull](const at::Tensor& gradient) { return gradient.add(difference, pull); });
    }
    const bool clips = how.maxAbs > 0 && how.straightThrough == StraightThrough::Clipped;
    // The edge of the range is inside in spite of the rounding of the product (insideRange).
    const double edge = range * (x.scalar_type() == at::kFloat ? 1 + 1e-6 : 1 + 1e-12);
    at::Tensor y = clips ? at::clamp(source, -edge, edge) : source.clone();
    const at::NoGradGuard noGradient;
    y.detach().copy_(q);  // neither node reads its result in the backward pass
    return y;
}

at::Tensor learnedStepQuantized(const at::Tensor& x, const at::Tensor& step, int bits, double gradientScale) {
    const at::Tensor scaled = step.mul(gradientScale), s = scaled.add(step.sub(scaled).detach());
    const at::Tensor v = at::clamp(x.div(s), -levels(bits), levels(bits));
    return v.add(v.round().sub(v).detach()).mul(s);
}

double learnedStepScale(std::int64_t elements, int bits) { return 1 / std::sqrt(static_cast<double>(elements) * levels(bits)); }

double firstLearnedStep(const at::Tensor& x, int bits) {
    const at::NoGradGuard noGradient;
    const double mean = x.detach().abs().mean().item().toDouble();
    return std::max(2 * mean / std::sqrt(levels(bits)), 1e-8);
}

}  // namespace qs
