// SPDX-License-Identifier: GPL-3.0-or-later
//   own or kept range R:  Δ = R / m, m = 2^(b−1) − 1;  Q(x) = clip(rint(x / Δ), −m, m) Δ;   dQ/dx = 1 for |x| ≤ R, else 0
//   learned step s:       v = clip(x / s, −m, m);      Q(x) = rint(v) s;   dQ/dx = 1 for |x| ≤ m s;   dQ/ds = rint(v) − v inside, v outside
// With the range of the tensor itself nothing lies outside and the gradient passes as it is. The pull p Σ (x − Q(x))² adds
// 2 p (x − Q(x)) to the gradient of x, its exact derivative wherever Q is constant.
// On the CPU and in float32 the passes are those of kernels/rounding.h; else they are composed of tensor functions.
// Sources: DSA-QAT; learned step size: Esser et al., arXiv 1902.08153.
#include "qat/straight_through.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/scalar_tensor.h>

#include <cmath>

#include "kernels/rounding.h"
#include "qat/fake_quantize.h"

namespace qs {
namespace {

double levels(int bits) { return static_cast<double>((1 << (bits - 1)) - 1); }

bool hasKernels(const at::Tensor& x) { return x.is_cpu() && x.scalar_type() == at::kFloat; }

at::Tensor rounded(const at::Tensor& x, double step, int bits) {
    if (step == 0) return x.mul(0);
    return x.div(step).round_().clamp_(-levels(bits), levels(bits)).mul_(step);
}

/// Writes Q(x) into q, both contiguous, and adds the sums of errors to the figures.
void roundInto(const at::Tensor& q, const at::Tensor& x, double range, const FakeQuantization& how, QuantizedFigures& figures) {
    const double step = stepOf(range, how.bits), probeStep = how.probeBits > 0 ? stepOf(figures.maxAbs, how.probeBits) : 0;
    if (hasKernels(x) && step != 0) {
        GridRounding rounding{x.const_data_ptr<float>(), static_cast<std::size_t>(x.numel()), static_cast<float>(step),
                              static_cast<float>(levels(how.bits)), q.mutable_data_ptr<float>()};
        if (how.probeBits > 0) {
            rounding.probeStep = static_cast<float>(probeStep);
            rounding.probeMost = static_cast<float>(levels(how.probeBits));
        }
        roundToGrid(rounding);
        figures.sumSquares = rounding.sumSquares;
        figures.probeAbsolute = rounding.probeAbsolute;
        return;
    }
    q.copy_(rounded(x, step, how.bits));
    figures.sumSquares = x.sub(q).square_().sum(at::kDouble).item().toDouble();
    if (how.probeBits > 0) figures.probeAbsolute = x.sub(rounded(x, probeStep, how.probeBits)).abs_().sum(at::kDouble).item().toDouble();
}

/// gradient + factor (x − q)
at::Tensor withPull(const at::Tensor& gradient, const at::Tensor& x, const at::Tensor& q, double factor) {
    const at::NoGradGuard noGradient;
    if (!hasKernels(x) || !gradient.is_contiguous()) return gradient.add(x.sub(q), factor);
    at::Tensor sum = at::empty_like(gradient);
    addDifference(gradient.const_data_ptr<float>(), x.const_data_ptr<float>(), q.const_data_ptr<float>(), static_cast<float>(factor),
                  static_cast<std::size_t>(x.numel()), sum.mutable_data_ptr<float>());
    return sum;
}

}  // namespace

double largestMagnitude(const at::Tensor& x) {
    const at::Tensor values = x.detach().contiguous();
    if (values.numel() == 0) return 0;
    if (hasKernels(values))
        return static_cast<double>(largestMagnitude(values.const_data_ptr<float>(), static_cast<std::size_t>(values.numel())));
    return values.abs().max().item().toDouble();
}

at::Tensor fakeQuantized(const at::Tensor& x, const FakeQuantization& how, QuantizedFigures* wanted) {
    const bool differentiates = x.requires_grad() && at::GradMode::is_enabled();
    QuantizedFigures figures;
    const at::Tensor values = x.detach().contiguous();
    if (how.maxAbs == 0 || wanted) figures.maxAbs = largestMagnitude(values);
    const double range = how.maxAbs == 0 ? figures.maxAbs : how.maxAbs;
    at::Tensor source = x, y, q;
    if (differentiates) {
        if (how.pull != 0) source = x.view_as(x);  // a node of its own for the hook
        const bool clips = how.maxAbs > 0 && how.straightThrough == StraightThrough::Clipped;
        // The edge of the range is inside in spite of the rounding of the product (insideRange).
        const double edge = range * (x.scalar_type() == at::kFloat ? 1 + 1e-6 : 1 + 1e-12);
        y = clips ? at::clamp(source, -edge, edge) : source.clone(at::MemoryFormat::Contiguous);
        q = y.detach();  // the same memory: neither clamp nor clone reads its result in the backward pass
    } else {
        y = q = at::empty_like(values);
    }
    {
        const at::NoGradGuard noGradient;
        roundInto(q, values, range, how, figures);
    }
    if (differentiates && how.pull != 0)
        source.register_hook(
            [values, q, factor = 2 * how.pull](const at::Tensor& gradient) { return withPull(gradient, values, q, factor); });
    if (wanted) *wanted = figures;
    return y;
}

namespace {

/// learnedStepQuantized where `step` is a leaf of its own, in one pass forward and one back.
at::Tensor learnedStepInOnePass(const at::Tensor& x, const at::Tensor& step, int bits, double gradientScale, StraightThrough rule) {
    const auto size = step.item().toFloat(), most = static_cast<float>(levels(bits));
    const double edge = levels(bits) * static_cast<double>(size) * (1 + 1e-6);
    const at::Tensor values = x.detach().contiguous();
    at::Tensor y = rule == StraightThrough::Clipped ? at::clamp(x.contiguous(), -edge, edge) : x.clone(at::MemoryFormat::Contiguous);
    GridRounding rounding{values.const_data_ptr<float>(), static_cast<std::size_t>(values.numel()), size, most,
                          y.detach().mutable_data_ptr<float>()};
    roundToGrid(rounding);
    y.register_hook([values, step, size, most, gradientScale](const at::Tensor& gradient) {
        const at::NoGradGuard noGradient;
        const at::Tensor g = gradient.contiguous();
        const double sum =
            stepGradient(g.const_data_ptr<float>(), values.const_data_ptr<float>(), size, most, static_cast<std::size_t>(values.numel()));
        step.mutable_grad() = at::scalar_tensor(gradientScale * sum, step.options());
    });
    return y;
}

}  // namespace

at::Tensor learnedStepQuantized(const at::Tensor& x, const at::Tensor& step, int bits, double gradientScale, StraightThrough rule) {
    if (hasKernels(x) && x.requires_grad() && step.is_leaf() && step.requires_grad() && !step.grad().defined())
        return learnedStepInOnePass(x, step, bits, gradientScale, rule);
    const at::Tensor scaled = step.mul(gradientScale), s = scaled.add(step.sub(scaled).detach());
    const bool clips = rule == StraightThrough::Clipped;
    const at::Tensor v = at::clamp((clips ? x : x.detach()).div(s), -levels(bits), levels(bits));
    const at::Tensor y = v.add(v.round().sub(v).detach()).mul(s);
    return clips ? y : y.add(x.sub(x.detach()));
}

double learnedStepScale(std::int64_t elements, int bits) { return 1 / std::sqrt(static_cast<double>(elements) * levels(bits)); }

double firstLearnedStep(const at::Tensor& x, int bits) {
    const at::NoGradGuard noGradient;
    const double mean = x.detach().abs().mean().item().toDouble();
    return std::max(2 * mean / std::sqrt(levels(bits)), 1e-8);
}

}  // namespace qs
