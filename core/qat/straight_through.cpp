// SPDX-License-Identifier: GPL-3.0-or-later
//   own or kept range R:  Δ = R / m, m = 2^(b−1) − 1;  Q(x) = clip(rint(x / Δ), −m, m) Δ;   dQ/dx = 1 for |x| ≤ R, else 0
//   (R of the tensor, or of each row: every token of an activation, every output channel of weights)
//   learned step s:       v = clip(x / s, −m, m);      Q(x) = rint(v) s;   dQ/dx = 1 for |x| ≤ m s;   dQ/ds = rint(v) − v inside, v outside
//                         s = u e^θ, u held fixed (1, or max_j |x_tj| / m of every token t);  dQ/dθ = s dQ/ds
// With the range of the tensor itself nothing lies outside and the gradient passes as it is. The pull p Σ (x − Q(x))² adds
// 2 p (x − Q(x)) to the gradient of x, its exact derivative wherever Q is constant.
// On the CPU and in float32 the passes are those of kernels/rounding.h; else they are composed of tensor functions.
// Sources: DSA-QAT; learned step size: Esser et al., arXiv 1902.08153; its first value by the least squared error: Bhalgat et al.,
// arXiv 2004.09576.
#include "qat/straight_through.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/full.h>
#include <ATen/ops/minimum.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include <cmath>

#include "kernels/rounding.h"
#include "qat/fake_quantize.h"

namespace qs {
namespace {

double levels(int bits) { return static_cast<double>((1 << (bits - 1)) - 1); }

bool hasKernels(const at::Tensor& x) { return x.is_cpu() && x.scalar_type() == at::kFloat; }

/// On the grid of `step` [] or [..., 1], of the type of x.
at::Tensor rounded(const at::Tensor& x, const at::Tensor& step, int bits) {
    return x.div(step).round_().clamp_(-levels(bits), levels(bits)).mul_(step);
}

/// step > 0 of a range; where everything is 0 any step does.
at::Tensor stepsOf(const at::Tensor& range, int bits) { return range.div(levels(bits)).clamp_min_(1e-30); }

/// Writes Q(x) into q by tensor functions, without waiting for the device of x. Figures are taken if `figures` is given.
void roundByTensors(const at::Tensor& q, const at::Tensor& x, const FakeQuantization& how, QuantizedFigures* figures) {
    const auto rangeOf = [&] { return how.rows ? x.abs().amax(at::IntArrayRef({-1}), /*keepdim=*/true) : x.abs().amax(); };
    const bool kept = how.maxAbs > 0 && !how.rows;
    const at::Tensor range = x.numel() == 0 ? at::zeros({}, x.options()) : !kept || figures ? rangeOf() : at::Tensor();
    q.copy_(rounded(x, kept ? at::full({}, stepOf(how.maxAbs, how.bits), x.options()) : stepsOf(range, how.bits), how.bits));
    if (!figures) return;
    const at::Tensor probe = how.probeBits > 0 ? x.sub(rounded(x, stepsOf(range, how.probeBits), how.probeBits)).abs_().sum(at::kDouble)
                                               : at::zeros({}, x.options().dtype(at::kDouble));
    figures->unread = at::stack({range.amax().to(at::kDouble), x.sub(q).square_().sum(at::kDouble), probe});
}

/// Writes Q(x) into q by the kernels of the CPU, both contiguous.
void roundByKernels(const at::Tensor& q, const at::Tensor& x, const FakeQuantization& how, QuantizedFigures* figures) {
    const float* values = x.const_data_ptr<float>();
    float* out = q.mutable_data_ptr<float>();
    const auto n = static_cast<std::size_t>(x.numel());
    const auto most = static_cast<float>(levels(how.bits));
    if (how.rows) {
        const auto columns = static_cast<std::size_t>(x.size(-1));
        RowRounding rounding{values, n / columns, columns, most, out, how.probeBits > 0 ? static_cast<float>(levels(how.probeBits)) : 0};
        roundRowsToGrid(rounding);
        if (figures) *figures = {rounding.largest, rounding.sumSquares, rounding.probeAbsolute, {}};
        return;
    }
    const double largest = how.maxAbs == 0 || figures ? static_cast<double>(largestMagnitude(values, n)) : 0;
    const double range = how.maxAbs == 0 ? largest : how.maxAbs;
    GridRounding rounding{values, n, range == 0 ? 1 : static_cast<float>(stepOf(range, how.bits)), most, out};
    if (how.probeBits > 0) {
        rounding.probeStep = largest == 0 ? 1 : static_cast<float>(stepOf(largest, how.probeBits));
        rounding.probeMost = static_cast<float>(levels(how.probeBits));
    }
    roundToGrid(rounding);
    if (figures) *figures = {largest, rounding.sumSquares, rounding.probeAbsolute, {}};
}

void roundInto(const at::Tensor& q, const at::Tensor& x, const FakeQuantization& how, QuantizedFigures* figures) {
    if (hasKernels(x) && x.numel() > 0) return roundByKernels(q, x, how, figures);
    roundByTensors(q, x, how, figures);
    if (figures && x.is_cpu()) readFigures({figures});
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
    QuantizedFigures figures = magnitudeFigures(x);
    readFigures({&figures});
    return figures.maxAbs;
}

QuantizedFigures magnitudeFigures(const at::Tensor& x) {
    const at::NoGradGuard noGradient;
    QuantizedFigures figures;
    const at::Tensor values = x.detach().contiguous();
    if (values.numel() == 0) return figures;
    if (hasKernels(values)) {
        figures.maxAbs = static_cast<double>(largestMagnitude(values.const_data_ptr<float>(), static_cast<std::size_t>(values.numel())));
        return figures;
    }
    const at::Tensor largest = values.abs().amax().to(at::kDouble), zero = at::zeros_like(largest);
    figures.unread = at::stack({largest, zero, zero});
    return figures;
}

void readFigures(const std::vector<QuantizedFigures*>& figures) {
    std::vector<at::Tensor> unread;
    for (const QuantizedFigures* f : figures)
        if (f->unread.defined()) unread.push_back(f->unread);
    if (unread.empty()) return;
    const at::NoGradGuard noGradient;
    const at::Tensor values = at::stack(unread).cpu().contiguous();
    const double* next = values.const_data_ptr<double>();
    for (QuantizedFigures* f : figures) {
        if (!f->unread.defined()) continue;
        *f = {next[0], next[1], next[2], {}};
        next += 3;
    }
}

at::Tensor fakeQuantized(const at::Tensor& x, const FakeQuantization& how, QuantizedFigures* wanted) {
    const bool differentiates = x.requires_grad() && at::GradMode::is_enabled();
    const at::Tensor values = x.detach().contiguous();
    at::Tensor source = x, y, q;
    if (differentiates) {
        if (how.pull != 0) source = x.view_as(x);  // a node of its own for the hook
        const bool clips = how.maxAbs > 0 && !how.rows && how.straightThrough == StraightThrough::Clipped;
        // The edge of the range is inside in spite of the rounding of the product (insideRange).
        const double edge = how.maxAbs * (x.scalar_type() == at::kFloat ? 1 + 1e-6 : 1 + 1e-12);
        y = clips ? at::clamp(source, -edge, edge) : source.clone(at::MemoryFormat::Contiguous);
        q = y.detach();  // the same memory: neither clamp nor clone reads its result in the backward pass
    } else {
        y = q = at::empty_like(values);
    }
    {
        const at::NoGradGuard noGradient;
        roundInto(q, values, how, wanted);
    }
    if (differentiates && how.pull != 0)
        source.register_hook(
            [values, q, factor = 2 * how.pull](const at::Tensor& gradient) { return withPull(gradient, values, q, factor); });
    return y;
}

at::Tensor roundedBySteps(const at::Tensor& x, const at::Tensor& steps, int bits) {
    const at::NoGradGuard noGradient;
    return rounded(x.detach(), steps, bits);
}

at::Tensor tokenUnits(const at::Tensor& x, int bits) {
    const at::NoGradGuard noGradient;
    const at::Tensor units = x.detach().abs().amax(at::IntArrayRef({-1}), /*keepdim=*/true).div_(levels(bits));
    return at::where(units.eq(0), at::ones_like(units), units);  // all 0: any step does
}

namespace {

/// Rows of x that share a step, and the steps.
struct RowSteps {
    RowSteps(const at::Tensor& x, const LearnedStep& step) {
        at::Tensor all = step.logarithm.detach().exp();
        if (step.unit.defined()) all = all.mul(step.unit);
        all = all.contiguous();
        sizes.assign(all.const_data_ptr<float>(), all.const_data_ptr<float>() + all.numel());
        columns = static_cast<std::size_t>(x.numel()) / std::max<std::size_t>(1, sizes.size());
    }
    std::vector<float> sizes;
    std::size_t columns = 0;
};

/// What clips and rounds x in one pass forward: a tensor of its own whose gradient is that of clipping, or of x itself.
at::Tensor roundedRows(const at::Tensor& x, const LearnedStep& step, const RowSteps& rows, float most, StraightThrough rule) {
    const at::Tensor values = x.detach().contiguous();
    at::Tensor y;
    if (rule == StraightThrough::Literal) {
        y = x.clone(at::MemoryFormat::Contiguous);
    } else if (rows.sizes.size() == 1) {
        const double edge = static_cast<double>(most * rows.sizes[0]) * (1 + 1e-6);
        y = at::clamp(x.contiguous(), -edge, edge);
    } else {
        const at::Tensor edge = (step.unit.defined() ? step.unit.mul(step.logarithm.detach().exp()) : step.logarithm.detach().exp())
                                    .mul(static_cast<double>(most) * (1 + 1e-6));
        y = at::clamp(x.contiguous(), edge.neg(), edge);
    }
    auto* out = y.detach().mutable_data_ptr<float>();
    for (std::size_t r = 0; r < rows.sizes.size(); ++r) {
        GridRounding rounding{values.const_data_ptr<float>() + r * rows.columns, rows.columns, rows.sizes[r], most, out + r * rows.columns};
        roundToGrid(rounding);
    }
    return y;
}

/// learnedStepQuantized where θ is a leaf of its own, in one pass forward and one back.
at::Tensor learnedStepInOnePass(const at::Tensor& x, const LearnedStep& step, int bits, double gradientScale, StraightThrough rule) {
    const auto most = static_cast<float>(levels(bits));
    const RowSteps rows(x, step);
    const at::Tensor values = x.detach().contiguous(), y = roundedRows(x, step, rows, most, rule);
    y.register_hook([values, leaf = step.logarithm, rows, most, gradientScale](const at::Tensor& gradient) {
        const at::NoGradGuard noGradient;
        const at::Tensor g = gradient.contiguous();
        at::Tensor sums = at::zeros_like(leaf);
        auto* sum = sums.data_ptr<float>();
        const bool apart = sums.numel() > 1;
        for (std::size_t r = 0; r < rows.sizes.size(); ++r) {
            const std::size_t first = r * rows.columns;
            sum[apart ? r : 0] += static_cast<float>(
                gradientScale * static_cast<double>(rows.sizes[r]) *
                stepGradient(g.const_data_ptr<float>() + first, values.const_data_ptr<float>() + first, rows.sizes[r], most, rows.columns));
        }
        leaf.mutable_grad() = sums;
    });
    return y;
}

}  // namespace

at::Tensor learnedStepQuantized(const at::Tensor& x, const LearnedStep& step, int bits, double gradientScale, StraightThrough rule) {
    const at::Tensor& leaf = step.logarithm;
    if (hasKernels(x) && x.requires_grad() && leaf.is_leaf() && leaf.requires_grad() && !leaf.grad().defined())
        return learnedStepInOnePass(x, step, bits, gradientScale, rule);
    const at::Tensor scaled = leaf.mul(gradientScale);
    at::Tensor s = scaled.add(leaf.sub(scaled).detach()).exp();
    if (step.unit.defined()) s = s.mul(step.unit);
    const bool clips = rule == StraightThrough::Clipped;
    const at::Tensor v = at::clamp((clips ? x : x.detach()).div(s), -levels(bits), levels(bits));
    const at::Tensor y = v.add(v.round().sub(v).detach()).mul(s);
    return clips ? y : y.add(x.sub(x.detach()));
}

double learnedStepScale(std::int64_t elements, int bits) { return 1 / std::sqrt(static_cast<double>(elements) * levels(bits)); }

at::Tensor firstLearnedStep(const at::Tensor& x, int bits, bool rows) {
    constexpr int kFractions = 20, kLeast = 6;  // of the range, in twentieths
    const at::NoGradGuard noGradient;
    const at::Tensor values = rows ? x.detach() : x.detach().reshape({1, -1});
    const at::Tensor units = tokenUnits(values, bits);
    at::Tensor best, least;
    for (int fraction = kFractions; fraction >= kLeast; --fraction) {
        const at::Tensor steps = units.mul(static_cast<double>(fraction) / kFractions);
        const at::Tensor error = values.sub(rounded(values, steps, bits)).square_().sum(at::IntArrayRef({-1}), /*keepdim=*/true);
        best = best.defined() ? at::where(error.lt(least), steps, best) : steps;
        least = least.defined() ? at::minimum(error, least) : error;
    }
    return rows ? best : best.reshape({});
}

}  // namespace qs
