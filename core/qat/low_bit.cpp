// SPDX-License-Identifier: GPL-3.0-or-later
//   y = (q_x q_Wᵀ) · Δ_x Δ_W + bias,   q_x = rint(clip(x / Δ_x)) int8 [tokens, in],  q_W int8 [out, in],  sums int32
//   Δ_x of the tensor or of every token, Δ_W of the layer or of every output channel
// by at::_int_mm. Codes of 4 and 6 bits lie in bytes and are multiplied as int8: no processor here multiplies narrower numbers faster. The
// sums are exact, so the result differs from the fake-quantized float32 product by the rounding of the latter alone.
// Weight-only 4 bits: y = Δ_W (x q_Wᵀ) + bias by at::_weight_int4pack_mm_for_cpu, two codes a byte; x is not quantized. That kernel is fast
// for bfloat16 alone (60 times faster than for float32), so x and the product are rounded to it: 2^-9 relative. Its scales, one a group of
// columns, are 1, which bfloat16 holds exactly; the step is multiplied in float32.
// Seen on one AVX-512 core, 128 … 4096 tokens, width 256: the int8 path takes about half of the time of float32, packed weights as long as
// float32 does; what they save is memory.
// Products with few rows: at::_int_mm reorders the weights in every call, so that its gain comes with many tokens.
#include "qat/low_bit.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/_convert_weight_to_int4pack_for_cpu.h>
#include <ATen/ops/_int_mm.h>
#include <ATen/ops/_weight_int4pack_mm_for_cpu.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "kernels/int8_codes.h"
#include "kernels/rounding.h"
#include "qat/fake_quantize.h"

namespace qs {
namespace {

float mostOf(int bits) { return static_cast<float>((1 << (bits - 1)) - 1); }

/// The step of each row of a matrix: `step`, of its own range if that is 0; or with `rows` `factor` times that of the row's own range,
/// unless `given` says all of them.
struct RowStep {
    double step = 0;
    bool rows = false;
    double factor = 1;
    const std::vector<float>* given = nullptr;
};

/// Codes of a contiguous matrix.
struct Codes {
    at::Tensor values;         ///< int8 [rows, columns]
    std::vector<float> steps;  ///< [rows]
};
Codes codesOf(const at::Tensor& x, int bits, const RowStep& how) {
    const float* data = x.const_data_ptr<float>();
    const auto count = static_cast<std::size_t>(x.size(0)), columns = static_cast<std::size_t>(x.size(1));
    Codes codes{at::empty(x.sizes(), x.options().dtype(at::kChar)), std::vector<float>(count)};
    auto* out = codes.values.data_ptr<std::int8_t>();
    double step = how.step;
    if (!how.rows && step <= 0) step = stepOf(static_cast<double>(largestMagnitude(data, count * columns)), bits);
    const auto stepOfRow = [&](std::size_t r) {
        if (!how.rows) return step;
        if (how.given && !how.given->empty()) return static_cast<double>((*how.given)[r]);
        return how.factor * stepOf(static_cast<double>(largestMagnitude(data + r * columns, columns)), bits);
    };
    for (std::size_t r = 0; r < count; ++r) {
        const double own = stepOfRow(r);
        if (!std::isfinite(own)) throw Error("an operand of an integer product is not finite; the model cannot be computed");
        codes.steps[r] = static_cast<float>(own);
        if (codes.steps[r] > 0) int8Codes(data + r * columns, columns, codes.steps[r], mostOf(bits), out + r * columns);
        else std::fill_n(out + r * columns, columns, std::int8_t{0});
    }
    return codes;
}

void scaleRows(const at::Tensor& x, const std::vector<float>& steps) {
    x.mul_(at::from_blob(const_cast<float*>(steps.data()), {std::ssize(steps), 1}, x.options()));
}

/// Columns that share a scale in the packed format: the most that divide the width of the input; 0 if none do.
int packedGroup(std::int64_t in) {
    for (const int group : {256, 128, 64, 32})
        if (in % group == 0) return group;
    return 0;
}

}  // namespace

struct LowBitModel::Layer {
    LayerArithmetic arithmetic = LayerArithmetic::FullPrecision;
    LayerGrid grid;
    at::Tensor codes;                ///< Int8: [out, in] int8; Int4Weights: packed
    std::vector<float> weightSteps;  ///< [out]
    at::Tensor scalesAndZeros;       ///< Int4Weights: [in / group, out, 2]
    int group = 0;                   ///< Int4Weights
    at::Tensor bias;                 ///< may be undefined

    void takeWeight(const at::Tensor& weight, LowBitPath path) {
        if (grid.bits == 0) return;
        const Codes own = codesOf(weight.contiguous(), grid.bits, {grid.weightStep, grid.channels, 1, &grid.channelSteps});
        group = packedGroup(weight.size(1));
        weightSteps = own.steps;
        if (path == LowBitPath::Int8 || grid.bits > 4 || group == 0) {
            arithmetic = LayerArithmetic::Int8;
            codes = own.values;
            return;
        }
        arithmetic = LayerArithmetic::Int4Weights;  // the kernel's value is (code − 8) · scale + zero
        codes = at::_convert_weight_to_int4pack_for_cpu(own.values.to(at::kInt).add_(8), 1);
        scalesAndZeros = at::zeros({weight.size(1) / group, weight.size(0), 2}, weight.options().dtype(at::kBFloat16));
        scalesAndZeros.select(2, 0).fill_(1);
    }

    at::Tensor int8Product(const at::Tensor& rows) const {
        const Codes x = codesOf(rows, grid.bits, {grid.activationStep, grid.tokens, grid.tokenFactor});
        const at::Tensor sums = at::_int_mm(x.values, codes.t());
        at::Tensor y = at::empty(sums.sizes(), rows.options());
        scaledSums(sums.const_data_ptr<std::int32_t>(), static_cast<std::size_t>(sums.size(0)), static_cast<std::size_t>(sums.size(1)),
                   x.steps.data(), weightSteps.data(), bias.defined() ? bias.const_data_ptr<float>() : nullptr, y.data_ptr<float>());
        return y;
    }

    at::Tensor int4Product(const at::Tensor& rows) const {
        at::Tensor y = at::_weight_int4pack_mm_for_cpu(rows.to(at::kBFloat16), codes, group, scalesAndZeros).to(at::kFloat);
        y.mul_(at::from_blob(const_cast<float*>(weightSteps.data()), {std::ssize(weightSteps)}, rows.options()));
        return bias.defined() ? y.add_(bias) : y;
    }

    std::size_t bytes() const {
        std::size_t sum = (grid.channels ? weightSteps.size() : 1) * sizeof(float) + sizeof grid.activationStep;
        for (const at::Tensor& tensor : {codes, scalesAndZeros})
            if (tensor.defined()) sum += tensor.nbytes();
        return sum;
    }
};

LowBitModel::LowBitModel(const TrainableModel& model, const std::vector<LayerGrid>& grids, bool attentionOperands, LowBitPath path)
    : m_model(model), m_attentionOperands(attentionOperands), m_layers(std::make_shared<std::vector<Layer>>(grids.size())) {
    const at::NoGradGuard noGradient;
    for (const at::Tensor& value : model.values()) m_values.push_back(value.detach());
    for (std::size_t l = 0; l < grids.size(); ++l) {
        Layer& layer = (*m_layers)[l];
        if (grids[l].bits > 8)
            throw Error(model.layerNames()[l] + ": codes of " + std::to_string(grids[l].bits) + " bits do not fit int8; use at most 8");
        layer.grid = grids[l];
        layer.bias = model.bias(m_values, l);
        layer.takeWeight(m_values[model.layerParameter(l)], path);
        if (layer.arithmetic != LayerArithmetic::FullPrecision) m_values[model.layerParameter(l)] = at::Tensor();
    }
}

at::Tensor LowBitModel::apply(const LinearSpec& spec, const at::Tensor& x) const {
    const std::size_t l = m_model.layerOf(spec);
    const Layer& layer = (*m_layers)[l];
    if (layer.arithmetic == LayerArithmetic::FullPrecision) return at::linear(x, m_values[m_model.layerParameter(l)], layer.bias);
    const at::Tensor rows = x.reshape({-1, x.size(-1)}).contiguous();
    std::vector<std::int64_t> shape(x.sizes().begin(), x.sizes().end());
    shape.back() = spec.out;
    const at::Tensor y = (layer.arithmetic == LayerArithmetic::Int8 ? layer.int8Product(rows) : layer.int4Product(rows)).view(shape);
    if (!m_attentionOperands || !makesAttentionOperand(spec.role)) return y;
    const at::Tensor made = y.reshape({-1, spec.out}).contiguous();
    const Codes operand = codesOf(made, layer.grid.bits, {0, layer.grid.tokens});
    const at::Tensor values = operand.values.to(at::kFloat);
    scaleRows(values, operand.steps);
    return values.view(shape);
}

Variant LowBitModel::variant() const {
    return {m_values, [copy = *this](const LinearSpec& spec, const at::Tensor& x) {
                const at::NoGradGuard noGradient;
                return copy.apply(spec, x);
            }};
}

std::vector<LayerArithmetic> LowBitModel::arithmetic() const {
    std::vector<LayerArithmetic> all;
    for (const Layer& layer : *m_layers) all.push_back(layer.arithmetic);
    return all;
}

std::size_t LowBitModel::bytes() const {
    std::size_t sum = 0;
    for (const at::Tensor& value : m_values)
        if (value.defined()) sum += value.nbytes();
    for (const Layer& layer : *m_layers) sum += layer.bytes();
    return sum;
}

std::size_t packedBytes(const TrainableModel& model, const std::vector<LayerGrid>& grids) {
    std::size_t sum = 0;
    for (const Parameter& parameter : model.parameters()) {
        const int bits = parameter.layer < 0 ? 0 : grids[static_cast<std::size_t>(parameter.layer)].bits;
        const auto count = static_cast<std::size_t>(parameter.value.numel());
        const bool channels = parameter.layer >= 0 && grids[static_cast<std::size_t>(parameter.layer)].channels;
        const std::size_t steps = channels ? static_cast<std::size_t>(parameter.value.size(0)) : 1;
        sum += bits == 0 ? 4 * count : (count * static_cast<std::size_t>(bits) + 7) / 8 + steps * sizeof(float);
    }
    return sum;
}

}  // namespace qs
